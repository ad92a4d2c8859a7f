package directory

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/vertex-ar/backup/internal/backup"
)

// content reads a file of the tree as the walk saw it.
type content struct {
	io.Reader

	file   *os.File
	seen   fs.FileInfo // what it should still be at the end
	change func(text string)
}

// openContent opens what the walk found, at most its size.
func openContent(root *os.Root, f found, report func(backup.Notice)) (io.ReadCloser, error) {
	change := func(text string) { report(backup.Notice{Path: f.Path, Text: text}) }
	file, now, err := openFile(root, f.rel)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil, err
	}
	if !regular(root, f.rel, now) {
		change("was replaced by something else before it was read")
		if file != nil {
			_ = file.Close() // nothing was read
		}
		return nil, fmt.Errorf("%s is a file no more: %w", f.Path, fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	seen := f.info
	if !os.SameFile(seen, now) {
		change("was replaced by another file before it was read")
		seen = now
	}
	return &content{Reader: io.LimitReader(file, f.Size), file: file, seen: seen, change: change}, nil
}

// regular reports whether rel itself is a regular file, and the one that was
// opened if one was: what was opened may be what a link at rel points to.
func regular(root *os.Root, rel string, opened fs.FileInfo) bool {
	info, err := root.Lstat(rel)
	return err == nil && info.Mode().IsRegular() && (opened == nil || os.SameFile(info, opened))
}

// openFile opens rel for reading without waiting for the other end of a pipe.
func openFile(root *os.Root, rel string) (*os.File, fs.FileInfo, error) {
	file, err := root.OpenFile(rel, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil {
		_ = file.Close() // nothing was read
		return nil, nil, err
	}
	return file, info, nil
}

// Close closes the file and reports it when it changed since the walk.
func (c *content) Close() error {
	if now, err := c.file.Stat(); err == nil {
		if now.Size() != c.seen.Size() || !now.ModTime().Equal(c.seen.ModTime()) {
			c.change("changed while it was being read; the backup may hold a mixture of its old and new content")
		}
	}
	return c.file.Close()
}
