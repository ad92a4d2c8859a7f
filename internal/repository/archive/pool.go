package archive

import (
	"context"
	"sync"

	"github.com/vertex-ar/backup/internal/repository/frame"
)

// MaxFrame is the most tar bytes that a frame may hold.
const MaxFrame = 8 << 20

// FrameSize is how many tar bytes a large member's frames hold here: few
// enough to lie in a processor's cache from reading to writing, and enough for
// text to repeat itself. Twice as many take a few percent of the time more and
// gain a percent of what can be compressed.
const FrameSize = 512 << 10

// Pool compresses frames for any number of Writers with a few goroutines and a
// few buffers, so that memory does not depend on the number or size of files.
type Pool struct {
	free    chan *block // buffers that nobody uses
	work    chan *block // to be compressed
	workers sync.WaitGroup
}

// block is a frame on its way: filled by Writer.Add, compressed by the pool,
// written by the Writer's goroutine.
type block struct {
	tar    []byte // what the frame holds
	framed []byte // the frame
	err    error  // of compressing
	ready  chan struct{}

	member *member // whose bytes these are; nil for the end of the tar file
	start  int     // where content begins in tar
	run    int     // how long it is
	last   bool    // of the member
}

// NewPool starts a pool with this many goroutines, at least one.
func NewPool(workers int) (*Pool, error) {
	buffers := workers + 2
	p := &Pool{free: make(chan *block, buffers), work: make(chan *block, buffers)}
	for range buffers {
		p.free <- &block{tar: make([]byte, 0, FrameSize), framed: make([]byte, 0, frame.RawLen(FrameSize)), ready: make(chan struct{}, 1)}
	}
	for range workers {
		enc, err := frame.NewEncoder(FrameSize)
		if err != nil {
			p.Close()
			return nil, err
		}
		p.workers.Go(func() { p.compress(enc) })
	}
	return p, nil
}

// Close ends the pool's goroutines. All Writers must have been closed.
func (p *Pool) Close() {
	close(p.work)
	p.workers.Wait()
}

func (p *Pool) compress(enc *frame.Encoder) {
	for b := range p.work {
		b.framed, b.err = enc.Append(b.framed[:0], b.tar)
		b.ready <- struct{}{}
	}
}

// take waits for a free block and sizes it.
func (p *Pool) take(ctx context.Context, size int) (*block, error) {
	select {
	case b := <-p.free:
		b.tar = b.tar[:size]
		b.member, b.start, b.run, b.last = nil, 0, 0, false
		return b, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (p *Pool) put(b *block) { p.free <- b }
