package crypt

import (
	"errors"
	"io"
	"sync"
)

// reader yields a range of what is inside of an object. It is for one goroutine.
type reader struct {
	key   *key
	body  io.ReadCloser // the chunks from next on
	next  int64         // number of the chunk that comes next
	skip  int64         // plain bytes of it that are not asked for
	left  int64         // plain bytes still to be yielded, those in ready included
	ready []byte        // lie in buf
	buf   *[sealed]byte
	err   error
}

//nolint:gochecknoglobals // a pool is of no use if it is not shared
var buffers = sync.Pool{New: func() any { return new([sealed]byte) }}

func newReader(k *key, body io.ReadCloser, offset, length int64) *reader {
	buf, _ := buffers.Get().(*[sealed]byte)
	return &reader{key: k, body: body, next: offset / chunkSize, skip: offset % chunkSize, left: length, buf: buf}
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if r.left == 0 && r.err == nil {
		r.err = io.EOF
	}
	if len(r.ready) == 0 && r.err == nil {
		r.err = r.fill(p)
	}
	if r.err != nil {
		return 0, r.err
	}
	n := copy(p, r.ready) // nothing to do if fill has opened it there
	r.ready = r.ready[n:]
	r.left -= int64(n)
	return n, nil
}

// fill opens the next chunk, right in p if all of it is asked for and fits.
func (r *reader) fill(p []byte) error {
	at := r.key.payload + r.next*sealed
	chunk := r.buf[:min(sealed, r.key.size-at)]
	if _, err := io.ReadFull(r.body, chunk); err != nil {
		return cutOff("payload", err)
	}
	dst := chunk[:0]
	if r.skip == 0 && r.left >= chunkSize && len(p) >= chunkSize {
		dst = p[:0]
	}
	plain, err := r.key.open(dst, r.next, chunk)
	if err != nil {
		return err
	}
	r.ready = plain[r.skip:]
	r.ready = r.ready[:min(int64(len(r.ready)), r.left)]
	r.next, r.skip = r.next+1, 0
	return nil
}

var errClosed = errors.New("crypt: read after close")

// Close implements io.Closer. It is called once.
func (r *reader) Close() error {
	buffers.Put(r.buf)
	r.buf, r.ready, r.err = nil, nil, errClosed
	return r.body.Close()
}
