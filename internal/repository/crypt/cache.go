package crypt

import (
	"context"
	"sync"
)

// maxKeys is how many keys are kept, of the objects that were used last.
const maxKeys = 1024

// keys keeps the keys of objects, so that each header is read and opened once
// however many ranges are asked for at once.
type keys struct {
	mu     sync.Mutex
	recent map[Object]*slot
	older  map[Object]*slot // what was recent before
}

// slot is for the key of one object.
type slot struct {
	turn chan struct{} // held by the one who looks or loads
	key  *key          // nil if it is not known
}

func newKeys() *keys { return &keys{recent: map[Object]*slot{}} }

// get returns the key of an object, and loads it if need be.
func (c *keys) get(ctx context.Context, object Object, load func(context.Context, Object) (*key, error)) (_ *key, err error) {
	s := c.slot(object)
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if s.key == nil {
		s.key, err = load(ctx, object)
	}
	return s.key, err
}

// slot finds or makes the slot of an object. When half of what may be kept has
// been used anew, the half that was not goes.
func (c *keys) slot(object Object) *slot {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.recent[object]; s != nil {
		return s
	}
	s := c.older[object]
	if s == nil {
		s = &slot{turn: make(chan struct{}, 1)}
	}
	if len(c.recent) == maxKeys/2 {
		c.older, c.recent = c.recent, map[Object]*slot{}
	}
	c.recent[object] = s
	return s
}
