package crypt

import (
	"context"
	"io"
)

// OpenAll is [Opener.OpenRange] for all that is inside of an object.
func (o *Opener) OpenAll(ctx context.Context, object Object) (io.ReadCloser, error) {
	k, err := o.keys.get(ctx, object, o.load)
	if err != nil {
		return nil, err
	}
	return o.OpenRange(ctx, object, 0, k.plain)
}
