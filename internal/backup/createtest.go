package backup

import (
	"context"
	"errors"

	"github.com/vertex-ar/backup/internal/errs"
)

// CreateTest does everything of a create but storing: it reads the sources'
// names and sizes and copies the database to see that it can be backed up.
func (s *Service) CreateTest(ctx context.Context, req CreateRequest) (res CreateTest, err error) {
	if err := req.validate(); err != nil {
		return CreateTest{}, err
	}
	var found notices
	snaps, err := s.snapshots(ctx, req.Kind, SnapshotOptions{Report: found.report}, &found)
	defer func() { err = errors.Join(err, snaps.close()) }()
	if errors.Is(err, errs.ErrNotFound) { // the source, not what the request names
		return CreateTest{}, errs.New(errs.ErrConflict, "%s", errs.Detail(err)).Because(err)
	}
	if err != nil {
		return CreateTest{}, err
	}
	var m meter
	var seen tally
	references := snaps.references(ctx, &seen)
	defer references.stop()
	for _, snap := range snaps {
		err := snap.Walk(ctx, func(it Item) error {
			references.pass(it.Path)
			if it.Type == TypeFile {
				m.add(1, it.Size)
			}
			return nil
		})
		if err != nil {
			return CreateTest{}, err
		}
	}
	if err := references.end(); err != nil {
		return CreateTest{}, err
	}
	if line := seen.judge(&found, m.now().DoneFiles, 0); line != "" {
		found.warn(line)
	}
	lost, warnings := found.lines()
	p := m.now()
	return CreateTest{Files: p.DoneFiles, Bytes: p.DoneBytes, Warnings: append(lost, warnings...)}, nil
}
