package repository

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/crypt"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// listing is what a manifest says, without the contents.
type listing struct {
	spool   *scratch
	trailer manifest.Trailer

	seeking sync.Mutex
	seeker  *manifest.Seeker // once it is needed
}

// reader implements [backup.Reader].
type reader struct {
	*listing

	free     func() error // ends the use of the listing
	contents *archive.Contents
	repo     *Repository
	headers  headers
}

// Open implements [backup.Repository].
func (r *Repository) Open(ctx context.Context, id backup.ID, checksum string) (_ backup.Reader, err error) {
	defer errs.Wrap(&err, "open backup %s", id)
	var m *reader
	err = again(ctx, func(ctx context.Context) error {
		spool, err := r.download(ctx, id, checksum)
		if err != nil {
			return err
		}
		if m, err = r.check(ctx, spool, id, checksum, ignore); err != nil {
			_ = spool.Close() // the first error says more
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// download copies the manifest that counts to a scratch file, see find.
func (r *Repository) download(ctx context.Context, id backup.ID, checksum string) (*scratch, error) {
	g, err := r.find(ctx, id, checksum)
	if err != nil {
		return nil, err
	}
	return r.fetch(ctx, g)
}

// fetch copies a manifest to a scratch file.
func (r *Repository) fetch(ctx context.Context, g generation) (*scratch, error) {
	body, err := r.blobs.Get(ctx, g.key())
	if errors.Is(err, errs.ErrNotFound) {
		return nil, noBackup(g.id, err)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = body.Close() }() // what was read is checked
	spool, err := newScratch(r.opt.Scratch)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(spool, body); err != nil {
		return nil, errors.Join(fmt.Errorf("read manifest: %w", err), spool.Close())
	}
	return spool, nil
}

// ignore is for a check of which only the end matters.
func ignore(int64, backup.Entry) error { return nil }

// check reads all of a manifest once and gives each entry, with its number, to visit.
func (r *Repository) check(ctx context.Context, spool *scratch, id backup.ID, checksum string, visit func(int64, backup.Entry) error) (*reader, error) {
	if checksum != "" && checksum != spool.checksum() {
		return nil, damagedManifest(id, "it is not the one that was written", nil)
	}
	in, err := manifest.NewReader(spool.reader())
	if err == nil {
		err = r.checkEntries(ctx, in, visit)
	}
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.Is(err, io.EOF):
	case errors.Is(err, errs.ErrCorrupt):
		return nil, damagedManifest(id, "its content is not whole", err)
	default:
		return nil, err
	}
	if in.Header().ID != id {
		return nil, damagedManifest(id, "it belongs to another backup", nil)
	}
	l := &listing{spool: spool, trailer: in.Trailer()}
	return r.readerOf(l, l.Close)
}

// checkEntries reads a manifest to its end, which is io.EOF.
func (r *Repository) checkEntries(ctx context.Context, in *manifest.Reader, visit func(int64, backup.Entry) error) error {
	places := manifest.NewPlaces(in.Header().Kind)
	for n := int64(0); ctx.Err() == nil; n++ {
		e, err := in.Next()
		if err != nil {
			return err
		}
		if !r.opt.AnyPlace {
			err = places.Add(e)
		}
		if err != nil {
			return fmt.Errorf("line %d: manifest: %w: entry %.200q: %w", in.Line(), errs.ErrCorrupt, e.Path, err)
		}
		if err := visit(n, e); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}

// readerOf returns a reader of what a listing names; closing it calls free.
func (r *Repository) readerOf(l *listing, free func() error) (*reader, error) {
	source, err := r.sourceOf(l.trailer)
	if err != nil {
		return nil, err
	}
	size := func(name string) int64 {
		a := l.archive(name)
		if manifest.Encrypted(name) {
			return r.opener.Plain(crypt.Object{Name: name, Size: a.Size})
		}
		return a.Size
	}
	return &reader{listing: l, free: free, repo: r, contents: source.Contents(size)}, nil
}

// archive returns what the manifest says about an archive; it has no size if that is nothing.
func (m *listing) archive(name string) (a manifest.Archive) {
	i, ok := slices.BinarySearchFunc(m.trailer.Archives, name, func(a manifest.Archive, name string) int {
		return strings.Compare(a.Name, name)
	})
	if ok {
		a = m.trailer.Archives[i]
	}
	return a
}

// Entries implements [backup.Reader].
func (m *listing) Entries() iter.Seq2[backup.Entry, error] {
	return func(yield func(backup.Entry, error) bool) {
		in, err := manifest.NewReader(m.spool.reader())
		for err == nil {
			var e backup.Entry
			if e, err = in.Next(); err == nil && !yield(e, nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(backup.Entry{}, err)
		}
	}
}

// Between implements [backup.Reader].
func (m *listing) Between(from, to string, match func(path string) bool) iter.Seq2[backup.Entry, error] {
	seeker, err := m.seek()
	if err != nil {
		return func(yield func(backup.Entry, error) bool) { yield(backup.Entry{}, err) }
	}
	return seeker.Between(from, to, match)
}

func (m *listing) seek() (*manifest.Seeker, error) {
	m.seeking.Lock()
	defer m.seeking.Unlock()
	var err error
	if m.seeker == nil {
		m.seeker, err = manifest.NewSeeker(m.spool.file, m.spool.size)
	}
	return m.seeker, err
}

// Fetch implements [backup.Reader].
func (m *reader) Fetch(ctx context.Context, e backup.Entry, w io.Writer) error {
	err := m.resolve(ctx, m.contents.WriteTo(ctx, e, w))
	switch {
	case err == nil:
		return nil
	case errors.Is(err, archive.ErrStrayed):
		return strayedContent(e.Path, err)
	case isLocked(err):
		return locked(m.trailer.Backup.ID, err)
	case errors.Is(err, errs.ErrCorrupt):
		return damagedContent(e.Path, err)
	}
	return fmt.Errorf("fetch %q: %w", e.Path, err)
}

// StoredSize implements [backup.Reader].
func (m *listing) StoredSize() int64 { return m.spool.size + archivesSize(m.trailer) }

// Close frees the local copy of the manifest.
func (m *listing) Close() error { return m.spool.Close() }

// Close implements [backup.Reader].
func (m *reader) Close() error {
	m.contents.Close()
	return m.free()
}

func archivesSize(t manifest.Trailer) (sum int64) {
	for _, a := range t.Archives {
		sum += a.Size
	}
	return sum
}
