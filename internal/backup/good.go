package backup

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
