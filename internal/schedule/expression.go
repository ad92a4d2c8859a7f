package schedule

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
)

// Expression returns the crontab as EventBridge Scheduler writes it. A crontab
// that it cannot express is errs.ErrInvalid with the reason.
func (c Crontab) Expression() (string, error) {
	if !c.anyDay(day) && !c.anyDay(weekday) {
		return "", errs.New(errs.ErrInvalid, "A crontab with both a day of the month and a day of the week would run on either; EventBridge Scheduler knows only one of them. Make one of the two *.")
	}
	anyWeekday := fields()[weekday].canonical(c.set(weekday)) == "*" // also if it lists all seven
	parts := make([]string, 0, len(fields())+1)
	for i, f := range fields() {
		switch {
		case i == day && !anyWeekday:
			parts = append(parts, "?")
		case i == weekday && anyWeekday:
			parts = append(parts, "?")
		default:
			parts = append(parts, f.expression(c.set(i)))
		}
	}
	return "cron(" + strings.Join(append(parts, "*"), " ") + ")", nil
}

// expression writes a field's values as EventBridge documents them: *, n/step to
// the field's end, lists and ranges, and names for days of the week.
func (f field) expression(set uint64) string {
	text := f.canonical(set)
	if f.name == fields()[weekday].name && text != "*" {
		return f.named(set)
	}
	first, step, stepped := strings.Cut(text, "/")
	if !stepped {
		return text
	}
	first, _, _ = strings.Cut(first, "-")
	if first == "*" {
		first = strconv.Itoa(f.min)
	}
	return first + "/" + step
}

// named lists the values by their names: as numbers EventBridge's days of the
// week differ by one from a crontab's.
func (f field) named(set uint64) string {
	var values []int
	for v := f.min; v <= f.max; v++ {
		if set>>v&1 == 1 {
			values = append(values, v)
		}
	}
	return runsOf(values, func(v int) string { return f.names[v-f.min] })
}

var cronExpression = regexp.MustCompile(`^cron\(\s*(.*?)\s*\)$`)

// FromExpression returns the crontab that means what an expression of
// EventBridge Scheduler does. One that no crontab means is errs.ErrInvalid with
// the reason.
func FromExpression(expression string) (Crontab, error) {
	m := cronExpression.FindStringSubmatch(strings.TrimSpace(expression))
	if m == nil {
		return Crontab{}, inexpressible("it is not of the form cron(…)")
	}
	parts := strings.Fields(m[1])
	switch {
	case len(parts) != len(fields())+1:
		return Crontab{}, inexpressible("it does not have six fields")
	case parts[5] != "*":
		return Crontab{}, inexpressible("it names years")
	case (parts[day] == "?") == (parts[weekday] == "?"):
		return Crontab{}, inexpressible("it needs a ? in exactly one of day of the month and day of the week")
	}
	plain := make([]string, len(fields()))
	for i, f := range fields() {
		p, err := f.plain(parts[i], i == day || i == weekday)
		if err != nil {
			return Crontab{}, inexpressible("its " + f.name + " has what crontabs do not").Because(err)
		}
		plain[i] = p
	}
	return canonical(plain)
}

// canonical reads fields and writes them in the usual form.
func canonical(plain []string) (Crontab, error) {
	c, err := Parse(strings.Join(plain, " "))
	if err != nil {
		return Crontab{}, inexpressible("it has values that crontabs do not").Because(err)
	}
	for i, f := range fields() {
		plain[i] = f.canonical(c.set(i))
	}
	return Parse(strings.Join(plain, " "))
}

func inexpressible(reason string) *errs.Error {
	return errs.New(errs.ErrInvalid, "The schedule's expression cannot be shown as a crontab: %s.", reason)
}

// plain rewrites an expression's field as a crontab's. Ways to say what no
// crontab can (L, W, #) come out as an error.
func (f field) plain(text string, mayBeAny bool) (string, error) {
	if text == "?" && mayBeAny {
		return "*", nil
	}
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		m := element.FindStringSubmatch(part)
		if m == nil {
			return "", fmt.Errorf("%.20q", part)
		}
		from, errFrom := f.value(m[1])
		to, errTo := f.value(m[2])
		switch {
		case errFrom != nil || errTo != nil:
			return "", fmt.Errorf("%.20q", part)
		case m[1] == "":
			parts = append(parts, part)
			continue
		case m[2] == "" && m[3] != "":
			to = strconv.Itoa(f.max)
		}
		parts = append(parts, joined(from, to, m[3]))
	}
	return strings.Join(parts, ","), nil
}

// value rewrites one value: of numbers of days of the week EventBridge's are
// greater by one.
func (f field) value(text string) (string, error) {
	n, err := strconv.Atoi(text)
	if err != nil || f.name != fields()[weekday].name {
		return text, nil //nolint:nilerr // a name, or nothing
	}
	if n < 1 || n > 7 {
		return "", fmt.Errorf("day of the week %d", n)
	}
	return strconv.Itoa(n - 1), nil
}

func joined(from, to, step string) string {
	if to != "" {
		from += "-" + to
	}
	if step != "" {
		from += "/" + step
	}
	return from
}
