package blob

import (
	"context"
	"time"
)

// Link says how an object is handed to whoever follows an address.
type Link struct {
	// Life is how long the address leads anywhere, at most seven days.
	Life time.Duration
	// Disposition and Type are the answer's Content-Disposition and
	// Content-Type; printable ASCII.
	Disposition, Type string
}

// Presigner makes addresses of objects.
type Presigner interface {
	// Presign returns an address from which whoever has it gets the object,
	// without a key of theirs. It does not look whether the object is there.
	Presign(ctx context.Context, key string, link Link) (string, error)
}
