package issuer

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	wrongPause  = 400 * time.Millisecond // before a wrong password is called wrong
	wrongWindow = time.Minute
	wrongLimit  = 10 // wrong passwords in a window, of everybody together
)

// throttle slows down who tries passwords. It counts all wrong ones together:
// on a laptop everybody comes from the same address.
type throttle struct {
	now   func() time.Time
	mu    sync.Mutex
	wrong []time.Time
}

// wait returns how long no more passwords are taken; 0 when they are.
func (t *throttle) wait() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	t.wrong = slices.DeleteFunc(t.wrong, func(at time.Time) bool { return now.Sub(at) >= wrongWindow })
	if len(t.wrong) < wrongLimit {
		return 0
	}
	return wrongWindow - now.Sub(t.wrong[0])
}

// failed counts a wrong password and pauses.
func (t *throttle) failed(ctx context.Context) {
	t.mu.Lock()
	t.wrong = append(t.wrong, t.now())
	t.mu.Unlock()
	select {
	case <-time.After(wrongPause):
	case <-ctx.Done():
	}
}
