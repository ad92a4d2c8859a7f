package repository

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
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

// damagedContent says that a file cannot be read back.
func damagedContent(path string, cause error) error {
	return errs.New(errs.ErrCorrupt,
		"The content of %s is damaged in the backup storage. Restore it from another backup.", strconv.Quote(path)).Because(cause)
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
