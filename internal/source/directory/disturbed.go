package directory

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// tolerate passes over a step of the commit that others have made impossible or
// needless: what they removed, made or replaced, the next plan finds. Any other error
// is told with its path.
func (r *restoration) tolerate(name string, err error) error {
	switch {
	case err == nil, errs.Detail(err) != "":
		return err
	case disturbed(err):
		return r.undisturbed()
	case errs.Detail(source.Full(err, "media")) != "":
		return source.Full(err, "media")
	}
	if errno, ok := errors.AsType[unix.Errno](err); ok {
		return errs.New(errs.ErrUnavailable, "%s could not be restored (%s).", backup.Printable(name), errno.Error()).Because(err)
	}
	return err
}

// disturbed reports whether err says that something is not what it was a moment ago.
func disturbed(err error) bool {
	for _, e := range []error{fs.ErrNotExist, fs.ErrExist, unix.ENOTEMPTY, unix.ENOTDIR, unix.EISDIR, unix.ELOOP, unix.ESTALE} {
		if errors.Is(err, e) {
			return true
		}
	}
	// Of these errors of os.Root, when a link or a file has taken a directory's place,
	// there are only the texts.
	text := err.Error()
	return strings.HasSuffix(text, "path escapes from parent") || strings.HasSuffix(text, "not a directory")
}

// undisturbed makes sure that it was not the staging directory that has gone: then
// another restore has taken over, and the steps that are left would find nothing.
func (r *restoration) undisturbed() error {
	if _, err := r.disk.root.Lstat(path.Join(r.staging, stagingMarker)); err == nil || r.cleared {
		return nil
	}
	return errs.New(errs.ErrConflict, "The files that were made ready for the media are gone: another restore, or somebody, has removed them.")
}
