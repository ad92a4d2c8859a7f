package backup

import "context"

// Counter is a [Snapshot] of something that has rows.
type Counter interface {
	// Rows counts the rows of all tables. known is false if some cannot be counted.
	Rows(ctx context.Context) (rows int64, known bool)
}

// countRows counts the rows of the database, if there is one, beside the copy.
func (ss snapshots) countRows(ctx context.Context) <-chan *int64 {
	counted := make(chan *int64, 1)
	go func() {
		defer close(counted)
		for _, snap := range ss {
			if c, ok := snap.(Counter); ok {
				if rows, known := c.Rows(ctx); known {
					counted <- &rows
				}
			}
		}
	}()
	return counted
}
