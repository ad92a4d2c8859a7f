package repository

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
	"github.com/vertex-ar/backup/internal/repository/pages"
)

// What can be wrong with a page list that is there and can be read.
var (
	errOtherList    = errors.New("is not the one that was written")
	errOtherContent = errors.New("belongs to other content")
)

// pageList is a local copy of a page list.
type pageList struct {
	*scratch
	*pages.Reader
}

// putList stores a page list and returns its name.
func (w *writer) putList(ctx context.Context, h pages.Header, hashes *scratch) (name string, err error) {
	spool, err := newScratch(w.repo.opt.Scratch)
	if err != nil {
		return "", err
	}
	defer func() { _ = spool.Close() }() // it holds nothing that anybody needs
	if err := pages.WriteList(spool, h, hashes.reader()); err != nil {
		return "", err
	}
	name = listName(w.header.ID, w.nextNumber())
	if err := w.repo.blobs.Put(ctx, archiveKey(name), spool.reader(), nil); err != nil {
		return "", fmt.Errorf("store page list %s: %w", name, err)
	}
	w.isStored(manifest.Archive{Name: name, Size: spool.size, SHA256: spool.sha256()})
	return name, nil
}

// openList fetches the list of the pages that a database had in its base. It is
// nil if that cannot be used, of which it warns.
func (w *writer) openList(ctx context.Context, j *item) (*pageList, error) {
	var list *pageList
	err := again(ctx, func(ctx context.Context) (err error) {
		list, err = w.readList(ctx, j)
		return err
	})
	if err == nil {
		return list, nil
	}
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, errs.ErrNoSpace):
		return nil, err
	}
	w.badList(j, err)
	return nil, nil
}

// readList fetches a list. One that is not what was written is errs.ErrCorrupt.
func (w *writer) readList(ctx context.Context, j *item) (*pageList, error) {
	spool, err := newScratch(w.repo.opt.Scratch)
	if err != nil {
		return nil, err
	}
	list, err := w.fetchList(ctx, j, spool)
	if err == nil {
		return &pageList{scratch: spool, Reader: list}, nil
	}
	_ = spool.Close() // nobody needs it
	if errors.Is(err, errOtherList) {
		err = fmt.Errorf("%w: %w", errs.ErrCorrupt, err)
	}
	return nil, err
}

// fetchList copies a list to spool and checks that it is the one that the
// manifest means, and that of the content.
func (w *writer) fetchList(ctx context.Context, j *item, spool *scratch) (*pages.Reader, error) {
	want := w.databases.archives[j.earlier.Pages]
	body, err := w.repo.blobs.Get(ctx, archiveKey(want.Name))
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // the hash says whether all was read
	if _, err := io.Copy(spool, io.LimitReader(body, want.Size+1)); err != nil {
		return nil, err
	}
	if spool.size != want.Size || spool.sha256() != want.SHA256 {
		return nil, errOtherList
	}
	list, err := pages.NewReader(spool.reader())
	if err != nil {
		return nil, err
	}
	if h := list.Header(); h.Size != j.earlier.Size || h.SHA256 != j.earlier.SHA256 {
		return nil, errOtherContent
	}
	return list, nil
}

// badList warns that the page list of a database's base cannot be used.
func (w *writer) badList(j *item, err error) {
	what := "could not be read"
	for _, wrong := range []error{errOtherList, errOtherContent} {
		if errors.Is(err, wrong) {
			what = wrong.Error()
		}
	}
	w.notify.warn(fmt.Sprintf("The list of the pages of %s in backup %s %s, so a complete copy was made. Verify the earlier backups.",
		display(j.Path), w.databases.id(), what))
}
