package repository

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// Committed implements [backup.Repository].
func (r *Repository) Committed(ctx context.Context, id backup.ID) (_ backup.Backup, err error) {
	defer errs.Wrap(&err, "look up backup %s", id)
	all, err := r.generationsOf(ctx, id)
	if err != nil {
		return backup.Backup{}, err
	}
	if len(all) == 0 {
		return backup.Backup{}, noBackup(id, errs.ErrNotFound)
	}
	stock, err := r.takeStock(ctx)
	if err != nil {
		return backup.Backup{}, err
	}
	_, b, err := r.newest(ctx, all, stock)
	return b, err
}

// newest returns the newest generation that is whole and of which all is there, and
// its record. If there is none, it is the newest, with what is wrong with that one
// and its record if that can be read. A manifest that is alone is not read to see
// whether it is whole: there is no other.
func (r *Repository) newest(ctx context.Context, all []generation, stock stock) (found generation, b backup.Backup, err error) {
	for _, g := range slices.Backward(all) {
		record, rerr := r.record(ctx, g, stock)
		if rerr == nil && len(all) > 1 {
			var whole bool
			if whole, rerr = r.whole(ctx, g, ""); rerr == nil && !whole {
				rerr = damagedManifest(g.id, "its content is not whole", nil)
			}
		}
		if rerr == nil || !errors.Is(rerr, errs.ErrCorrupt) {
			return g, record, rerr
		}
		if err == nil {
			found, b, err = g, record, rerr
		}
	}
	return found, b, err
}

// whole reads all of a generation and reports whether it is whole and, unless
// checksum is "", the one with that checksum.
func (r *Repository) whole(ctx context.Context, g generation, checksum string) (bool, error) {
	err := again(ctx, func(ctx context.Context) error {
		spool, err := r.fetch(ctx, g)
		if err != nil {
			return err
		}
		m, err := r.check(ctx, spool, g.id, checksum, ignore)
		if err != nil {
			return errors.Join(err, spool.Close())
		}
		return m.Close()
	})
	if errors.Is(err, errs.ErrCorrupt) || errors.Is(err, errs.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// record returns the record in a generation. It is errs.ErrCorrupt, beside the
// record, if an archive is missing or has another size.
func (r *Repository) record(ctx context.Context, g generation, stock stock) (backup.Backup, error) {
	t, err := r.trailer(ctx, g)
	if err != nil {
		return backup.Backup{}, err
	}
	b := signedBy(t)
	b.StoredSize += g.size
	if b.Checksum, err = r.checksum(ctx, g); err != nil {
		return b, err
	}
	if n := stock.lacks(t.Archives); n > 0 {
		return b, incomplete(g.id, n, len(t.Archives))
	}
	return b, nil
}

// checksum returns the checksum of a generation: from its metadata or, if it has
// lost that, as after a copy by other tools, from its bytes.
func (r *Repository) checksum(ctx context.Context, g generation) (string, error) {
	info, err := r.blobs.Head(ctx, g.key())
	if errors.Is(err, errs.ErrNotFound) {
		return "", noBackup(g.id, err)
	}
	if err != nil {
		return "", err
	}
	if sum, err := hex.DecodeString(info.Metadata[metaSHA256]); err == nil && len(sum) == 32 {
		return info.Metadata[metaSHA256], nil
	}
	spool, err := r.fetch(ctx, g)
	if err != nil {
		return "", err
	}
	return spool.checksum(), spool.Close()
}

// trailer reads the trailer of a manifest without the entries.
func (r *Repository) trailer(ctx context.Context, g generation) (t manifest.Trailer, err error) {
	err = again(ctx, func(ctx context.Context) error {
		t, err = r.readTrailer(ctx, g)
		return err
	})
	return t, err
}

func (r *Repository) readTrailer(ctx context.Context, g generation) (manifest.Trailer, error) {
	h, t, err := manifest.ReadSummary(r.at(ctx, g.key()), g.size)
	switch {
	case errors.Is(err, errs.ErrCorrupt):
		return t, damagedManifest(g.id, "its content is not whole", err)
	case err != nil:
		return t, err
	case h.ID != g.id:
		return t, damagedManifest(g.id, "it belongs to another backup", nil)
	}
	return t, nil
}

// readerAt is a function that implements io.ReaderAt.
type readerAt func(b []byte, offset int64) (int, error)

func (f readerAt) ReadAt(b []byte, offset int64) (int, error) { return f(b, offset) }

// at reads ranges of an object.
func (r *Repository) at(ctx context.Context, key string) io.ReaderAt {
	return readerAt(func(b []byte, offset int64) (int, error) {
		body, err := r.blobs.GetRange(ctx, key, offset, int64(len(b)))
		if err != nil {
			return 0, err
		}
		defer func() { _ = body.Close() }() // what was read is checked
		n, err := io.ReadFull(body, b)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = io.EOF
		}
		return n, err
	})
}
