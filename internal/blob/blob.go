package blob

import (
	"context"
	"io"
	"iter"
	"time"
)

// Info describes a stored object.
type Info struct {
	Key  string
	Size int64 // bytes
	// Modified is when the store finished writing the object.
	Modified time.Time
	// Metadata is what Put was given; only Head fills it. Keys are lower case.
	Metadata map[string]string
}

// Reader reads objects.
type Reader interface {
	// Get opens a whole object. A missing key is errs.ErrNotFound. The caller
	// closes it. A connection that breaks in the middle is an error of Read,
	// never a silent end.
	Get(ctx context.Context, key string) (io.ReadCloser, error)
	// GetRange opens length bytes from offset. A missing key is
	// errs.ErrNotFound; a range that does not lie inside the object is
	// errs.ErrCorrupt, for ranges come from manifests. length is at least 1.
	GetRange(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error)
	// Head returns size and metadata; a missing key is errs.ErrNotFound.
	Head(ctx context.Context, key string) (Info, error)
	// List yields the objects whose key starts with prefix in byte order of
	// key, page by page. After an error it ends.
	List(ctx context.Context, prefix string) iter.Seq2[Info, error]
}

// Store reads, writes and deletes objects. All methods may be called by many
// goroutines at once. Errors of a store that is away or throttles after its
// retries are errs.ErrUnavailable. Implementations must pass blobtest.Run.
type Store interface {
	Reader
	// Put streams r, of unknown length, into a new object. If the key exists,
	// also when another Put of it wins meanwhile, it is errs.ErrConflict and
	// the object there is left alone. If r fails, Put fails with r's error
	// and leaves neither an object nor an unfinished upload. metadata may be
	// nil; its keys are lower-case ASCII, its values printable ASCII. If r is
	// an *io.PipeReader, Put closes it when ctx ends and before it returns, so
	// that neither side of the pipe waits for the other for ever.
	Put(ctx context.Context, key string, r io.Reader, metadata map[string]string) error
	// Delete removes the objects; a key that is missing counts as removed. On
	// an error some may be gone: calling it again finishes the job.
	Delete(ctx context.Context, keys ...string) error
}
