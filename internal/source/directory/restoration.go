package directory

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// restoration is a planned restore of a tree.
type restoration struct {
	tree    *Tree
	plan    *planFile
	sum     backup.PlanSummary
	staging string // name of the staging directory in the root
	staged  int64  // numbers given so far
	trees   []tree // the directories to be made that the plan is in, outermost first
	absent  bool   // there was none, so the root goes too
	lacks   lacks
	report  func(backup.Notice) // may be nil

	disk      *disk          // from Copy on
	apart     map[int64]bool // numbers of trees that cannot be renamed as a whole
	made      []string       // the root and its parents that Copy made, outermost first
	rootTime  time.Time      // of the root before Copy
	lock      *os.File       // on the staging directory's marker; nil before Copy
	begun     bool           // the staging directory was made
	copied    bool
	cleared   bool // the staging directory is gone, as it should be
	committed bool
}

// tree is a directory that is to be made. It is staged with all that is below
// it, so that one rename puts it into its place.
type tree struct {
	path   string
	number int64
}

// take numbers a step and adds it to the plan.
func (r *restoration) take(s *step) error {
	if s.staged() && s.Entry.Path != r.tree.prefix {
		r.number(s)
	}
	s.count(&r.sum)
	return r.plan.add(*s)
}

// number says where the step is staged. Siblings may stand between a directory
// and what is below it ("a", "a-b", "a/x"), so several trees can be open.
func (r *restoration) number(s *step) {
	path := s.Entry.Path
	r.trees = slices.DeleteFunc(r.trees, func(t tree) bool {
		return path > t.path+"/" && !strings.HasPrefix(path, t.path+"/")
	})
	for _, t := range r.trees {
		if below, ok := strings.CutPrefix(path, t.path+"/"); ok {
			s.Number, s.Below = t.number, below
			return
		}
	}
	r.staged++
	s.Number = r.staged
	if s.Verb == makeDir {
		r.trees = append(r.trees, tree{path, s.Number})
	}
}

// Summary implements backup.Restoration.
func (r *restoration) Summary() backup.PlanSummary { return r.sum }

// Close implements backup.Restoration.
func (r *restoration) Close() error {
	err := r.plan.close()
	if errors.Is(err, os.ErrClosed) {
		return nil
	}
	if r.disk == nil {
		return err
	}
	err = errors.Join(err, r.undoCopy(), r.disk.close())
	if r.lock != nil {
		_ = r.lock.Close() // nothing was written to it
	}
	return err
}

// undoCopy leaves the tree as Copy found it, or as Commit made it. If the
// staging directory is gone, another restore has taken over, and the root's
// time is its affair.
func (r *restoration) undoCopy() error {
	_, gone := r.disk.root.Lstat(r.staging)
	takenOver := r.begun && errors.Is(gone, os.ErrNotExist)
	err := errors.Join(r.disk.removeStaging(r.staging), r.disk.relock())
	if !r.committed {
		if !takenOver {
			err = errors.Join(err, r.disk.chtimes(".", backup.Entry{ModTime: r.rootTime}))
		}
		for _, dir := range slices.Backward(r.made) {
			_ = os.Remove(dir) // one that is not empty any more stays
		}
	}
	return err
}

// rel returns the path below the root of an entry.
func (r *restoration) rel(e backup.Entry) string { return r.tree.rel(e.Path) }

// rel returns the path below the root of an entry's path.
func (t *Tree) rel(path string) string {
	if path == t.prefix {
		return "."
	}
	return strings.TrimPrefix(path, t.prefix+"/")
}

// prepare opens the root, makes it if it is missing, and makes an empty
// staging directory in it.
func (r *restoration) prepare(ctx context.Context) error {
	space, err := r.tree.Space(ctx)
	if err != nil {
		return err
	}
	if space < r.sum.RequiredBytes {
		return source.NoSpace("media")
	}
	if r.disk == nil {
		if err := r.openRoot(); err != nil {
			return err
		}
	}
	if _, err := removeLeftovers(r.disk); err != nil {
		return err
	}
	if err := r.disk.mkdir(r.staging, 0o700); err != nil {
		return err
	}
	r.begun = true
	r.lock, err = r.disk.mark(r.staging)
	return err
}

func (r *restoration) openRoot() error {
	to, err := r.tree.target()
	if err != nil {
		return err
	}
	r.made, err = source.MakeDirs(to, r.tree.opt.Fault)
	if err != nil {
		return errs.New(errs.ErrUnavailable, "The media directory is missing and cannot be made. Make the directory that STORAGE_PATH names, then try again.").Because(source.Full(err, "media"))
	}
	root, err := r.tree.open()
	if err != nil {
		return r.tree.explain(err)
	}
	info, err := root.Stat(".")
	if err != nil {
		return errors.Join(err, root.Close())
	}
	r.rootTime = info.ModTime()
	r.disk = newDisk(root, r.staging, r.tree.opt.Fault, &r.lacks)
	return nil
}

// removeOld is removeLeftovers for a restore that changes nothing else: the root
// keeps its time.
func (r *restoration) removeOld() error {
	root, err := r.tree.open()
	if err != nil {
		return ignore(err, fs.ErrNotExist)
	}
	info, err := root.Stat(".")
	if err != nil {
		return errors.Join(err, root.Close())
	}
	d := newDisk(root, r.staging, r.tree.opt.Fault, &r.lacks)
	removed, err := removeLeftovers(d)
	if removed && err == nil {
		err = d.mayLack(backup.Entry{Path: r.tree.prefix}, d.chtimes(".", backup.Entry{ModTime: info.ModTime()}))
	}
	return errors.Join(err, d.close())
}

// removeLeftovers removes what earlier restores that were killed have left at the top.
func removeLeftovers(d *disk) (removed bool, err error) {
	types, err := list(d.root)
	if err != nil {
		return false, err
	}
	for name := range types {
		if isStaging(d.root, name) {
			if err := d.removeStaging(name); err != nil {
				return removed, err
			}
			removed = true
		}
	}
	return removed, nil
}
