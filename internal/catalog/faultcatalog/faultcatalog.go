package faultcatalog

import (
	"sync"

	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// ErrFault is the error of a call that fails, unless the fault has its own: an
// errs.ErrUnavailable, as of a catalog that is away after all retries.
var ErrFault = errs.New(errs.ErrUnavailable, "The catalog does not answer (on purpose).")

// Fault says which call fails, and how. The zero Fault fails none.
type Fault struct {
	// Call is the number of the call that fails, from 1.
	Call int
	// After lets the call take effect before it fails: an answer that is lost.
	After bool
	// Onward fails all later calls too: a catalog that stays away.
	Onward bool
	// Err is what the call returns; nil is ErrFault.
	Err error
}

// Catalog is a catalog whose calls are counted and may fail. Its methods may be
// called by many goroutines; then the count decides which call fails, not the
// test.
type Catalog struct {
	inner catalog.Catalog
	fault Fault

	mu    sync.Mutex
	calls []string
}

var _ catalog.Catalog = (*Catalog)(nil)

// New wraps inner.
func New(inner catalog.Catalog, fault Fault) *Catalog {
	return &Catalog{inner: inner, fault: fault}
}

// Calls returns the names of the methods called so far, in order.
func (c *Catalog) Calls() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.calls...)
}

// count notes a call and returns the error with which it must fail, if it must.
func (c *Catalog) count(method string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, method)
	n := len(c.calls)
	switch {
	case c.fault.Call == 0 || n < c.fault.Call || n > c.fault.Call && !c.fault.Onward:
		return nil
	case c.fault.Err != nil:
		return c.fault.Err
	}
	return ErrFault
}

// call counts and does one call that has a result.
func call[T any](c *Catalog, method string, do func() (T, error)) (T, error) {
	var none T
	fault := c.count(method)
	if fault != nil && !c.fault.After {
		return none, fault
	}
	v, err := do()
	if fault != nil {
		return none, fault
	}
	return v, err
}

// run is call for methods without a result.
func run(c *Catalog, method string, do func() error) error {
	_, err := call(c, method, func() (struct{}, error) { return struct{}{}, do() })
	return err
}
