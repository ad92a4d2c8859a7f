package repository

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// askTimeout bounds the question whether a manifest was stored after all.
const askTimeout = 15 * time.Second

// Commit implements [backup.Writer].
func (w *writer) Commit(ctx context.Context, b backup.Backup) (checksum string, storedSize int64, err error) {
	defer errs.Wrap(&err, "commit backup %s", w.header.ID)
	if !w.finished {
		return "", 0, errors.New("repository: Commit without Finish")
	}
	w.finished = false
	if err := w.seal(b); err != nil {
		return "", 0, err
	}
	checksum, storedSize = w.spool.checksum(), w.storedSize()+w.spool.size
	if err := w.repo.putManifest(ctx, generation{id: b.ID, number: 1}, w.header.Version, w.spool); err != nil {
		return "", 0, err
	}
	w.cancel(nil)
	w.free()
	return checksum, storedSize, nil
}

// seal ends the manifest with the record b.
func (w *writer) seal(b backup.Backup) error {
	archives, err := w.named()
	if err != nil {
		return err
	}
	b.StoredSize, b.Encrypted = w.storedSize(), manifest.AllEncrypted(archives)
	return w.manifest.Close(b, archives)
}

// named returns the archives that the manifest names.
func (w *writer) named() ([]manifest.Archive, error) {
	names := w.manifest.Archives()
	archives := make([]manifest.Archive, len(names))
	for i, name := range names {
		a, ok := w.archives[name]
		for _, b := range w.bases() {
			if !ok {
				a, ok = b.archives[name]
			}
		}
		if !ok && w.known != nil {
			a, ok = w.known.others.archives[name]
		}
		if !ok {
			return nil, fmt.Errorf("archive %s is named and was not stored", name)
		}
		archives[i] = a
	}
	return archives, nil
}

// putManifest stores a manifest of that version of the format if there is none. After an error that leaves
// open whether the store did it, it looks.
func (r *Repository) putManifest(ctx context.Context, g generation, version int64, spool *scratch) error {
	key, checksum := g.key(), spool.checksum()
	meta := map[string]string{metaSHA256: checksum, metaVersion: strconv.FormatInt(version, 10)}
	err := r.blobs.Put(ctx, key, spool.reader(), meta)
	if err == nil {
		return nil
	}
	// Also when ctx is cancelled: the truth matters more than the seconds.
	ask, cancel := context.WithTimeout(context.WithoutCancel(ctx), askTimeout)
	defer cancel()
	info, headErr := r.blobs.Head(ask, key)
	if headErr == nil && info.Metadata[metaSHA256] == checksum {
		return nil
	}
	if errors.Is(err, errs.ErrConflict) {
		return errs.New(errs.ErrConflict, "A backup %s exists already.", g.id).Because(err)
	}
	return fmt.Errorf("store manifest: %w", err)
}
