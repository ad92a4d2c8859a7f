package repository

import (
	"context"
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/archive"
)

// item is an item on its way into the manifest.
type item struct {
	backup.Item

	earlier *backup.Entry // of a database by pages: what its base has; nil if that cannot be used

	size int64         // as the walk saw it; large contents of one size wait for each other
	keep bool          // it belongs into the manifest
	twin *item         // whose extents it will share; nil if it has its own
	done chan struct{} // closed when all that is decided
}

// wait waits until the item is decided.
func (j *item) wait(ctx context.Context) error {
	select {
	case <-j.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// keepAs decides what the item's content is and where it lies.
func (j *item) keepAs(p archive.Placement) {
	j.Size, j.SHA256, j.Extents, j.keep = p.Size, p.SHA256, p.Extents, true
}

// share takes over the extents of the item's twin.
func (j *item) share(ctx context.Context) error {
	if err := j.twin.wait(ctx); err != nil {
		return err
	}
	if !j.twin.keep {
		return fmt.Errorf("the content of %q went with that of %q, which was not stored", j.Path, j.twin.Path)
	}
	j.Extents, j.twin = j.twin.Extents, nil
	return nil
}
