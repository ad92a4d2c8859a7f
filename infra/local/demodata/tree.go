package demodata

import (
	"bufio"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
)

// writeTree makes the media tree: directories, then in parallel what lies in
// them, and at last the directories' modes and times, children first, because
// everything before changes them.
func writeTree(ctx context.Context, root string, nodes []node) error {
	nodes = slices.Concat([]node{{mode: fs.ModeDir | 0o755, modTime: nodes[0].modTime}}, nodes)
	for _, n := range nodes {
		if n.mode.IsDir() {
			if err := os.MkdirAll(n.at(root), 0o700); err != nil {
				return err
			}
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2 * runtime.GOMAXPROCS(0))
	for _, n := range nodes {
		if !n.mode.IsDir() {
			group.Go(func() error { return n.write(ctx, root) })
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, n := range slices.Backward(nodes) {
		if n.mode.IsDir() {
			if err := n.finish(root); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n node) at(root string) string { return filepath.Join(root, filepath.FromSlash(n.path)) }

func (n node) write(ctx context.Context, root string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if n.link != "" {
		if err := os.Symlink(n.link, n.at(root)); err != nil {
			return err
		}
		return setTime(n.at(root), n.modTime)
	}
	if err := n.writeFile(root); err != nil {
		return err
	}
	return n.finish(root)
}

func (n node) writeFile(root string) (err error) {
	f, err := os.Create(n.at(root))
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := bufio.NewWriterSize(f, 256<<10)
	if err := n.content.write(w, n.path, n.size); err != nil {
		return err
	}
	return w.Flush()
}

// finish sets mode and time, whatever the process's umask is.
func (n node) finish(root string) error {
	if err := os.Chmod(n.at(root), n.mode.Perm()); err != nil {
		return err
	}
	return setTime(n.at(root), n.modTime)
}

// setTime sets the modification time to the nanosecond, of a symbolic link its own.
func setTime(path string, t time.Time) error {
	ts := unix.NsecToTimespec(t.UnixNano())
	return unix.UtimesNanoAt(unix.AT_FDCWD, path, []unix.Timespec{ts, ts}, unix.AT_SYMLINK_NOFOLLOW)
}
