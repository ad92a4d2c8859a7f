package blob

import "context"

// afresh is the key of the context of Afresh.
type afresh struct{}

// Afresh returns a context in which a store reads over a new connection, by
// another way if there are several: what came over the old one was damaged, and
// it is to be seen whether what is stored is.
func Afresh(ctx context.Context) context.Context { return context.WithValue(ctx, afresh{}, true) }

// IsAfresh reports whether ctx was made by Afresh.
func IsAfresh(ctx context.Context) bool { return ctx.Value(afresh{}) != nil }
