package repository

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// chunk is how much content is read and hashed at a time: little enough to
// still lie in the processor's cache when it is hashed.
const chunk = 256 << 10

// worker stores items. It is for one goroutine.
type worker struct {
	*writer

	shared *upload // the archive of small items; nil if there is none at the moment
	buf    []byte  // holds the content of a small file
}

func newWorker(w *writer) *worker { return &worker{writer: w, buf: make([]byte, archive.FrameSize)} }

// work stores items until there are no more.
func (w *worker) work(ctx context.Context) error {
	defer w.closeShared(ctx)
	for {
		select {
		case j, more := <-w.items:
			if !more {
				return nil
			}
			if err := w.store(ctx, j); err != nil {
				return err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// store stores one item, unless its content is known already.
func (w *worker) store(ctx context.Context, j *item) error {
	switch {
	case !w.fits(j):
		w.decide(j)
		return nil
	case j.Type != backup.TypeFile || j.Size == 0:
		return w.put(ctx, j, archive.Member{})
	case w.byPages(j):
		return w.storePages(ctx, j)
	case isLarge(j.Size):
		return w.storeLarge(ctx, j)
	}
	return w.storeSmall(ctx, j)
}

// storeSmall reads a file, then looks whether its content is known.
func (w *worker) storeSmall(ctx context.Context, j *item) error {
	sum, ok, err := w.read(ctx, j, w.buf[:j.size])
	if !ok || err != nil {
		w.decide(j)
		return err
	}
	if j.Size == 0 {
		return w.put(ctx, j, archive.Member{})
	}
	extents, twin, err := w.known.claim(ctx, j, sum)
	if err != nil {
		return err
	}
	if extents != nil || twin != nil {
		j.twin = twin
		w.refer(j, sum, extents)
		return nil
	}
	return w.put(ctx, j, archive.Member{Content: bytes.NewReader(w.buf[:j.Size]), SHA256: &sum})
}

// storeLarge looks whether the content of a file is known if there is some of
// its size; only then it is read twice.
func (w *worker) storeLarge(ctx context.Context, j *item) error {
	seen, err := w.known.claimSize(ctx, j)
	if err != nil {
		return err
	}
	if seen {
		done, err := w.lookUp(ctx, j)
		if done || err != nil {
			return err
		}
	}
	content, ok, err := w.openContent(ctx, j)
	if !ok || err != nil {
		w.decide(j)
		return err
	}
	defer func() { _ = content.Close() }() // it was read whole or its error reported
	w.known.sizes.Add(j.size)
	return w.put(ctx, j, archive.Member{Content: content})
}

// lookUp hashes a large file and refers to its content if it is known. done is
// false if it must be stored.
func (w *worker) lookUp(ctx context.Context, j *item) (done bool, err error) {
	sum, ok, err := w.read(ctx, j, w.buf[:chunk])
	if !ok || err != nil {
		w.decide(j)
		return true, err
	}
	extents, err := w.known.find(j.Path, sum)
	if err != nil {
		return false, err
	}
	if extents == nil {
		j.Size = j.size // it may have grown again
		return false, nil
	}
	w.refer(j, sum, extents)
	return true, nil
}

// refer decides that an item's content lies in extents, or where its twin's does.
func (w *worker) refer(j *item, sum [sha256.Size]byte, extents []backup.Extent) {
	j.keepAs(archive.Placement{Size: j.Size, SHA256: sum, Extents: extents})
	w.notify.progress(1, j.Size)
	w.decide(j)
}

// read reads a file's content to buf, over and over if it is longer, hashes it
// and notes its size. ok is false if it cannot be read; that has been reported.
func (w *worker) read(ctx context.Context, j *item, buf []byte) (sum [sha256.Size]byte, ok bool, err error) {
	content, ok, err := w.openContent(ctx, j)
	if !ok || err != nil {
		return sum, false, err
	}
	defer func() { _ = content.Close() }() // it was read whole or its error reported
	hash := sha256.New()
	for j.Size = 0; j.Size < j.size && err == nil; {
		at := j.Size % int64(len(buf))
		part := buf[at:min(at+chunk, int64(len(buf)), at+j.size-j.Size)]
		var n int
		n, err = io.ReadFull(content, part)
		_, _ = hash.Write(part[:n])
		j.Size += int64(n)
		if ctx.Err() != nil {
			return sum, false, context.Cause(ctx)
		}
	}
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		w.notify.unread(j.Path, err)
		return sum, false, nil
	}
	return [sha256.Size]byte(hash.Sum(nil)), true, nil
}

// openContent opens a file's content. ok is false if it cannot be opened; that
// has been reported.
func (w *worker) openContent(ctx context.Context, j *item) (content io.ReadCloser, ok bool, err error) {
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

// put stores an item as a member, in the archive of small ones or, if it has
// more than an archive's size, in one of its own.
func (w *worker) put(ctx context.Context, j *item, m archive.Member) error {
	if j.Size > w.repo.opt.ArchiveSize {
		alone, err := w.openUpload(ctx)
		if err != nil {
			return err
		}
		defer w.closeUpload(ctx, alone)
		return w.add(ctx, j, m, alone.archive)
	}
	if w.shared != nil && w.shared.archive.Size()+j.Size > w.repo.opt.ArchiveSize {
		w.closeShared(ctx)
	}
	if w.shared == nil {
		var err error
		if w.shared, err = w.openUpload(ctx); err != nil {
			return err
		}
	}
	return w.add(ctx, j, m, w.shared.archive)
}

// closeShared ends the archive of small items, if there is one.
func (w *worker) closeShared(ctx context.Context) {
	if w.shared != nil {
		w.closeUpload(ctx, w.shared)
		w.shared = nil
	}
}

// add writes an item to an archive.
func (w *worker) add(ctx context.Context, j *item, m archive.Member, to *archive.Writer) error {
	m.Entry = j.Entry
	m.Progress = func(bytes int64) { w.notify.progress(0, bytes) }
	m.Done = func(p archive.Placement) { w.placed(j, p) }
	err := to.Add(ctx, m)
	if broken, ok := errors.AsType[*archive.ContentError](err); ok && ctx.Err() == nil {
		w.notify.unread(j.Path, broken.Err)
		w.decide(j)
		return nil
	}
	return err
}

// placed finishes an item whose content is on its way into the store.
func (w *writer) placed(j *item, p archive.Placement) {
	j.keepAs(p)
	if j.Type == backup.TypeFile {
		w.notify.progress(1, 0)
	}
	if err := w.known.stored(j.Entry); err != nil {
		w.cancel(err)
	}
	w.decide(j)
}

// decide says that nothing more will change about an item.
func (w *writer) decide(j *item) {
	w.known.release(j)
	close(j.done)
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
