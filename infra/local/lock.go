package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/vertex-ar/backup/internal/errs"
)

// lock is a file that one process at a time holds. It is free again when the
// process ends, however it ends. Its content says who holds it.
type lock struct{ file *os.File }

// takeLock takes the lock of a directory, making the directory. If another
// process holds it, the error is errs.ErrConflict and says what that one says.
func takeLock(dir string) (lock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return lock{}, err
	}
	path := filepath.Join(dir, "lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // below .local
	if err != nil {
		return lock{}, err
	}
	if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
		return lock{f}, f.Truncate(0)
	}
	defer func() { _ = f.Close() }()
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return lock{}, err
	}
	holder, err := os.ReadFile(path) //nolint:gosec // below .local
	if text := strings.TrimSpace(string(holder)); err == nil && text != "" {
		return lock{}, errs.New(errs.ErrConflict, "It already runs: %s. Stop that one first: press Ctrl-C where it runs.", text)
	}
	return lock{}, errs.New(errs.ErrConflict, "It already runs, or is just starting or stopping.")
}

// say writes what others read who find the lock taken.
func (l lock) say(text string) error {
	_, err := l.file.WriteAt([]byte(text+"\n"), 0)
	return err
}

// release frees the lock.
func (l lock) release() { _ = l.file.Close() }
