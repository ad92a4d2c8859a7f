package repository

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/pages"
)

// byPages reports whether an item is a database that is stored by pages.
func (w *writer) byPages(j *item) bool {
	return j.ByPages && j.Type == backup.TypeFile && j.size >= w.repo.opt.PagesFrom
}

// findEarlier notes what the base has of a database, if it has its page list.
func (w *writer) findEarlier(j *item) {
	if w.databases == nil {
		return
	}
	if e, ok := w.databases.find(j.Path); ok && w.databases.whole(e.Pages) {
		j.earlier = &e
	}
}

// storePages stores a database: nothing of it if it is what its base has, only
// the changed pages if that is worthwhile, else all of it.
func (w *worker) storePages(ctx context.Context, j *item) error {
	d, err := w.compare(ctx, j)
	if err != nil {
		return err
	}
	if d == nil {
		return w.storeComplete(ctx, j)
	}
	defer func() { _ = d.hashes.Close() }() // it holds nothing that anybody needs
	same := d.plan.Changed == 0 && j.size == j.earlier.Size
	switch {
	case same && d.sum == j.earlier.SHA256:
		j.Pages = j.earlier.Pages
		w.refer(j, d.sum, j.earlier.Extents)
		return nil
	case same:
		w.badList(j, errOtherContent)
	case d.plan.Worthwhile(func(name string) int64 { return w.databases.archives[name].Size }):
		return w.storeDelta(ctx, j, d)
	}
	return w.storeComplete(ctx, j)
}

// delta is what comparing a database with its base has found.
type delta struct {
	sum    [sha256.Size]byte // of the content
	hashes *scratch          // of its pages
	plan   pages.Plan
}

// compare reads a database and compares its pages with its base's. It returns
// nil if a complete copy is to be made: there is no base, too much has changed,
// or there is trouble that reading it once more will tell of.
func (w *worker) compare(ctx context.Context, j *item) (d *delta, err error) {
	if j.earlier == nil {
		return nil, nil
	}
	list, err := w.openList(ctx, j)
	if err != nil || list == nil {
		return nil, err
	}
	defer func() { _ = list.Close() }() // it holds nothing that anybody needs
	d = new(delta)
	if d.hashes, err = newScratch(w.repo.opt.Scratch); err != nil {
		return nil, err
	}
	if err = w.hashAndCompare(ctx, j, list.Reader, d); err == nil {
		return d, nil
	}
	_ = d.hashes.Close() // likewise
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, errs.ErrNoSpace):
		return nil, err
	case errors.Is(err, errs.ErrCorrupt):
		w.badList(j, err)
	}
	return nil, nil
}

// hashAndCompare reads a database and fills in d. The pages are hashed beside
// the content.
func (w *worker) hashAndCompare(ctx context.Context, j *item, list *pages.Reader, d *delta) error {
	content, err := j.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }() // only what was read counts
	body := blob.NewBody(ctx, io.LimitReader(content, j.size))
	defer body.Close(nil)
	base := pages.Base{List: list, Extents: j.earlier.Extents, Whole: w.databases.whole}
	comparer := pages.NewComparer(base, j.size)
	hasher := pages.NewHasher(func(hashes []byte) error {
		if _, err := d.hashes.Write(hashes); err != nil {
			return err
		}
		return comparer.Take(hashes)
	})
	hash := sha256.New()
	_, err = io.CopyBuffer(io.MultiWriter(hasher, hash), body, w.buf[:chunk])
	if err := errors.Join(err, hasher.Close()); err != nil {
		return err
	}
	hash.Sum(d.sum[:0])
	d.plan, err = comparer.Plan()
	return err
}

// storeComplete stores all of a database, and the list of its pages.
func (w *worker) storeComplete(ctx context.Context, j *item) error {
	content, ok, err := w.openContent(ctx, j)
	if !ok || err != nil {
		w.decide(j)
		return err
	}
	defer func() { _ = content.Close() }() // it was read whole or its error reported
	hashes, err := newScratch(w.repo.opt.Scratch)
	if err != nil {
		return err
	}
	defer func() { _ = hashes.Close() }() // it holds nothing that anybody needs
	hasher := pages.NewHasher(func(b []byte) error {
		_, err := hashes.Write(b)
		return err
	})
	p, ok, err := w.putAlone(ctx, j, archive.Member{Entry: j.Entry, Content: io.TeeReader(content, hasher)})
	if err := errors.Join(err, hasher.Close()); err != nil {
		return err
	}
	if !ok {
		w.decide(j)
		return nil
	}
	return w.finishPages(ctx, j, p, hashes)
}

// storeDelta stores the pages of a database that its base does not have, and
// the list of all.
func (w *worker) storeDelta(ctx context.Context, j *item, d *delta) error {
	p := archive.Placement{}
	if d.plan.Changed > 0 {
		content, ok, err := w.openContent(ctx, j)
		if !ok || err != nil {
			w.decide(j)
			return err
		}
		defer func() { _ = content.Close() }() // only what was read counts
		m := archive.Member{Entry: j.Entry, Content: newChangedPages(content, d), SHA256: &d.sum}
		m.Entry.Path += "." + string(w.header.ID) + ".pages"
		m.Entry.Size = d.plan.Changed
		if p, ok, err = w.putAlone(ctx, j, m); err != nil {
			return err
		}
		if !ok {
			w.decide(j)
			return nil
		}
	}
	extents, err := d.plan.Fill(p.Extents)
	if err != nil {
		return err
	}
	w.notify.progress(0, j.size-d.plan.Changed)
	return w.finishPages(ctx, j, archive.Placement{Size: j.size, SHA256: d.sum, Extents: extents}, d.hashes)
}

// putAlone stores a member of j in an archive of its own and waits until it is
// placed. ok is false if it cannot be read; that has been reported.
func (w *worker) putAlone(ctx context.Context, j *item, m archive.Member) (p archive.Placement, ok bool, err error) {
	to, err := w.openUpload(ctx)
	if err != nil {
		return p, false, err
	}
	placed := make(chan archive.Placement, 1)
	m.Progress = func(bytes int64) { w.notify.progress(0, bytes) }
	m.Done = func(p archive.Placement) { placed <- p }
	err = to.archive.Add(ctx, m)
	w.closeUpload(ctx, to)
	if broken, isContent := errors.AsType[*archive.ContentError](err); isContent && ctx.Err() == nil {
		w.notify.unread(j.Path, broken.Err)
		return p, false, nil
	}
	if err != nil {
		return p, false, err
	}
	select {
	case p = <-placed:
		return p, true, nil
	case <-ctx.Done():
		return p, false, context.Cause(ctx)
	}
}

// finishPages stores the list of a database's pages and decides the item. Its
// content is not looked for under other names in the same run.
func (w *worker) finishPages(ctx context.Context, j *item, p archive.Placement, hashes *scratch) (err error) {
	if p.Size > 0 { // it may have become empty
		j.Pages, err = w.putList(ctx, pages.Header{Size: p.Size, SHA256: p.SHA256}, hashes)
		if err != nil {
			return err
		}
	}
	j.keepAs(p)
	w.notify.progress(1, 0)
	w.decide(j)
	return nil
}
