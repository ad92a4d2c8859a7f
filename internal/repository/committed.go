package repository

import (
	"context"
	"encoding/hex"
	"errors"
	"io"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// Committed implements [backup.Repository].
func (r *Repository) Committed(ctx context.Context, id backup.ID) (_ backup.Backup, err error) {
	defer errs.Wrap(&err, "look up backup %s", id)
	key := manifestKey(id)
	info, err := r.blobs.Head(ctx, key)
	if errors.Is(err, errs.ErrNotFound) {
		return backup.Backup{}, noBackup(id, err)
	}
	if err != nil {
		return backup.Backup{}, err
	}
	t, err := r.trailer(ctx, id, info.Size)
	if err != nil {
		return backup.Backup{}, err
	}
	b := t.Backup
	b.StoredSize += info.Size
	b.Checksum = info.Metadata[metaSHA256]
	if sum, err := hex.DecodeString(b.Checksum); err != nil || len(sum) != 32 {
		b.Checksum, err = r.checksum(ctx, id)
		return b, err
	}
	return b, nil
}

// checksum reads a manifest that has lost its metadata, as after a copy by other tools.
func (r *Repository) checksum(ctx context.Context, id backup.ID) (string, error) {
	spool, err := r.download(ctx, id)
	if err != nil {
		return "", err
	}
	return spool.checksum(), spool.Close()
}

// trailer reads the trailer of a manifest of size bytes, without the entries.
func (r *Repository) trailer(ctx context.Context, id backup.ID, size int64) (manifest.Trailer, error) {
	h, t, err := manifest.ReadSummary(r.at(ctx, manifestKey(id)), size)
	switch {
	case errors.Is(err, errs.ErrCorrupt):
		return t, damagedManifest(id, "its content is not whole", err)
	case err != nil:
		return t, err
	case h.ID != id:
		return t, damagedManifest(id, "it belongs to another backup", nil)
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
