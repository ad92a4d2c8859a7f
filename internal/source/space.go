package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/errs"
)

// Space returns the bytes that this user can still write where path lies, or
// will lie once its missing parents are made.
func Space(ctx context.Context, path string) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	there, err := existing(path)
	if err != nil {
		return 0, err
	}
	var st unix.Statfs_t
	if err := unix.Statfs(there, &st); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", there, err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil //nolint:gosec,unconvert // a disk has fewer than 2^63 bytes; the type of Bsize differs between systems
}

// existing returns the longest leading part of path that exists.
func existing(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for {
		_, err := os.Stat(path)
		if err == nil {
			return path, nil
		}
		parent := filepath.Dir(path)
		if !errors.Is(err, fs.ErrNotExist) || parent == path {
			return "", err
		}
		path = parent
	}
}

// Full returns err as errs.ErrNoSpace with a detail when it says that a disk
// or a quota is full, and err itself otherwise.
func Full(err error, target string) error {
	if !errors.Is(err, unix.ENOSPC) && !errors.Is(err, unix.EDQUOT) {
		return err
	}
	return NoSpace(target).Because(err)
}

// NoSpace is the error of a restore for which the disk of target is too small.
func NoSpace(target string) *errs.Error {
	return errs.New(errs.ErrNoSpace, "The disk of the %s is too full for this restore. Free some space or restore less, then try again.", target)
}
