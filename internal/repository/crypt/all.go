package crypt

import (
	"context"
	"fmt"
	"io"
)

// OpenFrom is [Opener.OpenRange] for all that is inside of an object, read from
// stored, which yields the whole object. Closing what it returns closes stored.
func (o *Opener) OpenFrom(ctx context.Context, object Object, stored io.ReadCloser) (io.ReadCloser, error) {
	k, err := o.keys.get(ctx, object, o.load)
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, stored, k.payload); err != nil {
		return nil, fmt.Errorf("read header: %w", err)
	}
	return newReader(k, stored, 0, k.plain), nil
}
