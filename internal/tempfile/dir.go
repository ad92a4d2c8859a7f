package tempfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// What this package gives a name is called so, with digits behind it.
const (
	dirPrefix  = "vertex-backup-database-"
	filePrefix = "vertex-backup-file-"
)

// Dir is a private temporary directory, for what needs a name while it is
// opened. Its process holds a lock on it, which goes when the process does,
// however that ends. Close it.
type Dir struct {
	path string
	lock *os.File
}

// NewDir makes a directory in parent, "" for the system's directory for
// temporary files, after it has removed what killed processes have left there.
func NewDir(parent string) (*Dir, error) {
	RemoveLeftovers(parent)
	for {
		d, err := tryDir(orSystems(parent))
		if d != nil || err != nil {
			return d, err
		}
	}
}

func orSystems(dir string) string {
	if dir == "" {
		return os.TempDir()
	}
	return dir
}

// tryDir makes a directory. It returns nil when somebody took it for a leftover
// before it was locked.
func tryDir(parent string) (*Dir, error) {
	path, err := os.MkdirTemp(parent, dirPrefix+"*")
	if err != nil {
		return nil, fmt.Errorf("make a temporary directory: %w", err)
	}
	lock, err := openOwn(path, unix.O_DIRECTORY)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil //nolint:nilnil // the caller tries again
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(path))
	}
	d := &Dir{path: path, lock: lock}
	// Where directories cannot be locked, nobody will take it for a leftover either.
	_ = unix.Flock(int(lock.Fd()), unix.LOCK_EX)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		return nil, d.Close()
	}
	return d, nil
}

// Path returns where the directory is.
func (d *Dir) Path() string { return d.path }

// Close removes the directory with all that is in it. It may be called again.
func (d *Dir) Close() error {
	err := d.lock.Close()
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return errors.Join(os.RemoveAll(d.path), err)
}

// RemoveLeftovers removes what processes of this user that were killed have left
// in parent, "" for the system's directory for temporary files. What other users
// put there, whatever it is, is neither followed nor waited for.
func RemoveLeftovers(parent string) {
	parent = orSystems(parent)
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		path := filepath.Join(parent, e.Name())
		if isNumbered(e.Name(), dirPrefix) {
			removeLeftover(path, unix.O_DIRECTORY, os.RemoveAll)
		} else if isNumbered(e.Name(), filePrefix) {
			removeLeftover(path, 0, os.Remove)
		}
	}
}

// isNumbered reports whether name is prefix and digits.
func isNumbered(name, prefix string) bool {
	digits, ok := strings.CutPrefix(name, prefix)
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// removeLeftover removes one that nobody holds. If that fails, it is another
// user's, or the next start removes it.
func removeLeftover(path string, kind int, remove func(string) error) {
	f, err := openOwn(path, kind)
	if err != nil {
		return
	}
	defer f.Close() //nolint:errcheck // it was only locked
	if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
		_ = remove(path)
	}
}

// openOwn opens a file or directory that is this user's alone: in a shared
// directory others may have put links, pipes and traps under such names.
func openOwn(path string, kind int) (*os.File, error) {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC|kind, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	f := os.NewFile(uintptr(fd), path)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return nil, errors.Join(&os.PathError{Op: "stat", Path: path, Err: err}, f.Close())
	}
	want := uint32(unix.S_IFREG)
	if kind == unix.O_DIRECTORY {
		want = unix.S_IFDIR
	}
	if uint32(st.Mode)&unix.S_IFMT != want || int(st.Uid) != os.Geteuid() { //nolint:unconvert // it has 16 bits on some systems
		return nil, errors.Join(&os.PathError{Op: "open", Path: path, Err: os.ErrPermission}, f.Close())
	}
	return f, nil
}
