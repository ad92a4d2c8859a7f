package directory

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// Copy implements backup.Restoration.
func (r *restoration) Copy(ctx context.Context, fetch backup.Fetch, progress func(files, bytes int64)) error {
	if r.plan.changes == 0 {
		r.copied = true
		return errors.Join(r.removeOld(), ctx.Err())
	}
	err := r.prepare(ctx)
	if err == nil {
		err = r.fetchAll(ctx, fetch, progress)
	}
	if err == nil && !r.fresh() {
		err = r.flush()
	}
	r.copied = err == nil
	return source.Full(err, "media")
}

// fresh reports whether there was no tree before. Then nothing that is there can
// be lost to content which is not on the disk yet, and flushing once, at the end
// of Commit, is enough.
func (r *restoration) fresh() bool { return len(r.made) > 0 }

// durable reports whether the restore has to wait until all is on the disk.
func (r *restoration) durable() bool { return !r.tree.opt.Copy || !r.fresh() }

// fetchAll stages the content of every write of the plan, in the directories
// that are to be made if it belongs there.
func (r *restoration) fetchAll(ctx context.Context, fetch backup.Fetch, progress func(files, bytes int64)) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(r.tree.opt.Workers)
	err := r.plan.each(func(s step) error {
		if s.Number > 0 {
			if err := r.stage(ctx, group, s, fetch, progress); err != nil {
				return fmt.Errorf("fetch %q: %w", s.Entry.Path, err)
			}
		}
		return context.Cause(ctx)
	})
	if waitErr := group.Wait(); waitErr != nil {
		return waitErr
	}
	return err
}

// stagedName is where a step is staged.
func (r *restoration) stagedName(s step) string {
	return path.Join(r.staging, strconv.FormatInt(s.Number, 10), s.Below)
}

// stage makes a directory, and a link below one, at once; a file's content is
// fetched by a goroutine of the group. Each has its metadata then, so that
// renaming it is all that is left to do.
func (r *restoration) stage(ctx context.Context, group *errgroup.Group, s step, fetch backup.Fetch, progress func(files, bytes int64)) error {
	name := r.stagedName(s)
	switch s.Verb {
	case makeDir:
		return r.stageDir(name, s.Entry)
	case link:
		if s.Below == "" {
			return nil // made when it is placed: it may go to another file system
		}
		return r.makeLink(name, s.Entry)
	case write:
		in, base, err := r.disk.hold(name)
		if err != nil {
			return err
		}
		group.Go(func() (err error) {
			defer in.release()
			defer errs.Wrap(&err, "fetch %q", s.Entry.Path)
			return r.fetchFile(ctx, in, base, s.Entry, fetch, progress)
		})
	default:
	}
	return nil
}

// stageDir makes a directory that has its owner and mode from the first moment:
// if this restore dies, the one that ends it takes a directory above what it is
// asked for as it finds it.
func (r *restoration) stageDir(name string, e backup.Entry) error {
	e.Mode |= 0o700         // until everything in it is in its place
	e.ModTime = time.Time{} // which will change with that
	if err := r.disk.mkdir(name, e.Mode); err != nil {
		return err
	}
	return r.disk.settle(name, e)
}

// fetchFile writes one file with its content and metadata.
func (r *restoration) fetchFile(ctx context.Context, in *spot, name string, e backup.Entry, fetch backup.Fetch, progress func(files, bytes int64)) error {
	var file *os.File
	err := r.disk.fault.Do("create", e.Path, func() (err error) {
		file, err = in.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		return err
	})
	if err != nil {
		if file != nil {
			err = errors.Join(err, file.Close())
		}
		return err
	}
	w := &source.Meter{W: file, Progress: progress}
	err = r.disk.fault.Do("write", e.Path, func() error { return fetch(ctx, e, w) })
	if err == nil && w.N != e.Size {
		err = fmt.Errorf("%d bytes instead of %d: %w", w.N, e.Size, errs.ErrCorrupt)
	}
	if err == nil {
		err = r.disk.settleFile(in, name, file, e)
	}
	if err == nil && r.durable() {
		err = beginFlush(file, e.Size)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	progress(1, 0)
	return nil
}

// flush makes durable what has been written so far, if it has to be.
func (r *restoration) flush() error {
	if !r.durable() {
		return nil
	}
	dir, err := r.disk.root.Open(".")
	if err != nil {
		return err
	}
	err = r.disk.fault.Do("sync", ".", func() error { return flush(dir) })
	return errors.Join(err, dir.Close())
}
