package archive

import (
	"bufio"
	"context"
	"hash"
	"io"
	"sync/atomic"

	"github.com/vertex-ar/backup/internal/repository/frame"
	"github.com/vertex-ar/backup/internal/repository/sha256x2"
)

// Writer writes one archive. Its methods are for one goroutine at a time.
type Writer struct {
	name  string
	pool  *Pool
	queue chan *block // to be written, in order
	ended chan struct{}
	out   *bufio.Writer
	sum   hash.Hash    // of all that is written; nil if nobody asks
	end   int64        // where the next frame will lie; for drain
	size  atomic.Int64 // of what was written and, at most, of what is on its way
	// failure is the first error of writing; later blocks are dropped.
	failure atomic.Pointer[error]
}

// NewWriter starts an archive in w. name goes into the extents. sum, if not nil,
// is a hash of crypto/sha256 that is given the archive: together with the content
// of its members, which takes less time than one after the other. Close the
// Writer in any case.
func NewWriter(w io.Writer, name string, pool *Pool, sum hash.Hash) *Writer {
	a := &Writer{
		name: name, pool: pool, sum: sum, queue: make(chan *block, cap(pool.free)), ended: make(chan struct{}),
		out: bufio.NewWriterSize(w, 64<<10),
	}
	a.size.Store(int64(frame.RawLen(tarEnd)))
	go a.drain()
	return a
}

// Size returns how many bytes the archive has at most, if nothing is added
// anymore but its end. It becomes exact as frames are compressed.
func (w *Writer) Size() int64 { return w.size.Load() }

// Add writes a member: it reads all content and returns while the last of it
// is still being compressed and written. A *ContentError leaves the archive as
// good as it was; after any other error it can only be closed.
func (w *Writer) Add(ctx context.Context, m Member) error {
	head, err := memberHeader(m.Entry)
	if err != nil {
		return err
	}
	p := newMember(m)
	total := int64(len(head)) + padded(p.left)
	for at := int64(0); at < total; at += FrameSize {
		if err := w.err(); err != nil {
			return err
		}
		b, err := w.pool.take(ctx, int(min(FrameSize, total-at)))
		if err != nil {
			w.fail(err)
			return err
		}
		b.start = copy(b.tar, head)
		head = head[b.start:]
		b.run = p.fill(b.tar[b.start:])
		if p.err != nil && at == 0 { // nothing of it is written yet
			w.pool.put(b)
			break
		}
		b.last = at+FrameSize >= total
		w.submit(b, p)
	}
	if p.err != nil {
		return &ContentError{Err: p.err}
	}
	return nil
}

func (w *Writer) submit(b *block, m *member) {
	b.member = m
	if m != nil {
		w.size.Add(int64(frame.RawLen(len(b.tar))))
	}
	w.pool.work <- b
	w.queue <- b
}

// Close ends the archive, if nothing has failed, and waits until all of it is
// written. It does not close the io.Writer below.
func (w *Writer) Close(ctx context.Context) error {
	if w.err() == nil {
		b, err := w.pool.take(ctx, tarEnd)
		if err != nil {
			w.fail(err)
		} else {
			clear(b.tar)
			w.submit(b, nil)
		}
	}
	close(w.queue)
	<-w.ended
	return w.err()
}

// drain writes blocks in order as they are ready.
func (w *Writer) drain() {
	defer close(w.ended)
	for b := range w.queue {
		<-b.ready
		if w.err() == nil {
			w.fail(w.write(b))
		}
		w.pool.put(b)
	}
	if w.err() == nil {
		w.fail(w.out.Flush())
	}
}

func (w *Writer) write(b *block) error {
	if b.err != nil {
		return b.err
	}
	w.hash(b)
	if _, err := w.out.Write(b.framed); err != nil {
		return err
	}
	w.size.Add(int64(len(b.framed) - frame.RawLen(len(b.tar))))
	if b.member != nil {
		b.member.place(b, w.name, w.end)
	}
	w.end += int64(len(b.framed))
	return nil
}

// hash adds a block to the hash of the archive, and the content in it to the
// hash of that.
func (w *Writer) hash(b *block) {
	var content hash.Hash
	if b.member != nil {
		content = b.member.sum
	}
	sha256x2.Write(w.sum, b.framed, content, b.tar[b.start:b.start+b.run])
}

func (w *Writer) err() error {
	if p := w.failure.Load(); p != nil {
		return *p
	}
	return nil
}

func (w *Writer) fail(err error) {
	if err != nil {
		w.failure.CompareAndSwap(nil, &err)
	}
}
