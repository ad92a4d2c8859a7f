package directory

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// Options change how a tree is restored. The zero value is for production.
type Options struct {
	// Scratch is the directory for plans; "" is the system's.
	Scratch string
	// Outside is what is no part of the tree, though it may lie in it.
	Outside Outside
	// Links says whether the root may be a symbolic link in a restore.
	Links source.Links
	// IgnoreChangeTime leaves the numbers and change times of files out of backups, so
	// that size and modification time decide alone whether one was changed.
	IgnoreChangeTime bool
	// Workers is how many files are fetched or compared at once; 0 is 8.
	Workers int
	// Copy says that the tree is not the installation but a copy to look at. If
	// it is new, a restore leaves it to the system to write it to the disk, as
	// other programs that copy do: what is lost with the power is still in the
	// backup.
	Copy bool
	// Fault is for tests.
	Fault source.Fault
}

const defaultWorkers = 8

// Tree is a directory with everything below it.
type Tree struct {
	root   string
	prefix string
	opt    Options
}

var (
	_ backup.Source = (*Tree)(nil)
	_ backup.Target = (*Tree)(nil)
)

// New returns the tree at root. Its entries are prefix, which is the root
// itself, and prefix/…; prefix is one path element. The root may be a symbolic
// link to a directory.
func New(root, prefix string, opt Options) *Tree {
	if opt.Workers == 0 {
		opt.Workers = defaultWorkers
	}
	return &Tree{root: root, prefix: prefix, opt: opt}
}

// Space implements backup.Target.
func (t *Tree) Space(ctx context.Context) (int64, error) {
	return source.Space(ctx, t.root)
}

// Snapshot implements backup.Source.
func (t *Tree) Snapshot(_ context.Context, opt backup.SnapshotOptions) (backup.Snapshot, error) {
	if err := source.Dangling(t.root, "media"); err != nil && !opt.Salvage {
		return nil, err
	}
	root, err := t.open()
	s := &snapshot{tree: t, root: root, report: once(opt.Report)}
	if errors.Is(err, fs.ErrNotExist) && opt.Salvage {
		s.report(backup.Notice{Path: t.prefix, Text: backup.NoticeAbsentStorage})
		return s, nil
	}
	if err != nil {
		return nil, t.explain(err)
	}
	if err := readable(root); err != nil {
		return nil, errors.Join(t.explain(err), root.Close())
	}
	return s, nil
}

// open opens the root; fs.ErrNotExist says that it is missing.
func (t *Tree) open() (*os.Root, error) {
	info, err := os.Stat(t.root)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, errs.New(errs.ErrInvalid, "What STORAGE_PATH names is not a directory. Set it to the directory that holds Vertex AR's media.")
	}
	return os.OpenRoot(t.root)
}

// explain turns an error of opening the root into one for users.
func (t *Tree) explain(err error) error {
	switch {
	case errs.Detail(err) != "":
		return err
	case errors.Is(err, fs.ErrNotExist):
		return errs.New(errs.ErrNotFound, "The media directory does not exist. Set STORAGE_PATH to Vertex AR's storage directory, and see that its disk is mounted.").Because(err)
	case errors.Is(err, fs.ErrPermission):
		return errs.New(errs.ErrUnavailable, "The media directory may not be read. Give the user that runs the backup permission to read STORAGE_PATH and everything below it.").Because(err)
	}
	return fmt.Errorf("open the media directory: %w", err)
}

// readable tries to list the directory.
func readable(root *os.Root) error {
	dir, err := root.Open(".")
	if err != nil {
		return err
	}
	_, listErr := dir.ReadDir(1)
	if err := dir.Close(); err != nil {
		return err
	}
	if errors.Is(listErr, fs.ErrPermission) {
		return listErr
	}
	return nil
}
