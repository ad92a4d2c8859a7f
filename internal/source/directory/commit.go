package directory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// Commit implements backup.Restoration.
func (r *restoration) Commit(ctx context.Context) error {
	if !r.copied {
		return errs.New(errs.ErrInvalid, "A restore must copy its files before it commits them.")
	}
	if r.plan.changes == 0 {
		r.lacks.report(r.tree.prefix, r.report, lackOwner, lackMode, lackTime)
		r.removeRoot()
		return ctx.Err()
	}
	err := r.apply(ctx)
	if err == nil {
		r.removeRoot()
	}
	r.lacks.report(r.tree.prefix, r.report, lackOwner, lackMode, lackTime)
	return source.Full(err, "media")
}

// removeRoot brings back that there was no tree. A root that cannot be removed, because
// it is a link, another disk or holds what is no part of the tree, stays, empty.
func (r *restoration) removeRoot() {
	if r.absent {
		_ = unix.Rmdir(r.tree.root)
	}
}

// apply carries out the plan in three passes. The staging directory goes
// before the third, for its removal changes the root's time.
func (r *restoration) apply(ctx context.Context) error {
	r.committed = true
	if err := r.pass(ctx, r.place); err != nil {
		return err
	}
	if r.sum.Remove > 0 {
		if err := r.pass(ctx, r.prune); err != nil {
			return err
		}
	}
	if err := r.disk.removeStaging(r.staging); err != nil {
		return err
	}
	r.cleared = true
	if err := r.settleDirs(ctx); err != nil {
		return err
	}
	if err := r.disk.relock(); err != nil {
		return err
	}
	return r.flush()
}

// pass carries out do for each step.
func (r *restoration) pass(ctx context.Context, do func(step, string) error) error {
	return r.plan.each(func(s step) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return r.tolerate(s.Entry.Path, do(s, r.rel(s.Entry)))
	})
}

// place is the first pass: everything of the backup gets into its place.
func (r *restoration) place(s step, rel string) error {
	if s.Below != "" && !r.apart[s.Number] {
		return nil // it came with the directory that it lies below
	}
	switch s.Verb {
	case makeDir:
		return r.placeTree(s, rel)
	case settleDir, keepDir:
		return r.placeDir(s.Entry, rel)
	case clearDir:
		return r.emptyDir(rel)
	case discard:
		return r.disk.remove(rel)
	case touch:
		return r.disk.settle(rel, s.Entry)
	case write:
		return r.placeFile(s, rel)
	case link, relink:
		if s.Below == "" {
			if err := r.makeLink(r.stagedName(s), s.Entry); err != nil {
				return err
			}
		}
		return r.placeFile(s, rel)
	case keep, remove, removeWith:
	}
	return nil
}

