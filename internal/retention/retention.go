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
	// Restorable backups count towards the policy. Others are what failed
	// attempts left behind.
	Restorable bool
	// Complete says that nothing is missing from a restorable backup.
	Complete bool
	Pinned   bool
	// Deleting says that a removal has begun and must be ended.
	Deleting bool
	// ExpiresAt, when set, is of a backup that does not count: it is kept
	// until then and removed afterwards.
	ExpiresAt time.Time
}

// Policy says how many backups stay.
type Policy struct {
	// MaxBackups is the number of newest backups to keep of each kind, at least 1.
	MaxBackups int
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
// newest complete backup of each kind always stays.
func Apply(p Policy, now time.Time, backups []Backup) (keep []Kept, remove []Backup) {
	sorted := slices.Clone(backups)
	slices.SortStableFunc(sorted, func(a, b Backup) int { return b.CreatedAt.Compare(a.CreatedAt) })
	count := map[string]int{}
	complete := map[string]bool{}
	for _, b := range sorted {
		var reasons []string
		if b.Pinned {
			reasons = append(reasons, "pinned")
		}
		switch {
		case b.Deleting:
			reasons = nil
		case !b.Restorable:
			if now.Sub(b.CreatedAt) < p.KeepFailed {
				reasons = append(reasons, "failed recently")
			}
		case !b.ExpiresAt.IsZero():
			if now.Before(b.ExpiresAt) {
				reasons = append(reasons, "safety backup until "+b.ExpiresAt.UTC().Format(time.DateTime)+" UTC")
			}
		case b.CreatedAt.After(now.Add(maxSkew)):
			reasons = append(reasons, "dated later than now, by a clock that was wrong")
		default:
			reasons = append(reasons, p.count(b, count, complete)...)
		}
		if len(reasons) == 0 {
			remove = append(remove, b)
		} else {
			keep = append(keep, Kept{b, reasons})
		}
	}
	return keep, remove
}

// count gives the reasons to keep a backup that counts towards MaxBackups.
func (p Policy) count(b Backup, count map[string]int, complete map[string]bool) []string {
	var reasons []string
	count[b.Kind]++
	if n := count[b.Kind]; n <= p.MaxBackups {
		reasons = append(reasons, fmt.Sprintf("%d of the %d newest %s backups", n, p.MaxBackups, b.Kind))
	}
	if b.Complete && !complete[b.Kind] {
		complete[b.Kind] = true
		reasons = append(reasons, "newest complete "+b.Kind+" backup")
	}
	return reasons
}
