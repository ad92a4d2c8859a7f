package backup

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vertex-ar/backup/internal/errs"
)

// maxNote is the longest note, in characters.
const maxNote = 1000

// checkNote refuses a note that is too long or not text.
func checkNote(note string) error {
	if utf8.RuneCountInString(note) > maxNote {
		return errs.New(errs.ErrInvalid, "The note is longer than %d characters.", maxNote)
	}
	if !utf8.ValidString(note) || strings.ContainsFunc(note, func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' }) {
		return errs.New(errs.ErrInvalid, "The note holds control characters.")
	}
	return nil
}

// Edit changes what people say of a backup: its pin and its note. What its run
// or a verification writes meanwhile stays.
func (s *Service) Edit(ctx context.Context, _ Actor, id ID, req EditRequest) (Backup, error) {
	if req.Note != nil {
		if err := checkNote(*req.Note); err != nil {
			return Backup{}, err
		}
	}
	if req.Note == nil && req.Pinned == nil {
		return Backup{}, errs.New(errs.ErrInvalid, "Say what to change: pinned, note or both.")
	}
	for range 10 {
		b, err := s.Catalog.GetBackup(ctx, id)
		switch {
		case errors.Is(err, errs.ErrNotFound):
			return Backup{}, noSuchBackup(id).Because(err)
		case err != nil:
			return Backup{}, err
		case b.Status == StatusDeleting:
			return Backup{}, errs.New(errs.ErrConflict, "Backup %s is being deleted.", id)
		}
		saved, err := s.Catalog.PutBackup(ctx, req.apply(b))
		if !errors.Is(err, errs.ErrConflict) {
			return presentBackup(saved, s.Now()), err
		}
	}
	return Backup{}, beingChanged(id)
}

// apply returns b with what is asked for.
func (r EditRequest) apply(b Backup) Backup {
	if r.Pinned != nil {
		b.Pinned = *r.Pinned
	}
	if r.Note != nil {
		b.Note = *r.Note
	}
	return b
}
