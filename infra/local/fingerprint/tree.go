package fingerprint

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// Tree is the state of a file tree. The root's path is ".".
type Tree map[string]Entry

// Entry is the state of one path.
type Entry struct {
	Mode    fs.FileMode // type and permissions
	ModTime time.Time
	Size    int64    // of a file
	SHA256  [32]byte // of a file
	Link    string   // of a symbolic link
}

// Stat counts a tree's files and their bytes.
func (t Tree) Stat() (files int, bytes int64) {
	for _, e := range t {
		if e.Mode.IsRegular() {
			files++
			bytes += e.Size
		}
	}
	return files, bytes
}

// OfTree reads the whole tree below root.
func OfTree(ctx context.Context, root string) (Tree, error) {
	tree, mu := Tree{}, sync.Mutex{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2 * runtime.GOMAXPROCS(0))
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		group.Go(func() error {
			e, err := ofPath(ctx, path)
			mu.Lock()
			defer mu.Unlock()
			tree[filepath.ToSlash(name)] = e
			return err
		})
		return ctx.Err()
	})
	if e := group.Wait(); e != nil {
		err = e
	}
	if err != nil {
		return nil, fmt.Errorf("read the tree: %w", err)
	}
	return tree, nil
}

func ofPath(ctx context.Context, path string) (Entry, error) {
	if err := ctx.Err(); err != nil {
		return Entry{}, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Mode: info.Mode(), ModTime: info.ModTime().UTC()}
	switch {
	case info.Mode().IsRegular():
		e.Size = info.Size()
		e.SHA256, err = ofFile(path)
	case info.Mode()&fs.ModeSymlink != 0:
		e.Link, err = os.Readlink(path)
	}
	return e, err
}

func ofFile(path string) (sum [32]byte, err error) {
	f, err := os.Open(path) //nolint:gosec // reading what one is told to read is the purpose
	if err != nil {
		return sum, err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return sum, err
	}
	return [32]byte(h.Sum(nil)), nil
}
