package schedule

import (
	"fmt"
	"math/bits"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/robfig/cron/v3"

	"github.com/vertex-ar/backup/internal/errs"
)

// maxLength is the longest crontab, in bytes.
const maxLength = 256

// Crontab is a crontab that was read. Its zero value is none; use [Parse].
type Crontab struct {
	text string // the fields as they were given, one space between them
	spec *cron.SpecSchedule
}

// field is one of the five, with the name that users know it by.
type field struct {
	name     string
	min, max int
	names    []string // from min on
	example  string
}

// The fields' places.
const (
	minute = iota
	hour
	day
	month
	weekday
)

// fields lists the five in their order.
func fields() []field {
	return []field{
		{"minute", 0, 59, nil, "0, 15,45, 0-30 or */10"},
		{"hour", 0, 23, nil, "2, 1,13, 8-18 or */6"},
		{"day of the month", 1, 31, nil, "1, 1,15, 1-7 or */2"},
		{"month", 1, 12, strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"), "1, JAN,JUL, 1-6 or */3"},
		{"day of the week", 0, 6, strings.Fields("SUN MON TUE WED THU FRI SAT"), "0, MON,FRI, 1-5 or MON-FRI"},
	}
}

// element is the shape of a field's part between commas.
var element = regexp.MustCompile(`^(?:\*|(\w{1,3})(?:-(\w{1,3}))?)(?:/(\d{1,2}))?$`)

// Parse reads a crontab. What is none, or never comes, is errs.ErrInvalid with a
// sentence about the field that is wrong.
func Parse(text string) (Crontab, error) {
	parts := strings.Fields(text)
	if len(parts) != len(fields()) || len(text) > maxLength {
		return Crontab{}, errs.New(errs.ErrInvalid, "A crontab has five fields with spaces between them: minute, hour, day of the month, month and day of the week, as in 0 2 * * *.")
	}
	plain := slices.Clone(parts)
	for i, f := range fields() {
		p, err := f.normalize(parts[i])
		if err != nil {
			return Crontab{}, f.wrong().Because(err)
		}
		plain[i] = p
	}
	spec, err := readSpec(plain)
	if err != nil {
		return Crontab{}, err
	}
	c := Crontab{strings.Join(parts, " "), spec}
	if c.never() {
		return Crontab{}, errs.New(errs.ErrInvalid, "No such day ever comes: none of these months has it. Choose another day of the month.")
	}
	return c, nil
}

// readSpec gives the fields to the library one by one, so that it is known
// which of them it does not take.
func readSpec(plain []string) (*cron.SpecSchedule, error) {
	parser := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)
	for i, f := range fields() {
		alone := []string{"*", "*", "*", "*", "*"}
		alone[i] = plain[i]
		if _, err := parser.Parse(strings.Join(alone, " ")); err != nil {
			return nil, f.wrong().Because(err)
		}
	}
	s, err := parser.Parse(strings.Join(plain, " "))
	if err != nil {
		return nil, fmt.Errorf("crontab whose fields were taken: %w", err)
	}
	spec, ok := s.(*cron.SpecSchedule)
	if !ok {
		return nil, fmt.Errorf("crontab became a %T", s)
	}
	return spec, nil
}

// wrong says that the field cannot be read, and what could be.
func (f field) wrong() *errs.Error {
	return errs.New(errs.ErrInvalid, "The %s of the crontab is not valid. Give %d to %d, such as %s, or * for every one.", f.name, f.min, f.max, f.example)
}

// normalize checks the shape of a field and writes it in the library's words,
// which takes more than crontab(5) does and knows no 7 for Sunday.
func (f field) normalize(text string) (string, error) {
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		m := element.FindStringSubmatch(part)
		if m == nil || m[3] != "" && m[1] != "" && m[2] == "" {
			return "", fmt.Errorf("a part has another shape: %.20q", part)
		}
		if f.names != nil && f.min == 0 {
			part = f.sunday(part, m[1], m[2], m[3])
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ","), nil
}

// sunday rewrites a part of the days of the week that ends at 7.
func (f field) sunday(part, from, to, step string) string {
	switch {
	case from == "7" && (to == "" || to == "7"):
		return "0"
	case to != "7":
		return part
	}
	first, every := slices.Index(f.names, strings.ToUpper(from)), 1
	if n, err := strconv.Atoi(from); err == nil {
		first = n
	}
	if n, err := strconv.Atoi(step); err == nil {
		every = n
	}
	if first < 0 || every < 1 {
		return part // the library will refuse it
	}
	var days []string
	for d := first; d <= 7; d += every {
		days = append(days, strconv.Itoa(d%7))
	}
	return strings.Join(days, ",")
}

// String returns the crontab as it was given.
func (c Crontab) String() string { return c.text }

// Same reports whether two crontabs become the same expression.
func (c Crontab) Same(other Crontab) bool {
	a, errA := c.Expression()
	b, errB := other.Expression()
	return errA == nil && errB == nil && a == b
}

// star is the library's mark of a field that is *.
const star = 1 << 63

// set returns the values of a field as bits.
func (c Crontab) set(place int) uint64 {
	s := c.spec
	return []uint64{s.Minute, s.Hour, s.Dom, s.Month, s.Dow}[place] &^ star
}

// anyDay reports whether a field of days is *.
func (c Crontab) anyDay(place int) bool {
	return map[int]uint64{day: c.spec.Dom, weekday: c.spec.Dow}[place]&star != 0
}

// never reports whether no month has any of the days.
func (c Crontab) never() bool {
	if c.anyDay(day) || !c.anyDay(weekday) {
		return false
	}
	longest := []int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	first := bits.TrailingZeros64(c.set(day))
	for m := 1; m <= 12; m++ {
		if c.set(month)>>m&1 == 1 && first <= longest[m] {
			return false
		}
	}
	return true
}

// canonical writes a field's values in the shortest usual form.
func (f field) canonical(set uint64) string {
	var values []int
	for v := f.min; v <= f.max; v++ {
		if set>>v&1 == 1 {
			values = append(values, v)
		}
	}
	if len(values) == f.max-f.min+1 {
		return "*"
	}
	if step := f.progression(values); step > 1 {
		if values[0] == f.min {
			return fmt.Sprintf("*/%d", step)
		}
		return fmt.Sprintf("%d-%d/%d", values[0], f.max, step)
	}
	return runsOf(values, strconv.Itoa)
}

// progression returns the step by which the values reach the field's end, 0 if
// they do not or are fewer than three.
func (f field) progression(values []int) int {
	if len(values) < 3 {
		return 0
	}
	step := values[1] - values[0]
	for i := 1; i < len(values); i++ {
		if values[i]-values[i-1] != step {
			return 0
		}
	}
	if values[len(values)-1]+step <= f.max {
		return 0
	}
	return step
}

// runsOf lists values, neighbours of three and more as ranges.
func runsOf(values []int, name func(int) string) string {
	var parts []string
	for len(values) > 0 {
		n := 1
		for n < len(values) && values[n] == values[0]+n {
			n++
		}
		if n < 3 {
			parts, values = append(parts, name(values[0])), values[1:]
			continue
		}
		parts, values = append(parts, name(values[0])+"-"+name(values[n-1])), values[n:]
	}
	return strings.Join(parts, ",")
}
