package crypt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
)

// OpenFrom is [Opener.OpenRange] for all that is inside of an object, read from
// stored, which yields the whole object, its header included. Closing what it
// returns closes stored.
func (o *Opener) OpenFrom(ctx context.Context, object Object, stored io.ReadCloser) (io.ReadCloser, error) {
	k, payload, err := o.begin(ctx, object, stored)
	if err != nil {
		return nil, err
	}
	return newReader(k, payload, 0, k.plain), nil
}

// openWhole opens the first length bytes inside of an object with one request.
func (o *Opener) openWhole(ctx context.Context, object Object, length int64) (io.ReadCloser, error) {
	stored, err := o.ranges(ctx, object.Name, 0, object.Size)
	if err != nil {
		return nil, err
	}
	k, payload, err := o.begin(ctx, object, stored)
	if err == nil {
		err = k.holds(0, length)
	}
	if err != nil {
		return nil, errors.Join(err, stored.Close())
	}
	return newReader(k, payload, 0, length), nil
}

// begin returns the key of an object and its payload, from stored, which yields
// the whole object. The header is taken from there too, unless it has been opened.
func (o *Opener) begin(ctx context.Context, object Object, stored io.ReadCloser) (*key, io.ReadCloser, error) {
	in := bufio.NewReaderSize(stored, MaxHeader)
	k, err := o.keys.get(ctx, object, func(ctx context.Context, object Object) (*key, error) {
		head, err := in.Peek(int(min(object.Size, MaxHeader)))
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("read header: %w", err)
		}
		return o.openHeader(ctx, head, object)
	})
	if err != nil {
		return nil, nil, err
	}
	if _, err := in.Discard(int(k.payload)); err != nil {
		return nil, nil, cutOff("header", err)
	}
	return k, buffered{in, stored}, nil
}

// buffered closes what a buffer reads from.
type buffered struct {
	*bufio.Reader
	io.Closer
}
