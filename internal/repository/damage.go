package repository

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/crypt"
)

// noBackup says that there is no manifest.
func noBackup(id backup.ID, cause error) error {
	return errs.New(errs.ErrNotFound, "There is no backup %s in the backup storage.", id).Because(cause)
}

// damagedManifest says what is wrong with a manifest; cause may be nil.
func damagedManifest(id backup.ID, what string, cause error) error {
	return errs.New(errs.ErrCorrupt,
		"The list of files of backup %s is damaged: %s. Nothing can be restored from it; use another backup.", id, what).Because(cause)
}

// incomplete says that archives which a manifest names are not there.
func incomplete(id backup.ID, lost, of int) error {
	return errs.New(errs.ErrCorrupt,
		"%d of the %d archives of backup %s are missing or cut off in the backup storage. Verify it to see which files are lost.", lost, of, id)
}

// damagedContent says that a file cannot be read back.
func damagedContent(path string, cause error) error {
	return errs.New(errs.ErrCorrupt,
		"The content of %s is damaged in the backup storage. Restore it from another backup.", strconv.Quote(path)).Because(cause)
}

// strayedContent says that a manifest gives a file what was stored for another.
func strayedContent(path string, cause error) error {
	return errs.New(errs.ErrCorrupt,
		"The list of files gives %s content that was stored for something else, as the database. Whoever may write to the backup storage can have done that, so it is not believed. If you know who made the backup, ask for it with --allow-unsigned (in the API: allow_unsigned).",
		strconv.Quote(path)).Because(cause)
}

// reasons returns what is behind the sentence of an error, for whoever wants to know
// which rule was violated and where; none if nothing is.
func reasons(err error) []string {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Cause == nil {
		return nil
	}
	return []string{e.Cause.Error()}
}

// isLocked reports whether there is no key to what was to be read.
func isLocked(err error) bool {
	return errors.Is(err, crypt.ErrNoIdentity) || errors.Is(err, crypt.ErrOtherIdentity)
}

// locked says what to do about it.
func locked(id backup.ID, cause error) error {
	advice := errs.Detail(cause)
	switch {
	case errors.Is(cause, crypt.ErrOtherIdentity):
		advice = "The identity that AGE_IDENTITY_FILE or AGE_IDENTITY_SECRET names does not open it. Set the identity of a recipient that it was encrypted for."
	case advice == "":
		advice = "Set AGE_IDENTITY_FILE to the file with the secret key of one of its recipients (for functions: AGE_IDENTITY_SECRET to the name of a secret)."
	}
	return errs.New(errs.ErrInvalid, "Backup %s is encrypted. %s", id, advice).Because(cause)
}

// missing says that an archive is gone, which is damage.
func missing(archive string, cause error) error {
	return fmt.Errorf("archive %s is missing (%v): %w", archive, cause, errs.ErrCorrupt) //nolint:errorlint // not ErrNotFound to the caller
}

// display returns a path as it can be shown: quoted if it has anything unprintable.
func display(path string) string {
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) }
	if !utf8.ValidString(path) || strings.ContainsFunc(path, unprintable) {
		return strconv.Quote(path)
	}
	return path
}
