package errs

import (
	"errors"
	"fmt"
	"time"
)

// The kinds of errors. Wrap one with %w, or use [New], to classify an error.
var (
	// ErrNotFound: there is no such backup, operation, object or file.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the present state forbids it (exists already, locked, last of its kind).
	ErrConflict = errors.New("conflict")
	// ErrInvalid: the request makes no sense and will not later.
	ErrInvalid = errors.New("invalid")
	// ErrCorrupt: stored bytes are not the bytes that were stored.
	ErrCorrupt = errors.New("corrupt")
	// ErrUnavailable: a dependency is away or throttles; trying again later may help.
	ErrUnavailable = errors.New("unavailable")
	// ErrNoSpace: a disk is full or too small.
	ErrNoSpace = errors.New("no space")
	// ErrUnauthenticated: nobody is signed in, or the token is not valid.
	ErrUnauthenticated = errors.New("unauthenticated")
	// ErrRefused: a service that this one needs refuses: credentials, rights or
	// settings of the deployment are wrong. Trying again does not help; somebody
	// who runs the service has to mend that.
	ErrRefused = errors.New("refused")
	// ErrForbidden: the one who is signed in may not do this.
	ErrForbidden = errors.New("forbidden")
)

// Error is an error with a sentence that may be shown to the caller.
type Error struct {
	// Kind is one of the sentinels of this package.
	Kind error
	// Detail is a full sentence that says what is wrong and what to do. It
	// holds nothing of the inside: no keys, hosts, stack or secrets.
	Detail string
	// Cause is what lay below, for the log; it may be nil.
	Cause error
	// After says how long to wait before trying again; 0 is not known.
	After time.Duration
}

// New returns an *Error of kind with a formatted detail.
func New(kind error, format string, args ...any) *Error {
	return &Error{Kind: kind, Detail: fmt.Sprintf(format, args...)}
}

// Because returns a copy of e with its cause set.
func (e *Error) Because(cause error) *Error {
	return &Error{Kind: e.Kind, Detail: e.Detail, Cause: cause, After: e.After}
}

// RetryAfter returns a copy of e that says how long to wait before trying again.
func (e *Error) RetryAfter(d time.Duration) *Error {
	return &Error{Kind: e.Kind, Detail: e.Detail, Cause: e.Cause, After: d}
}

// Error returns the detail and the cause; it is for the log.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Detail
	}
	return e.Detail + ": " + e.Cause.Error()
}

// Unwrap gives errors.Is the kind and the cause.
func (e *Error) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Cause}
}

// Detail returns the sentence for the caller of the outermost *Error in err's
// tree, or "" when there is none: then the caller must not see err's text.
func Detail(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Detail
	}
	return ""
}

// Wrap adds context to *errp when it is not nil. Use it in a defer.
func Wrap(errp *error, format string, args ...any) {
	if *errp != nil {
		*errp = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *errp)
	}
}
