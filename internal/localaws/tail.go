package localaws

import (
	"io"
	"strings"
	"sync"
)

const tailSize = 4 << 10 // bytes; enough for a stack trace's head

// tail is a writer that remembers the end of what was written and passes all
// of it on to log, if there is one.
type tail struct {
	log io.Writer

	mu  sync.Mutex
	buf []byte
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - tailSize; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	if t.log == nil {
		return len(p), nil
	}
	return t.log.Write(p)
}

// last returns what is remembered, without surrounding space.
func (t *tail) last() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.buf))
}

// String returns the output as the end of an error message.
func (t *tail) String() string {
	if out := t.last(); out != "" {
		return "; its last output:\n" + out
	}
	return "; it printed nothing"
}
