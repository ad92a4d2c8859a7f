package backup

import (
	"context"
	"errors"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// snapshots are the sources of one backup, held still, in the order of their
// entries: the database first, then the storage.
type snapshots []Snapshot

// snapshots takes the components of a kind. In a full backup a component that
// cannot be read becomes an error on the backup and the other one is saved;
// when nothing can be read there is nothing to save.
func (s *Service) snapshots(ctx context.Context, kind Kind, opt SnapshotOptions, found *notices) (snapshots, error) {
	var taken snapshots
	var failed []error
	for _, c := range kind.Components() {
		part, ok := s.Parts[c]
		if !ok {
			return taken, errs.New(errs.ErrInvalid, "This installation has no %s to back up: it is not configured.", c)
		}
		snap, err := part.Source.Snapshot(ctx, opt)
		if err != nil {
			if ctx.Err() != nil {
				return taken, err
			}
			failed = append(failed, err)
			found.fail(c, userLine(err))
			continue
		}
		taken = append(taken, snap)
	}
	if len(taken) == 0 {
		return nil, errors.Join(failed...)
	}
	for _, err := range failed {
		s.Log.ErrorContext(ctx, "component not backed up", "err", err)
	}
	return taken, nil
}

func (ss snapshots) close() error {
	var err error
	for _, snap := range ss {
		err = errors.Join(err, snap.Close())
	}
	return err
}

// copyOptions say how sources are copied.
type copyOptions struct {
	reread     bool
	countAfter time.Duration // how long the copy goes on before its totals are counted
}

// copyTo gives every entry to w. A database is always read: in WAL mode its time
// says nothing. If that lasts so long that somebody sees its progress, a second
// walk beside it counts the totals.
func (ss snapshots) copyTo(ctx context.Context, w Writer, m *meter, opt copyOptions) (seen tally, err error) {
	rows := ss.countRows(ctx)
	ctx, cancel := context.WithCancel(ctx)
	counted := make(chan struct{})
	go func() {
		defer close(counted)
		if sleep(ctx, opt.countAfter) == nil {
			ss.count(ctx, m)
		}
	}()
	defer func() { cancel(); <-counted; seen.rows = <-rows }()
	references := ss.references(ctx, &seen)
	defer references.stop()
	for _, snap := range ss {
		err := snap.Walk(ctx, func(it Item) error {
			references.pass(it.Path)
			it.Reread = opt.reread || componentOf(it.Path) == ComponentDatabase
			return w.Add(ctx, it)
		})
		if err != nil {
			return seen, err
		}
	}
	err = references.end()
	return seen, err
}

// count walks once more, only for the totals, which are unknown until it ends.
// Its errors are those of the other walk, which reports them.
func (ss snapshots) count(ctx context.Context, m *meter) {
	var files, bytes int64
	for _, snap := range ss {
		err := snap.Walk(ctx, func(it Item) error {
			if it.Type == TypeFile {
				files, bytes = files+1, bytes+it.Size
			}
			return ctx.Err()
		})
		if err != nil {
			return
		}
	}
	m.grow(files, bytes)
}
