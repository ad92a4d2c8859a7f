package clocktest

import (
	"sync"
	"time"
)

// Clock stands still until a test moves it. Goroutines may share it.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// New returns a clock that stands at a time.
func New(at time.Time) *Clock { return &Clock{at: at} }

// Now returns the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}
