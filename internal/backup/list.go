package backup

import (
	"context"
	"errors"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
)

// Limits of pages.
const (
	maxLimit      = 1000
	defaultLimit  = 100
	catalogPage   = 500
	defaultBrowse = 200
)

// List returns a page of the backups that match, newest first.
func (s *Service) List(ctx context.Context, req ListRequest) (ListResult, error) {
	if err := req.validate(); err != nil {
		return ListResult{}, err
	}
	limit, err := pageLimit(req.Limit, req.Cursor)
	if err != nil {
		return ListResult{}, err
	}
	var res ListResult
	err = s.eachRecorded(ctx, ID(req.Cursor), func(b Backup) bool {
		if !req.From.IsZero() && b.CreatedAt.Before(req.From) {
			return false // older ones follow
		}
		if !req.matches(b) {
			return true
		}
		if len(res.Backups) == limit {
			res.Next = string(res.Backups[limit-1].ID)
			return false
		}
		res.Backups = append(res.Backups, b)
		return true
	})
	return res, err
}

func (r ListRequest) validate() error {
	if r.Kind != "" && !r.Kind.Valid() {
		return errs.New(errs.ErrInvalid, "The backup_type must be all, database, storage or full.")
	}
	return nil
}

func (r ListRequest) matches(b Backup) bool {
	q := strings.ToLower(r.Query)
	return (r.Kind == "" || b.Kind == r.Kind) &&
		(r.Status == "" || b.Status == r.Status) &&
		(r.To.IsZero() || !b.CreatedAt.After(r.To)) &&
		(q == "" || strings.Contains(strings.ToLower(string(b.ID)+"\n"+b.Note+"\n"+b.CreatedBy), q))
}

// eachBackup visits the records, newest first, as users see them, until visit returns false. Those of which the date lies in the future come
// last: a clock was wrong when they were made, and nobody knows how old they are.
func (s *Service) eachBackup(ctx context.Context, visit func(Backup) bool) error {
	var future []Backup
	more := true
	err := s.eachRecorded(ctx, "", func(b Backup) bool {
		if s.inFuture(b.CreatedAt) {
			future = append(future, b)
			return true
		}
		more = visit(b)
		return more
	})
	for _, b := range future {
		if err != nil || !more {
			break
		}
		more = visit(b)
	}
	return err
}

// eachRecorded visits the records older than before in the order of their ids.
func (s *Service) eachRecorded(ctx context.Context, before ID, visit func(Backup) bool) error {
	return eachRecord(ctx, before, s.Catalog.ListBackups, func(b Backup) (ID, bool) {
		if ended, ok := s.Endings.backup(b.ID); ok && !b.Status.Finished() {
			b = ended
		}
		return b.ID, visit(presentBackup(b, s.Now()))
	})
}

// eachRecord visits the records of a list, page by page. A visit returns the
// record's ID and whether to go on.
func eachRecord[R any](ctx context.Context, before ID, list func(ctx context.Context, before ID, limit int) ([]R, error), visit func(R) (ID, bool)) error {
	for {
		page, err := list(ctx, before, catalogPage)
		if err != nil {
			return err
		}
		for _, r := range page {
			id, more := visit(r)
			if !more {
				return nil
			}
			before = id
		}
		if len(page) < catalogPage {
			return nil
		}
	}
}

// allBackups returns every record, newest first, as users see them.
func (s *Service) allBackups(ctx context.Context) ([]Backup, error) {
	var all []Backup
	err := s.eachBackup(ctx, func(b Backup) bool {
		all = append(all, b)
		return true
	})
	return all, err
}

// Get returns one backup; errs.ErrNotFound.
func (s *Service) Get(ctx context.Context, id ID) (Backup, error) {
	b, err := s.Catalog.GetBackup(ctx, id)
	if errors.Is(err, errs.ErrNotFound) {
		return Backup{}, noSuchBackup(id).Because(err)
	}
	if ended, ok := s.Endings.backup(id); ok && (err != nil || !b.Status.Finished()) {
		return ended, nil //nolint:nilerr // it is the truth, also when the catalog does not answer
	}
	return presentBackup(b, s.Now()), err
}

func noSuchBackup(id ID) *errs.Error {
	return errs.New(errs.ErrNotFound, "There is no backup %s. It may have been deleted; reload the list.", id)
}

// restorable returns a backup that has content; errs.ErrConflict if it has none.
func (s *Service) restorable(ctx context.Context, id ID) (Backup, error) {
	b, err := s.Get(ctx, id)
	if err != nil {
		return Backup{}, err
	}
	if !b.Status.Restorable() {
		return Backup{}, errs.New(errs.ErrConflict, "Backup %s is %s, so there is nothing in it to read. Choose one that is completed.", id, b.Status)
	}
	return b, nil
}
