package s3blob

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/vertex-ar/backup/internal/errs"
)

// maxResumes is how often the download of one object is taken up again.
const maxResumes = 10

// resumingReader reads an object's bytes. When the connection breaks in the
// middle, it goes on where it was with a request for the rest; objects never
// change, so the parts fit.
type resumingReader struct {
	body    io.ReadCloser
	left    int64 // bytes still to come
	reopen  func(left int64) (io.ReadCloser, error)
	resumes int
}

// Read implements io.Reader.
func (r *resumingReader) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	r.left -= int64(n)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return n, err
	case r.left == 0 && errors.Is(err, io.EOF):
		return n, io.EOF
	case r.left == 0: // all bytes are here, so it is the checksum that is wrong
		return n, fmt.Errorf("%w: %w", errs.ErrCorrupt, err)
	}
	if err := r.resume(err); err != nil || n > 0 {
		return n, err
	}
	return r.Read(p)
}

func (r *resumingReader) resume(cause error) error {
	if errors.Is(cause, io.EOF) {
		cause = io.ErrUnexpectedEOF
	}
	if r.resumes++; r.resumes > maxResumes {
		return fmt.Errorf("%w: broke %d times, %d bytes missing: %w", errs.ErrUnavailable, r.resumes, r.left, cause)
	}
	_ = r.body.Close()
	body, err := r.reopen(r.left)
	if err != nil {
		r.body, r.resumes = io.NopCloser(failed{err}), maxResumes
		return fmt.Errorf("%w (resuming after %w)", err, cause)
	}
	r.body = body
	return nil
}

// Close implements io.Closer.
func (r *resumingReader) Close() error { return r.body.Close() }

// failed is a reader that is broken for good.
type failed struct{ err error }

// Read implements io.Reader.
func (f failed) Read([]byte) (int, error) { return 0, f.err }
