package directory

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// Copy implements backup.Restoration.
func (r *restoration) Copy(ctx context.Context, fetch backup.Fetch, progress func(files, bytes int64)) error {
	if r.plan.steps == 0 {
		r.copied = true
		return ctx.Err()
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

// fetchAll stages the content of every write of the plan.
func (r *restoration) fetchAll(ctx context.Context, fetch backup.Fetch, progress func(files, bytes int64)) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(r.tree.opt.Workers)
	err := r.plan.each(func(s step) error {
		if s.Verb == write {
			group.Go(func() error { return r.stage(ctx, s, fetch, progress) })
		}
		return context.Cause(ctx)
	})
	if waitErr := group.Wait(); waitErr != nil {
		return waitErr
	}
	return err
}

func (r *restoration) stagedName(s step) string {
	return r.staging + "/" + strconv.FormatInt(s.Number, 10)
}

// stage fetches one file and gives it its metadata, so that renaming it is all
// that is left to do.
func (r *restoration) stage(ctx context.Context, s step, fetch backup.Fetch, progress func(files, bytes int64)) (err error) {
	defer errs.Wrap(&err, "fetch %q", s.Entry.Path)
	name := r.stagedName(s)
	var file *os.File
	err = r.disk.fault.Do("create", name, func() error {
		in, number, err := r.disk.at(name)
		if err == nil {
			file, err = in.root.OpenFile(number, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		}
		return err
	})
	if err != nil {
		if file != nil {
			err = errors.Join(err, file.Close())
		}
		return err
	}
	w := &source.Meter{W: file, Progress: progress}
	err = r.disk.fault.Do("write", name, func() error { return fetch(ctx, s.Entry, w) })
	if err == nil && w.N != s.Entry.Size {
		err = fmt.Errorf("%d bytes instead of %d: %w", w.N, s.Entry.Size, errs.ErrCorrupt)
	}
	if err == nil && syncEach {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := r.disk.settle(name, s.Entry); err != nil {
		return err
	}
	progress(1, 0)
	return nil
}

// flush makes durable what has been written so far.
func (r *restoration) flush() error {
	dir, err := r.disk.root.Open(".")
	if err != nil {
		return err
	}
	err = r.disk.fault.Do("sync", ".", func() error { return flush(dir) })
	return errors.Join(err, dir.Close())
}
