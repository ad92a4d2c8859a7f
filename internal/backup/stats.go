package backup

import (
	"context"
	"fmt"
)

// Stats counts the backups.
func (s *Service) Stats(ctx context.Context) (Stats, error) {
	st := Stats{
		Count: map[Kind]int64{}, StoredSize: map[Kind]int64{}, LogicalSize: map[Kind]int64{},
		Newest: map[Kind]Backup{}, NewestComponent: map[Component]Backup{},
	}
	good := map[Kind]bool{} // there is a complete one of the kind, newer than what follows
	err := s.eachBackup(ctx, "", func(b Backup) bool {
		st.add(b)
		st.judge(b, good)
		return true
	})
	if err != nil {
		return st, err
	}
	st.LastRestore, err = s.lastRestore(ctx)
	return st, err
}

// lastRestore finds the newest restore that has ended, among the newest operations.
func (s *Service) lastRestore(ctx context.Context) (*Operation, error) {
	operations, err := s.Operations.ListOperations(ctx, "", catalogPage)
	if err != nil {
		return nil, fmt.Errorf("look for the last restore: %w", err)
	}
	for _, o := range operations {
		o = presentOperation(o, s.Now())
		if o.Verb == VerbRestore && !o.dryRun() && o.Status.Finished() {
			return &o, nil
		}
	}
	return nil, nil
}

// judge notes what tells whether all is well. It sees the backups newest first.
func (st *Stats) judge(b Backup, good map[Kind]bool) {
	if b.Status.Restorable() {
		if b.Damage != nil {
			st.Damaged++
		}
		if !b.VerifiedAt.IsZero() && (st.LastVerified == nil || b.VerifiedAt.After(st.LastVerified.VerifiedAt)) {
			st.LastVerified = &b
		}
	}
	if b.Reason == ReasonPreRestore {
		return
	}
	switch b.Status {
	case StatusCompleted:
		good[b.Kind] = true
		for _, c := range b.Kind.Components() {
			if _, ok := st.NewestComponent[c]; !ok && b.holds(c) {
				st.NewestComponent[c] = b
			}
		}
	case StatusFailed, StatusPartial:
		if st.LastFailure == nil && !good[b.Kind] {
			st.LastFailure = &b
		}
	case StatusPending, StatusRunning, StatusCancelled, StatusDeleting:
	}
}

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
	if _, ok := st.Newest[b.Kind]; !ok {
		st.Newest[b.Kind] = b
	}
	if st.Latest == nil {
		st.Latest = &b
	}
}
