package directory

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// refusal finds in a plan what the system would refuse in the middle of the
// restore: to remove or replace a mount point, and to change a directory in which
// this user may not write or of which the file system is read-only.
type refusal struct {
	prefix string
	root   string   // without links; the tree's if it is missing
	mounts []string // paths below the root
	rights source.Rights
	sticky sticky          // of the directory that was looked at last
	good   map[bool]string // the directories that were looked at last and may be changed
}

// newRefusal looks for mount points at or below root.
func newRefusal(root, prefix string) *refusal {
	if found, err := filepath.EvalSymlinks(root); err == nil {
		root = found
	}
	if found, err := filepath.Abs(root); err == nil {
		root = found
	}
	return &refusal{prefix: prefix, root: root, mounts: mountsBelow(root), rights: source.OwnRights(), good: map[bool]string{}}
}

// check returns an error if the step cannot be taken.
func (r *refusal) check(s step) error {
	rel := "."
	if s.Entry.Path != r.prefix {
		rel = strings.TrimPrefix(s.Entry.Path, r.prefix+"/")
	}
	switch s.Verb {
	case keep, keepDir:
		return nil
	case settleDir:
		return r.writable(rel, false)
	case touch:
		return r.writable(path.Dir(rel), false)
	case write, link, relink, makeDir, clearDir, remove, discard, removeWith:
	}
	for _, mount := range r.mounts {
		if rel == "." || mount == rel || strings.HasPrefix(mount, rel+"/") {
			return errs.New(errs.ErrConflict, "%s is a mount point, and this restore would have to remove or replace it. Unmount it first, or restore only the paths that you need, or to another place.",
				backup.Printable(r.prefix+"/"+mount))
		}
	}
	if rel == "." || s.Below != "" {
		return nil // the root is looked at on its own, and what is to be made is this user's
	}
	if err := r.writable(path.Dir(rel), true); err != nil {
		return err
	}
	return r.foreign(rel, s.Verb == clearDir)
}

// foreign returns an error if what is at rel is another user's and only he may replace
// or remove it: in a directory with the sticky bit, or to empty one that is closed.
func (r *refusal) foreign(rel string, closed bool) error {
	if r.rights.All() {
		return nil
	}
	dir := path.Dir(rel)
	if r.sticky.dir != dir {
		info, err := os.Lstat(filepath.Join(r.root, dir))
		r.sticky = sticky{dir, err == nil && info.Mode()&fs.ModeSticky != 0 && !r.owns(info)}
	}
	if !r.sticky.yes && !closed {
		return nil
	}
	info, err := os.Lstat(filepath.Join(r.root, rel))
	if err != nil || r.owns(info) {
		return nil //nolint:nilerr // there is nothing in the way, or the commit will tell
	}
	return errs.New(errs.ErrUnavailable, "%s belongs to another user, and only that user may change it. Restore as that user or as root.", backup.Printable(path.Join(r.prefix, rel)))
}

func (r *refusal) owns(info fs.FileInfo) bool {
	uid, _ := source.Owner(info)
	return r.rights.Owns(uid)
}

// sticky says whether only owners may change the names in a directory.
type sticky struct {
	dir string
	yes bool
}

// writable returns an error if this user cannot change the directory rel: for
// names a directory of another user has to let him write.
func (r *refusal) writable(rel string, names bool) error {
	if rel == r.good[names] {
		return nil
	}
	if err := r.changeable(filepath.Join(r.root, rel), path.Join(r.prefix, rel), names); err != nil {
		return err
	}
	r.good[names] = rel
	return nil
}

// top is writable for the root, in which every restore makes its staging
// directory; if it is missing, for the directory in which it is made.
func (r *refusal) top() error {
	dir := r.root
	for dir != "/" {
		if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) {
			break
		}
		dir = filepath.Dir(dir)
	}
	if dir != r.root {
		return r.changeable(dir, dir, true)
	}
	return r.changeable(dir, r.prefix, true)
}

// changeable tells the two refusals apart: a directory that belongs to this user
// is opened for the time of the restore.
func (r *refusal) changeable(dir, called string, names bool) error {
	err := unix.Faccessat(unix.AT_FDCWD, dir, unix.W_OK|unix.X_OK, unix.AT_EACCESS)
	switch {
	case errors.Is(err, unix.EROFS):
		return errs.New(errs.ErrUnavailable, "The file system of %s is read-only, so nothing can be restored there. Mount it writable, or restore to another place.", backup.Printable(called)).Because(err)
	case !names || !errors.Is(err, unix.EACCES):
		return nil
	}
	info, statErr := os.Lstat(dir)
	if statErr != nil {
		return nil //nolint:nilerr // a directory above is closed, which may be this user's
	}
	if uid, _ := source.Owner(info); r.rights.Owns(uid) {
		return nil
	}
	return errs.New(errs.ErrUnavailable, "The user that restores may not write in the directory %s, which belongs to another user. Give it permission to write there, or restore as root.", backup.Printable(called)).Because(err)
}
