package directory

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/source"
)

// stagingName matches the names of staging directories.
var stagingName = regexp.MustCompile(`^` + regexp.QuoteMeta(source.StagingPrefix) + `\d{8}-\d{6}-[a-z]+-[a-z0-9]{6}$`)

// stagingMarker is a file in each staging directory: it tells them from what
// people may have called so. The restore that works in it holds a lock on it, which
// goes when the process does, however that ends.
const stagingMarker = "vertex-backup-restore"

// isStaging reports whether name in dir is a staging directory. One that was made a
// moment before its restore died is empty yet.
func isStaging(dir *os.Root, name string) bool {
	if !strings.HasPrefix(name, source.StagingPrefix) || !stagingName.MatchString(name) {
		return false
	}
	info, err := dir.Lstat(name)
	if err != nil || !info.IsDir() {
		return false
	}
	if marker, err := dir.Lstat(path.Join(name, stagingMarker)); err == nil {
		return marker.Mode().IsRegular()
	}
	f, err := dir.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|unix.O_DIRECTORY, 0)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // it was only read
	_, err = f.Readdirnames(1)
	return errors.Is(err, io.EOF)
}

// mark puts the marker into a staging directory and locks it.
func (d *disk) mark(dir string) (lock *os.File, err error) {
	err = d.fault.Do("create", path.Join(dir, stagingMarker), func() error {
		lock, err = d.root.OpenFile(path.Join(dir, stagingMarker), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		return err
	})
	if lock != nil {
		_ = unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) // where that cannot be done, nobody takes it for abandoned either
	}
	return lock, err
}

// removeStaging removes a staging directory, which may be missing, the marker last: until
// then it is known for what it is, should this restore die meanwhile.
func (d *disk) removeStaging(rel string) error {
	if err := d.emptyStaging(rel); err != nil {
		return err
	}
	return d.remove(rel)
}

// emptyStaging removes what a staging directory holds beside its marker.
func (d *disk) emptyStaging(rel string) error {
	f, err := d.root.OpenFile(rel, os.O_RDONLY|syscall.O_NOFOLLOW|unix.O_DIRECTORY, 0)
	if err != nil {
		return ignore(err, fs.ErrNotExist)
	}
	names, err := f.Readdirnames(-1)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	for _, name := range names {
		if name == stagingMarker {
			continue
		}
		if err := d.remove(path.Join(rel, name)); err != nil {
			return err
		}
	}
	return nil
}

// sweepStaging removes the staging directory name of a restore that was killed, if it
// is this user's and nobody holds it. The directory that it is in keeps its time, or
// the next backup would find another one.
func sweepStaging(dir *os.Root, name string) {
	above, err := dir.Stat(".")
	if err != nil || !removeAbandoned(dir, name) {
		return
	}
	if f, err := dir.Open("."); err == nil {
		_ = source.SetTime(int(f.Fd()), ".", above.ModTime())
		_ = f.Close()
	}
}

// removeAbandoned reports whether it removed something.
func removeAbandoned(dir *os.Root, name string) bool {
	info, err := dir.Lstat(name)
	if err != nil {
		return false
	}
	if uid, _ := source.Owner(info); !source.OwnRights().Owns(uid) {
		return false
	}
	lock, err := dir.OpenFile(path.Join(name, stagingMarker), os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if errors.Is(err, fs.ErrNotExist) { // it is empty, or somebody is just making it
		return dir.Remove(name) == nil
	}
	if err != nil {
		return false
	}
	defer lock.Close() //nolint:errcheck // it was only locked
	if unix.Flock(int(lock.Fd()), unix.LOCK_EX|unix.LOCK_NB) != nil {
		return false
	}
	sub, err := dir.OpenRoot(name)
	if err != nil {
		return false
	}
	d := newDisk(sub, "", nil, nil)
	return errors.Join(d.emptyStaging("."), d.close()) == nil && dir.RemoveAll(name) == nil
}
