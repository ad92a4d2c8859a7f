package pages

import (
	"crypto/sha256"
	"sync/atomic"
)

const (
	// Size is the length of a page.
	Size = 4 << 10
	// HashSize is the length of a page's SHA-256.
	HashSize = sha256.Size
)

// A Hasher works on chunks of this size, and has this many of them.
const (
	chunkSize = 64 * Size
	chunks    = 4
)

// Hasher hashes what is written to it page by page, in a goroutine of its own:
// whoever writes has other work to do with the same bytes. It is for one goroutine.
type Hasher struct {
	take  func(hashes []byte) error
	chunk []byte // what has come and is not handed over yet
	work  chan []byte
	free  chan []byte
	ended chan struct{}
	err   atomic.Pointer[error]
}

// NewHasher starts a Hasher. take is called with the hashes of the next pages,
// one behind another, up to its first error. Close it in any case.
func NewHasher(take func(hashes []byte) error) *Hasher {
	h := &Hasher{take: take, work: make(chan []byte, chunks), free: make(chan []byte, chunks), ended: make(chan struct{})}
	for range chunks {
		h.free <- nil
	}
	go h.run()
	return h
}

// Write implements io.Writer. It fails with the error of take, as soon as that is known.
func (h *Hasher) Write(b []byte) (int, error) {
	written := len(b)
	for len(b) > 0 {
		if err := h.err.Load(); err != nil {
			return written - len(b), *err
		}
		if h.chunk == nil {
			h.chunk = h.next()
		}
		n := min(len(b), chunkSize-len(h.chunk))
		h.chunk = append(h.chunk, b[:n]...)
		b = b[n:]
		if len(h.chunk) == chunkSize {
			h.handOver()
		}
	}
	return written, nil
}

func (h *Hasher) next() []byte {
	if chunk := <-h.free; chunk != nil {
		return chunk[:0]
	}
	return make([]byte, 0, chunkSize)
}

func (h *Hasher) handOver() {
	h.work <- h.chunk
	h.chunk = nil
}

// Close hashes the last page, short as it may be, waits until all is done and
// returns the error of take.
func (h *Hasher) Close() error {
	if len(h.chunk) > 0 {
		h.handOver()
	}
	close(h.work)
	<-h.ended
	if err := h.err.Load(); err != nil {
		return *err
	}
	return nil
}

func (h *Hasher) run() {
	defer close(h.ended)
	var hashes []byte
	for chunk := range h.work {
		if h.err.Load() == nil {
			hashes = appendHashes(hashes[:0], chunk)
			if err := h.take(hashes); err != nil {
				h.err.Store(&err)
			}
		}
		h.free <- chunk
	}
}

func appendHashes(dst, content []byte) []byte {
	for len(content) > 0 {
		n := min(len(content), Size)
		sum := sha256.Sum256(content[:n])
		dst = append(dst, sum[:]...)
		content = content[n:]
	}
	return dst
}
