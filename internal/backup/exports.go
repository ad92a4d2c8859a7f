package backup

import (
	"context"
	"io"
	"time"
)

// Exports keeps copies of what is in backups, each under a key of its own, for
// people to download.
type Exports interface {
	// Create makes the export of that key and format from what fill adds. It
	// exists when Create succeeds; if fill or anything else fails there is none,
	// but for the case that the answer to the last write was lost.
	Create(ctx context.Context, key string, format Format, fill func(Bundle) error) (Made, error)
	// Exists reports whether there is an export of that key and size.
	Exists(ctx context.Context, key string, size int64) (bool, error)
	// Presign returns an address from which whoever has it can download the
	// export as a file of that name, any text, for that time.
	Presign(ctx context.Context, key, name string, life time.Duration) (string, error)
	// Remove removes an export; one that is not there counts as removed.
	Remove(ctx context.Context, key string) error
	// Expire removes the exports that were begun before a time.
	Expire(ctx context.Context, before time.Time) (Cleared, error)
}

// Bundle is an export that is being made.
type Bundle interface {
	// Add adds an entry under a name; content writes exactly the bytes of a file,
	// and is called of files only. A note that is not "" says of the entry what a
	// user should know, as in [Notice].
	Add(e Entry, name string, content func(w io.Writer) error) (note string, err error)
}

// Made says what an export is.
type Made struct {
	Size   int64
	SHA256 string // lower-case hex
}
