package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// placePrefix starts the names of places in the scratch directory.
const placePrefix = "vertex-backup-database-"

// place is a private directory for one copy of the database. Its owner holds a
// lock on it, which goes when the process does, however that ends.
type place struct {
	dir  string
	lock *os.File
}

// newPlace makes a place in scratch, after it has removed those of processes
// that were killed: each may be as large as the database.
func newPlace(scratch string) (*place, error) {
	if scratch == "" {
		scratch = os.TempDir()
	}
	abandoned, err := filepath.Glob(filepath.Join(scratch, placePrefix+"*"))
	if err != nil {
		return nil, fmt.Errorf("look for copies of the database: %w", err)
	}
	for _, dir := range abandoned {
		removeAbandoned(dir)
	}
	for {
		p, err := tryPlace(scratch)
		if p != nil || err != nil {
			return p, err
		}
	}
}

// tryPlace makes a place. It returns nil when somebody took it for abandoned
// before it was locked.
func tryPlace(scratch string) (*place, error) {
	dir, err := os.MkdirTemp(scratch, placePrefix+"*")
	if err != nil {
		return nil, fmt.Errorf("make a place for the database's copy: %w", err)
	}
	lock, err := os.Open(dir) //nolint:gosec // it was just made
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil //nolint:nilnil // the caller tries again
	}
	if err != nil {
		return nil, errors.Join(err, os.Remove(dir))
	}
	p := &place{dir: dir, lock: lock}
	// Where directories cannot be locked, nobody will take it for abandoned either.
	_ = flock(lock, unix.LOCK_EX)
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil, p.Close()
	}
	return p, nil
}

// removeAbandoned removes a place that nobody holds. If that fails, the place
// is another user's, or the next one removes it.
func removeAbandoned(dir string) {
	lock, err := os.Open(dir) //nolint:gosec // the operator configured the directory
	if err != nil {
		return
	}
	defer lock.Close() //nolint:errcheck // it was only locked
	if flock(lock, unix.LOCK_EX|unix.LOCK_NB) == nil {
		_ = os.RemoveAll(dir)
	}
}

func flock(f *os.File, how int) error {
	return unix.Flock(int(f.Fd()), how)
}

// Close removes the place. It may be called again.
func (p *place) Close() error {
	err := p.lock.Close()
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	return errors.Join(os.RemoveAll(p.dir), err)
}