// placeTree renames a staged directory, with all that is in it, to rel. What has
// to go to another file system, or where a directory has appeared meanwhile, is
// placed piece by piece.
func (r *restoration) placeTree(s step, rel string) error {
	if s.Number == 0 || s.Below != "" { // the root, or part of a tree that is placed in pieces
		return r.placeDir(s.Entry, rel)
	}
	info, err := r.disk.lstat(rel)
	if err == nil && !info.IsDir() {
		err = r.disk.remove(rel)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err = r.disk.rename(r.stagedName(s), rel)
	if !errors.Is(err, unix.EXDEV) && !errors.Is(err, unix.ENOTEMPTY) && !errors.Is(err, unix.EEXIST) {
		return err
	}
	if r.apart == nil {
		r.apart = map[int64]bool{}
	}
	r.apart[s.Number] = true
	return r.placeDir(s.Entry, rel)
}

// placeDir makes a directory unless there is one. A link to a directory is not one.
func (r *restoration) placeDir(e backup.Entry, rel string) error {
	info, err := r.disk.lstat(rel)
	if err == nil && info.IsDir() {
		return nil
	}
	if err == nil {
		if err := r.disk.remove(rel); err != nil {
			return err
		}
	}
	return r.newDir(e, rel)
}

// newDir makes a directory by way of the staging directory, see stageDir.
func (r *restoration) newDir(e backup.Entry, rel string) error {
	staged := path.Join(r.staging, "dir")
	if err := r.stageDir(staged, e); err != nil {
		return err
	}
	err := r.disk.rename(staged, rel)
	if !errors.Is(err, unix.EXDEV) {
		return err
	}
	if err := errors.Join(r.disk.remove(staged), r.disk.mkdir(rel, 0o700)); err != nil {
		return err
	}
	e.Mode, e.ModTime = e.Mode|0o700, time.Time{}
	return r.disk.settle(rel, e)
}

func (r *restoration) emptyDir(rel string) error {
	info, err := r.disk.lstat(rel)
	if err != nil || !info.IsDir() {
		return ignore(err, fs.ErrNotExist)
	}
	if err := r.disk.remove(rel); err != nil {
		return err
	}
	return r.disk.mkdir(rel, 0o700)
}

// placeFile renames a staged file or link to rel in one step.
func (r *restoration) placeFile(s step, rel string) error {
	err := r.replace(r.stagedName(s), rel)
	if errors.Is(err, unix.EXDEV) {
		return r.placeAcross(s, rel)
	}
	return err
}

// replace renames a file or link to rel, which may be a directory.
func (r *restoration) replace(from, rel string) error {
	err := r.disk.rename(from, rel)
	if !errors.Is(err, unix.EISDIR) {
		return err
	}
	if err := r.disk.remove(rel); err != nil {
		return err
	}
	return r.disk.rename(from, rel)
}

// placeAcross copies a staged file or link to another file system, mounted
// somewhere in the tree, by way of a staging directory beside rel.
func (r *restoration) placeAcross(s step, rel string) error {
	staging := path.Join(path.Dir(rel), r.staging)
	beside := path.Join(staging, strconv.FormatInt(s.Number, 10))
	lock, err := r.stageAt(staging)
	if lock != nil {
		defer lock.Close() //nolint:errcheck // nothing was written to it
	}
	if err != nil {
		return errors.Join(err, r.disk.removeStaging(staging))
	}
	if s.Entry.Type == backup.TypeSymlink {
		err = r.makeLink(beside, s.Entry)
	} else {
		err = r.copyStaged(s, beside)
	}
	if err == nil {
		err = r.replace(beside, rel)
	}
	return errors.Join(err, r.disk.removeStaging(staging))
}

// stageAt makes a staging directory in another file system.
func (r *restoration) stageAt(staging string) (lock *os.File, err error) {
	if err := r.disk.removeStaging(staging); err != nil {
		return nil, err
	}
	if err := r.disk.mkdir(staging, 0o700); err != nil {
		return nil, err
	}
	return r.disk.mark(staging)
}

func (r *restoration) copyStaged(s step, beside string) error {
	from, err := r.disk.root.Open(r.stagedName(s))
	if err != nil {
		return err
	}
	defer from.Close() //nolint:errcheck // it was only read
	err = r.disk.change("copy", beside, func() error {
		to, err := r.disk.root.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(to, from)
		if err == nil {
			err = to.Sync()
		}
		return errors.Join(err, to.Close())
	})
	if err != nil {
		return fmt.Errorf("copy to another file system: %w", err)
	}
	return r.disk.settle(beside, s.Entry)
}

// makeLink makes a symbolic link with its own owner and time.
func (r *restoration) makeLink(rel string, e backup.Entry) error {
	err := r.disk.change("symlink", rel, func() error {
		in, name, err := r.disk.at(rel)
		if err != nil {
			return err
		}
		return in.root.Symlink(e.Link, name)
	})
	if err != nil {
		return err
	}
	return r.disk.settle(rel, e)
}

// prune is the second pass: what the backup does not have is removed.
func (r *restoration) prune(s step, rel string) error {
	if s.Verb != remove {
		return nil
	}
	return r.disk.remove(rel)
}

// settleDirs is the third pass: directories get their metadata once nothing
// changes in them any more, inner ones first.
func (r *restoration) settleDirs(ctx context.Context) error {
	var open spans
	entries := map[string]backup.Entry{} // of those in open
	settle := func(dirs []string) error {
		for _, dir := range dirs {
			if err := ctx.Err(); err != nil {
				return err
			}
			e := entries[dir]
			delete(entries, dir)
			if err := r.tolerate(dir, r.disk.settle(r.rel(e), e)); err != nil {
				return err
			}
			r.disk.settled(r.rel(e))
		}
		return nil
	}
	err := r.plan.each(func(s step) error {
		switch s.Verb {
		case makeDir, settleDir, keepDir:
			if err := settle(open.advance(s.Entry.Path)); err != nil {
				return err
			}
			open.enter(s.Entry.Path)
			entries[s.Entry.Path] = s.Entry
		default:
		}
		return nil
	})
	if err != nil {
		return err
	}
	return settle(open.advance("\xff"))
}
