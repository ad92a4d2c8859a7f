package backup

import (
	"context"
	"errors"

	"github.com/vertex-ar/backup/internal/errs"
)

// EditRequest says what to change about a backup's record; nil leaves it.
type EditRequest struct {
	Pinned *bool   // never rotated away, nor deleted
	Note   *string // as of a [CreateRequest]
}

func (r EditRequest) validate() error {
	if r.Pinned == nil && r.Note == nil {
		return errs.New(errs.ErrInvalid, "Say what to change: pinned, note or both.")
	}
	if r.Note != nil {
		return checkNote(*r.Note)
	}
	return nil
}

// Edit changes what users may change about a backup, also while it is being made,
// and returns its record. It is errs.ErrConflict for one that is being deleted.
func (s *Service) Edit(ctx context.Context, _ Actor, id ID, req EditRequest) (Backup, error) {
	if err := req.validate(); err != nil {
		return Backup{}, err
	}
	for range 5 {
		b, err := s.Catalog.GetBackup(ctx, id)
		if errors.Is(err, errs.ErrNotFound) {
			return Backup{}, noSuchBackup(id).Because(err)
		}
		if err != nil {
			return Backup{}, err
		}
		if b.Status == StatusDeleting {
			return Backup{}, errs.New(errs.ErrConflict, "Backup %s is being deleted, so it cannot be changed any more.", id)
		}
		if req.Pinned != nil {
			b.Pinned = *req.Pinned
		}
		if req.Note != nil {
			b.Note = *req.Note
		}
		saved, err := s.Catalog.PutBackup(ctx, b)
		if !errors.Is(err, errs.ErrConflict) {
			return presentBackup(saved, s.Now()), err
		}
	}
	return Backup{}, beingChanged(id)
}
