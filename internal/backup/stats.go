package backup

import (
	"context"
	"slices"
)

// Stats counts the backups.
func (s *Service) Stats(ctx context.Context) (Stats, error) {
	st := Stats{
		Count: map[Kind]int64{}, StoredSize: map[Kind]int64{}, LogicalSize: map[Kind]int64{},
		Newest: map[Kind]Backup{}, NewestComponent: map[Component]Backup{}, MaxBackups: s.Policy.MaxBackups,
	}
	var followed []Kind // those of which a newer complete backup was met
	err := s.eachBackup(ctx, func(b Backup) bool {
		st.add(b)
		st.judge(b, &followed)
		return true
	})
	if err != nil {
		return st, err
	}
	st.LastRestore, err = s.lastRestore(ctx)
	return st, err
}

// add counts a backup; they come newest first.
func (st *Stats) add(b Backup) {
	switch b.Status {
	case StatusFailed:
		st.Failed++
	case StatusPending, StatusRunning:
		st.Running++
	case StatusCompleted, StatusPartial, StatusCancelled, StatusDeleting:
	}
	if !b.Status.Restorable() {
		return
	}
	st.Count[b.Kind]++
	st.StoredSize[b.Kind] += b.StoredSize
	st.LogicalSize[b.Kind] += b.LogicalSize
	if b.Damage != nil {
		st.Damaged++
	}
	if _, ok := st.Newest[b.Kind]; !ok {
		st.Newest[b.Kind] = b
	}
	if st.Latest == nil {
		st.Latest = &b
	}
	if !b.VerifiedAt.IsZero() && (st.LastVerified == nil || b.VerifiedAt.After(st.LastVerified.VerifiedAt)) {
		st.LastVerified = &b
	}
}

// judge finds what is well and what is not. Safety backups say nothing about that.
func (st *Stats) judge(b Backup, followed *[]Kind) {
	if b.Reason == ReasonPreRestore {
		return
	}
	switch b.Status {
	case StatusCompleted:
		if !slices.Contains(*followed, b.Kind) {
			*followed = append(*followed, b.Kind)
		}
		for _, c := range b.Kind.Components() {
			if _, ok := st.NewestComponent[c]; !ok && b.holds(c) {
				st.NewestComponent[c] = b
			}
		}
	case StatusFailed, StatusPartial:
		if st.LastFailure == nil && !slices.Contains(*followed, b.Kind) {
			st.LastFailure = &b
		}
	case StatusPending, StatusRunning, StatusCancelled, StatusDeleting:
	}
}

// mostOperations is how many of the newest operations are searched for the last
// restore: those of years.
const mostOperations = 2000

// lastRestore returns the newest restore that has ended and was no dry run; nil
// if there is none.
func (s *Service) lastRestore(ctx context.Context) (*Operation, error) {
	return s.newestOperation(ctx, mostOperations, func(o Operation) bool {
		return o.Verb == VerbRestore && o.Status.Finished() && !o.dryRun()
	})
}
