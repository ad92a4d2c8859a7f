package repository

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// IDs yields the id of every backup that has a manifest, oldest first: what a
// lost catalog is rebuilt from. After an error it ends. A repository that is
// newer than this program is errs.ErrInvalid, one that is empty has no ids.
func (r *Repository) IDs(ctx context.Context) iter.Seq2[backup.ID, error] {
	return func(yield func(backup.ID, error) bool) {
		if err := r.checkFormat(ctx); err != nil && !errors.Is(err, errs.ErrNotFound) {
			yield("", err)
			return
		}
		for info, err := range r.blobs.List(ctx, manifestPrefix) {
			if err != nil {
				yield("", fmt.Errorf("list manifests: %w", err))
				return
			}
			if id, ok := manifestID(info.Key); ok && !yield(id, nil) {
				return
			}
		}
	}
}
