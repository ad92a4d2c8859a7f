package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Body is the reader of one Put as stores use it. It stops when the context
// ends, remembers why reading failed, and releases the writer of a pipe.
type Body struct {
	r     io.Reader
	ended func() error // why the context ended, or nil
	stop  func() bool
	err   error
}

// NewBody returns a Body that reads r until ctx ends. Close it.
func NewBody(ctx context.Context, r io.Reader) *Body {
	b := &Body{r: r, ended: func() error { return ended(ctx) }}
	b.stop = context.AfterFunc(ctx, func() { b.release(context.Cause(ctx)) })
	return b
}

// Read implements io.Reader.
func (b *Body) Read(p []byte) (int, error) {
	if err := b.ended(); err != nil {
		return 0, err
	}
	n, err := b.r.Read(p)
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

// Err returns why reading could not go on: the context's end, else the first
// error of the reader, else nil. A Put that failed returns it as its own.
func (b *Body) Err() error {
	if err := b.ended(); err != nil {
		return err
	}
	return b.err
}

// Close ends the use of the reader. The writer of a pipe, if there still is
// one, gets cause as its error.
func (b *Body) Close(cause error) {
	b.stop()
	b.release(cause)
}

func (b *Body) release(cause error) {
	if pipe, ok := b.r.(*io.PipeReader); ok {
		_ = pipe.CloseWithError(cause) // never fails
	}
}

// ended returns an error that is both ctx's error and its cause.
func ended(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if err == nil || errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}
