package catalog

import "github.com/vertex-ar/backup/internal/errs"

// Kind is what a versioned record describes, as users call it.
type Kind string

// The kinds of versioned records.
const (
	Backups    Kind = "backup"
	Operations Kind = "operation"
)

// NotFound says that there is no record of the kind with the ID.
func NotFound(kind Kind, id string) error {
	return errs.New(errs.ErrNotFound, "There is no %s %.100q.", kind, id)
}

// Stale says that somebody else wrote, made or removed the record first.
func Stale(kind Kind, id string) error {
	return errs.New(errs.ErrConflict, "The %s %s was changed meanwhile; load it again.", kind, id)
}
