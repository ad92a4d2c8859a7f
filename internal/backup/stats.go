package backup

import "context"

// Stats counts the backups.
func (s *Service) Stats(ctx context.Context) (Stats, error) {
	st := Stats{
		Count: map[Kind]int64{}, StoredSize: map[Kind]int64{}, LogicalSize: map[Kind]int64{},
		Newest: map[Kind]Backup{},
	}
	err := s.eachBackup(ctx, "", func(b Backup) bool {
		st.add(b)
		return true
	})
	return st, err
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
