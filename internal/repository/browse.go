package repository

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// Browse implements [backup.Repository].
func (r *Repository) Browse(ctx context.Context, id backup.ID, checksum string) (_ backup.Reader, err error) {
	if checksum == "" {
		return r.Open(ctx, id, "")
	}
	defer errs.Wrap(&err, "browse backup %s", id)
	b := r.shelf.take(checksum)
	if b == nil {
		l, err := r.known(ctx, id, checksum)
		if err != nil {
			return nil, err
		}
		b = r.shelf.put(checksum, l)
	}
	m, err := r.readerOf(b.listing, func() error { return r.shelf.release(b) })
	if err != nil {
		return nil, errors.Join(err, r.shelf.release(b))
	}
	return m, nil
}

// known returns the listing of a manifest that must have the checksum.
func (r *Repository) known(ctx context.Context, id backup.ID, checksum string) (l *listing, err error) {
	err = again(ctx, func(ctx context.Context) error {
		spool, err := r.download(ctx, id, checksum)
		if err != nil {
			return err
		}
		l = &listing{spool: spool}
		if l.trailer, err = r.believed(ctx, spool, id, checksum); err != nil {
			_ = spool.Close() // the first error says more
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// believed returns the trailer of a manifest that has the checksum. Where only
// signatures are believed, all of it is read, since the signature is over all.
func (r *Repository) believed(ctx context.Context, spool *scratch, id backup.ID, checksum string) (manifest.Trailer, error) {
	if len(r.opt.Trusted) == 0 {
		return summary(spool, id, checksum)
	}
	m, err := r.check(ctx, spool, id, checksum, ignore)
	if err != nil {
		return manifest.Trailer{}, err
	}
	m.contents.Close()
	return m.trailer, nil
}

func summary(spool *scratch, id backup.ID, checksum string) (manifest.Trailer, error) {
	if checksum != spool.checksum() {
		return manifest.Trailer{}, damagedManifest(id, "it is not the one that was written", nil)
	}
	h, t, err := manifest.ReadSummary(spool.file, spool.size)
	switch {
	case errors.Is(err, errs.ErrCorrupt):
		return t, damagedManifest(id, "its content is not whole", err)
	case err != nil:
		return t, fmt.Errorf("read manifest: %w", err)
	case h.ID != id:
		return t, damagedManifest(id, "it belongs to another backup", nil)
	}
	return t, nil
}

// shelfSize is how many manifests stay at hand.
const shelfSize = 4

// shelf keeps the manifests at hand that were browsed last: who looks around in
// a backup asks for one directory after another, and for the pictures in it.
type shelf struct {
	mu    sync.Mutex
	books []*book // the one used last comes last
}

// book is a listing with those who read it.
type book struct {
	checksum string
	listing  *listing
	readers  int
	gone     bool // from the shelf
}

// take returns the listing with that checksum for one more reader; nil if it
// is not there.
func (s *shelf) take(checksum string) *book {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.books, func(b *book) bool { return b.checksum == checksum })
	if i < 0 {
		return nil
	}
	b := s.books[i]
	s.books = append(slices.Delete(s.books, i, i+1), b)
	b.readers++
	return b
}

// put adds a listing, with its first reader. The one that was not used for
// longest goes.
func (s *shelf) put(checksum string, l *listing) *book {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := &book{checksum: checksum, listing: l, readers: 1}
	if len(s.books) == shelfSize {
		s.books[0].leave()
		s.books = slices.Delete(s.books, 0, 1)
	}
	s.books = append(s.books, b)
	return b
}

// release ends the use of a listing by one reader.
func (s *shelf) release(b *book) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b.readers--
	if b.gone && b.readers == 0 {
		return b.listing.Close()
	}
	return nil
}

// leave takes a book off the shelf; its last reader closes it.
func (b *book) leave() {
	b.gone = true
	if b.readers == 0 {
		_ = b.listing.Close() // a file that was only read
	}
}
