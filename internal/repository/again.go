package repository

import (
	"context"
	"errors"

	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

// rereads is how often something is read again before it is called damaged.
const rereads = 2

// again calls read, and again over new connections as long as what it gets is
// damaged: bytes can be damaged on their way, and then what is stored is whole. An
// error of read leaves nothing open.
func again(ctx context.Context, read func(ctx context.Context) error) error {
	err := read(ctx)
	for range rereads {
		if !errors.Is(err, errs.ErrCorrupt) || ctx.Err() != nil {
			break
		}
		err = read(blob.Afresh(ctx))
	}
	return err
}
