package backup

import (
	"slices"
	"time"
)

// This file is the one judgement of what protects the data. Retention, the rule of
// the last of its kind, statistics, lists and the page use it; none has its own.

// holds reports whether component c can be restored from b.
func (b Backup) holds(c Component) bool {
	return b.Status.Restorable() && (c == ComponentDatabase && b.DatabaseOK || c == ComponentStorage && b.StorageOK)
}

// Protects reports whether b is one of the backups that component c can be
// brought back from: it holds c whole, nothing of it is known to be damaged or
// missing, nothing of it has gone without somebody saying that it was meant so, and
// it is no safety backup, which goes away by itself.
func (b Backup) Protects(c Component) bool {
	return b.holds(c) && b.Damage == nil && !b.shrunkIn(c) && b.Reason != ReasonPreRestore
}

// Sound reports whether b protects everything that a backup of its kind holds.
func (b Backup) Sound() bool {
	for _, c := range b.Kind.Components() {
		if !b.Protects(c) {
			return false
		}
	}
	return b.Kind.Valid()
}

// protected names the components that b protects.
func (b Backup) protected() (all []string) {
	for _, c := range b.Kind.Components() {
		if b.Protects(c) {
			all = append(all, string(c))
		}
	}
	return all
}

// offers reports whether something of component c may be restored from b, though
// it may not be whole.
func (b Backup) offers(c Component) bool {
	return b.Status.Restorable() && b.Reason != ReasonPreRestore && slices.Contains(b.Kind.Components(), c) && b.listed()
}

// guarded reports whether b protects something and is younger than an age.
func (b Backup) guarded(age time.Duration, now time.Time) bool {
	return len(b.protected()) > 0 && now.Sub(b.CreatedAt) < age
}

// listed reports whether what the list of b's files says is not known to be wrong.
func (b Backup) listed() bool { return b.Damage == nil || !b.Damage.Manifest }
