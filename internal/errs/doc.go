// Package errs classifies errors, so that callers act on their kind and never
// on their text. It is a leaf: it imports only the standard library.
//
// A kind is one of the sentinels below. [New] makes an error of a kind with a
// sentence for the caller; everything else that is wrapped around or below it
// is for the operator's log only.
package errs
