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
	limit := req.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	var res ListResult
	err := s.eachBackup(ctx, ID(req.Cursor), func(b Backup) bool {
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
	if r.Limit < 0 || r.Limit > maxLimit {
		return errs.New(errs.ErrInvalid, "The limit must be between 1 and %d.", maxLimit)
	}
	if r.Kind != "" && !r.Kind.Valid() {
		return errs.New(errs.ErrInvalid, "The backup_type must be all, database, storage or full.")
	}
	if r.Cursor != "" {
		if _, err := ParseID(r.Cursor); err != nil {
			return errs.New(errs.ErrInvalid, "The cursor is not one that this list gave.")
		}
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

// eachBackup visits the records older than before, newest first, as users see
// them, until visit returns false.
func (s *Service) eachBackup(ctx context.Context, before ID, visit func(Backup) bool) error {
	for {
		page, err := s.Catalog.ListBackups(ctx, before, catalogPage)
		if err != nil {
			return err
		}
		for _, b := range page {
			if !visit(presentBackup(b, s.Now())) {
				return nil
			}
		}
		if len(page) < catalogPage {
			return nil
		}
		before = page[len(page)-1].ID
	}
}

// allBackups returns every record, newest first, as users see them.
func (s *Service) allBackups(ctx context.Context) ([]Backup, error) {
	var all []Backup
	err := s.eachBackup(ctx, "", func(b Backup) bool {
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
	return presentBackup(b, s.Now()), err
}

func noSuchBackup(id ID) *errs.Error {
	return errs.New(errs.ErrNotFound, "There is no backup %s. It may have been deleted; reload the list.", id)
}

// GetOperation returns one operation; errs.ErrNotFound.
func (s *Service) GetOperation(ctx context.Context, id ID) (Operation, error) {
	o, err := s.Operations.GetOperation(ctx, id)
	if errors.Is(err, errs.ErrNotFound) {
		return Operation{}, errs.New(errs.ErrNotFound, "There is no operation %s.", id).Because(err)
	}
	return presentOperation(o, s.Now()), err
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
