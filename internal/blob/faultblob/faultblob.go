package faultblob

import (
	"context"
	"fmt"
	"io"
	"iter"
	"sync"

	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

// Op is a set of a store's methods.
type Op int

// The methods of a store.
const (
	Put Op = 1 << iota
	Get
	GetRange
	Head
	List
	Delete
)

// When says at which moment of a call the fault comes.
type When int

const (
	// Before fails the call; nothing happens.
	Before When = iota
	// After fails the call although it took effect, as when an answer is lost.
	// A reader that was opened breaks at its end, a listing likewise.
	After
	// Middle fails the call halfway: a Put's input, an opened reader and a
	// listing break after Fault.Pass bytes or objects; a Delete removes only
	// that many keys; a Head fails as Before.
	Middle
)

// Fault is one failure to come.
type Fault struct {
	// Call is which call fails; 1 is the first after Inject.
	Call int
	// Ops are the calls that count; none means all.
	Ops Op
	// When is the moment of the call.
	When When
	// Pass is how much comes through in the Middle.
	Pass int64
	// Stays makes every later call fail, too, Before: the store stays away.
	Stays bool
	// Err is the error; nil means errs.ErrUnavailable.
	Err error
}

var _ blob.Store = (*Store)(nil)

// Store is a blob.Store that can fail.
type Store struct {
	next blob.Store

	mu    sync.Mutex
	flips func(read int, key string) bool // which reads are damaged on their way; nil is none
	reads int                             // since Flip
	fault Fault
	calls int // since Inject, of fault.Ops
}

// New returns a Store that passes all calls on to next until Inject.
func New(next blob.Store) *Store { return &Store{next: next} }

// Inject sets the fault to come, instead of the one before, and counts calls
// from 0 again. The zero Fault never comes.
func (s *Store) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault, s.calls = f, 0
}

// Calls returns how many calls that count there were since Inject.
func (s *Store) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Fired reports whether the fault has come.
func (s *Store) Fired() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault.Call > 0 && s.calls >= s.fault.Call
}

// suffer counts a call of op and returns its trouble, or nil.
func (s *Store) suffer(op Op) *trouble {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.fault
	if f.Ops != 0 && f.Ops&op == 0 {
		return nil
	}
	s.calls++
	later := f.Stays && s.calls > f.Call
	if f.Call == 0 || s.calls != f.Call && !later {
		return nil
	}
	cause := f.Err
	if cause == nil {
		cause = errs.ErrUnavailable
	}
	t := &trouble{when: f.When, pass: f.Pass, err: fmt.Errorf("injected at call %d: %w", s.calls, cause)}
	if later {
		t.when = Before
	}
	return t
}

// Put implements blob.Store.
func (s *Store) Put(ctx context.Context, key string, r io.Reader, metadata map[string]string) error {
	t := s.suffer(Put)
	switch {
	case t.at(Before):
		blob.NewBody(ctx, r).Close(t.err)
		return t.err
	case t.at(Middle):
		body := blob.NewBody(ctx, r)
		defer body.Close(t.err)
		r = t.cut(io.NopCloser(body))
	}
	if err := s.next.Put(ctx, key, r, metadata); err != nil {
		return err
	}
	return t.after()
}

// Get implements blob.Reader.
func (s *Store) Get(ctx context.Context, key string) (io.ReadCloser, error) {
	return s.suffer(Get).opening(s.flipping(key, func() (io.ReadCloser, error) { return s.next.Get(ctx, key) }))
}

// GetRange implements blob.Reader.
func (s *Store) GetRange(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	return s.suffer(GetRange).opening(s.flipping(key, func() (io.ReadCloser, error) { return s.next.GetRange(ctx, key, offset, length) }))
}

// Head implements blob.Reader.
func (s *Store) Head(ctx context.Context, key string) (blob.Info, error) {
	if t := s.suffer(Head); t != nil {
		return blob.Info{}, t.err
	}
	return s.next.Head(ctx, key)
}

// List implements blob.Reader.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[blob.Info, error] {
	return func(yield func(blob.Info, error) bool) {
		t := s.suffer(List)
		if t.at(Before) {
			yield(blob.Info{}, t.err)
			return
		}
		var passed int64
		for info, err := range s.next.List(ctx, prefix) {
			if t.at(Middle) && passed == t.pass {
				break
			}
			passed++
			if !yield(info, err) || err != nil {
				return
			}
		}
		if t != nil {
			yield(blob.Info{}, t.err)
		}
	}
}

// Delete implements blob.Store.
func (s *Store) Delete(ctx context.Context, keys ...string) error {
	t := s.suffer(Delete)
	switch {
	case t.at(Before):
		return t.err
	case t.at(Middle):
		keys = keys[:min(int64(len(keys)), t.pass)]
	}
	if err := s.next.Delete(ctx, keys...); err != nil {
		return err
	}
	return t.after()
}
