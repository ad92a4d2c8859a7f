package retention

import (
	"fmt"
	"slices"
	"time"
)

// Backup is what a policy needs to know of one backup.
type Backup struct {
	ID        string
	Kind      string
	CreatedAt time.Time
	// Restorable says that something can be restored from it. Others are what
	// failed attempts left behind.
	Restorable bool
	// Sound backups are whole, as far as is known, and count towards the policy.
	Sound bool
	// Protects names the components that a restorable backup holds whole, as far as
	// is known.
	Protects []string
	Pinned   bool
	// Deleting says that a removal has begun and must be ended.
	Deleting bool
	// ExpiresAt, when set, is of a backup that does not count: it is kept
	// until then and removed afterwards.
	ExpiresAt time.Time
}

// Policy says how many backups stay.
type Policy struct {
	// MaxBackups is the number of newest sound backups to keep of each kind, at least 1.
	MaxBackups int
	// MinAge is how old a backup must be to be removed, in whole days. Those that are younger and of
	// one day count once: many in a short time do not push older ones out.
	MinAge time.Duration
	// KeepFailed is how long the record of a failed attempt stays.
	KeepFailed time.Duration
}

// maxSkew is how far clocks may differ. What is dated later than that was made by a
// clock that was wrong: nobody knows how old it is, so it stays and does not count.
const maxSkew = time.Minute

// Kept is a backup that stays, with the reasons.
type Kept struct {
	Backup  Backup
	Reasons []string
}

// Apply sorts the backups into those that stay and those that go. Keep and
// remove are newest first, and every backup is in exactly one of them. The
// newest sound backup of each kind always stays, and so does the newest that
// protects a component.
func Apply(p Policy, now time.Time, backups []Backup) (keep []Kept, remove []Backup) {
	sorted := slices.Clone(backups)
	slices.SortStableFunc(sorted, func(a, b Backup) int { return b.CreatedAt.Compare(a.CreatedAt) })
	c := counter{
		policy: p, now: now, sound: map[string]int{}, unsound: map[string]int{},
		days: map[day]bool{}, protected: map[string]bool{},
	}
	for _, b := range sorted {
		if reasons := c.reasons(b); len(reasons) == 0 {
			remove = append(remove, b)
		} else {
			keep = append(keep, Kept{b, reasons})
		}
	}
	return keep, remove
}

// counter counts the backups, which come newest first.
type counter struct {
	policy    Policy
	now       time.Time
	sound     map[string]int  // that count towards MaxBackups, by kind
	unsound   map[string]int  // others that can be restored, by kind
	days      map[day]bool    // of young sound ones that were counted
	protected map[string]bool // components
}

// day is so many days ago.
type day struct {
	kind string
	ago  time.Duration
}

// reasons gives the reasons to keep b.
func (c *counter) reasons(b Backup) (reasons []string) {
	if b.Deleting {
		return nil
	}
	if b.Pinned {
		reasons = append(reasons, "pinned")
	}
	switch {
	case !b.Restorable:
		if c.now.Sub(b.CreatedAt) < c.policy.KeepFailed {
			reasons = append(reasons, "failed recently")
		}
		return reasons
	case !b.ExpiresAt.IsZero():
		if c.now.Before(b.ExpiresAt) {
			reasons = append(reasons, "safety backup until "+b.ExpiresAt.UTC().Format(time.DateTime)+" UTC")
		}
		return reasons
	case b.CreatedAt.After(c.now.Add(maxSkew)):
		return append(reasons, "dated later than now, by a clock that was wrong")
	case b.Sound:
		reasons = append(reasons, c.count(b)...)
	default:
		reasons = append(reasons, c.tolerate(b)...)
	}
	first := c.protects(b)
	if len(reasons) == 0 {
		reasons = first
	}
	if len(reasons) == 0 && c.young(b) {
		reasons = append(reasons, fmt.Sprintf("younger than the %d-day minimum", c.policy.MinAge/(24*time.Hour)))
	}
	return reasons
}

// count gives the reasons to keep a sound backup.
func (c *counter) count(b Backup) (reasons []string) {
	first := c.sound[b.Kind] == 0
	if !c.counted(b) {
		c.sound[b.Kind]++
		if n := c.sound[b.Kind]; n <= c.policy.MaxBackups {
			reasons = append(reasons, fmt.Sprintf("%d of the %d newest %s backups", n, c.policy.MaxBackups, b.Kind))
		}
	}
	if first {
		reasons = append(reasons, "newest complete "+b.Kind+" backup")
	}
	return reasons
}

// counted reports whether another young backup of b's day counts already.
func (c *counter) counted(b Backup) bool {
	if !c.young(b) {
		return false
	}
	d := day{b.Kind, c.now.Sub(b.CreatedAt) / (24 * time.Hour)}
	before := c.days[d]
	c.days[d] = true
	return before
}

// tolerate gives the reason to keep a backup that is not sound: something may be
// restored from it that no sound one has. Many of them do not pile up.
func (c *counter) tolerate(b Backup) (reasons []string) {
	c.unsound[b.Kind]++
	if most := c.policy.MaxBackups; c.unsound[b.Kind] <= most && c.sound[b.Kind] < most {
		reasons = append(reasons, fmt.Sprintf("not whole, but fewer than %d newer %s backups are", most, b.Kind))
	}
	return reasons
}

// protects gives the reasons to keep the newest backup that protects a component.
func (c *counter) protects(b Backup) (reasons []string) {
	for _, component := range b.Protects {
		if !c.protected[component] {
			c.protected[component] = true
			reasons = append(reasons, "newest backup that holds the "+component+" whole")
		}
	}
	return reasons
}

// young reports whether b must not be removed because of its age.
func (c *counter) young(b Backup) bool { return c.now.Sub(b.CreatedAt) < c.policy.MinAge }
