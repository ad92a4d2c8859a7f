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

// Edit changes what people say of a backup: its pin, its note, and whether what it
// lacks is meant so. It goes into the repository first, and then into the record.
// What its run or a verification writes meanwhile stays.
func (s *Service) Edit(ctx context.Context, _ Actor, id ID, req EditRequest) (Backup, error) {
	if req.Note != nil {
		if err := checkNote(*req.Note); err != nil {
			return Backup{}, err
		}
	}
	if req.Note == nil && req.Pinned == nil && req.Accepted == nil {
		return Backup{}, errs.New(errs.ErrInvalid, "Say what to change: pinned, note or accepted.")
	}
	b, err := s.editable(ctx, id)
	if err != nil {
		return Backup{}, err
	}
	said, err := s.Repository.Mark(ctx, id, func(now Marks, known bool) Marks {
		if !known {
			now = b.Marks()
		}
		return req.apply(now)
	})
	if err != nil {
		return Backup{}, err
	}
	for range 10 {
		saved, err := s.Catalog.PutBackup(ctx, b.Marked(said))
		if !errors.Is(err, errs.ErrConflict) {
			return presentBackup(saved, s.Now()), err
		}
		if b, err = s.editable(ctx, id); err != nil {
			return Backup{}, err
		}
	}
	return Backup{}, beingChanged(id)
}

// editable reads a record that people may say something of.
func (s *Service) editable(ctx context.Context, id ID) (Backup, error) {
	b, err := s.Catalog.GetBackup(ctx, id)
	switch {
	case errors.Is(err, errs.ErrNotFound):
		return b, noSuchBackup(id).Because(err)
	case err != nil:
		return b, err
	case b.Status == StatusDeleting:
		return b, errs.New(errs.ErrConflict, "Backup %s is being deleted.", id)
	}
	return b, nil
}

// apply returns m with what is asked for.
func (r EditRequest) apply(m Marks) Marks {
	if r.Pinned != nil {
		m.Pinned = *r.Pinned
	}
	if r.Note != nil {
		m.Note = *r.Note
	}
	if r.Accepted != nil {
		m.Accepted = *r.Accepted
	}
	return m
}
