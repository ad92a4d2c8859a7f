package repository

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// work stores items until there are no more. Small ones share an archive.
func (w *writer) work(ctx context.Context) (err error) {
	var shared *upload
	defer func() {
		if shared != nil {
			w.closeUpload(ctx, shared)
		}
	}()
	for {
		var j *item
		var more bool
		select {
		case j, more = <-w.items:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if !more {
			return nil
		}
		if shared, err = w.store(ctx, j, shared); err != nil {
			return err
		}
	}
}

// store stores one item, in shared or in an archive of its own, and returns
// the archive that the next one may share.
func (w *writer) store(ctx context.Context, j *item, shared *upload) (*upload, error) {
	content, ok, err := w.openContent(ctx, j)
	if !ok || err != nil {
		close(j.done)
		return shared, err
	}
	if content != nil {
		defer func() { _ = content.Close() }() // it was read whole or its error reported
	}
	to := shared
	alone := j.Size > w.repo.opt.ArchiveSize
	if alone || to == nil {
		if to, err = w.openUpload(ctx); err != nil {
			return shared, err
		}
	}
	if !alone {
		shared = to
	}
	err = w.add(ctx, j, content, to.archive)
	if alone {
		w.closeUpload(ctx, to)
	} else if to.archive.Size() >= w.repo.opt.ArchiveSize {
		w.closeUpload(ctx, to)
		shared = nil
	}
	return shared, err
}

// openContent opens an item's content, which is nil if it has none. ok is
// false if the item cannot be stored; that has been reported.
func (w *writer) openContent(ctx context.Context, j *item) (content io.ReadCloser, ok bool, err error) {
	if !w.fits(j) {
		return nil, false, nil
	}
	if j.Type != backup.TypeFile || j.Size == 0 {
		return nil, true, nil
	}
	content, err = j.Open(ctx)
	switch {
	case err == nil:
		return content, true, nil
	case ctx.Err() != nil:
		return nil, false, context.Cause(ctx)
	case errors.Is(err, fs.ErrNotExist):
		w.notify.report(j.Path, "vanished before it could be read", false)
	default:
		w.notify.unread(j.Path, err)
	}
	return nil, false, nil
}

// fits reports whether the format can hold the item; if not, says so. A time
// that it cannot hold is no reason to lose the file.
func (w *writer) fits(j *item) bool {
	if t := clampTime(j.ModTime); !t.Equal(j.ModTime) {
		j.ModTime = t
		w.notify.report(j.Path, "has a time outside the years 1 to 9999, which was not kept", false)
	}
	err := manifest.CheckEntry(j.Entry)
	if err != nil {
		w.notify.report(j.Path, "cannot be kept: "+err.Error(), true)
	}
	return err == nil
}

// clampTime returns the time nearest to t that the format can hold.
func clampTime(t time.Time) time.Time {
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	switch {
	case t.Before(first):
		return first
	case t.After(last):
		return last
	}
	return t
}

// add writes an item to an archive.
func (w *writer) add(ctx context.Context, j *item, content io.Reader, to *archive.Writer) error {
	m := archive.Member{
		Entry:    j.Entry,
		Progress: func(bytes int64) { w.notify.progress(0, bytes) },
		Done:     func(p archive.Placement) { w.placed(j, p) },
	}
	if content != nil {
		m.Content = content
	}
	err := to.Add(ctx, m)
	if broken, ok := errors.AsType[*archive.ContentError](err); ok && ctx.Err() == nil {
		w.notify.unread(j.Path, broken.Err)
		close(j.done)
		return nil
	}
	return err
}

// placed finishes an item whose content is on its way into the store.
func (w *writer) placed(j *item, p archive.Placement) {
	j.Size, j.SHA256, j.Extents = p.Size, p.SHA256, p.Extents
	j.keep = true
	if j.Type == backup.TypeFile {
		w.notify.progress(1, 0)
	}
	close(j.done)
}
