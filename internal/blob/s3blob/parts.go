package s3blob

import (
	"context"
	"errors"
	"hash/crc32"
	"io"
)

// chunkSize is how much memory is taken at a time for what is on its way, so
// that a small object or one that has just begun takes little.
const chunkSize = 1 << 20

// maxIdle is how many chunks are kept for the next Put.
const maxIdle = 64

// parts are the memory of all Puts of a Store. Each Put fills a part of its own;
// how many more are on their way to the server is bounded, so that memory
// depends neither on the size of objects nor on how many there are. A Put that
// waits for its turn waits only for parts that travel, never for another Put.
type parts struct {
	travelling chan struct{}
	idle       chan []byte // of chunkSize
}

func newParts(n int) *parts {
	return &parts{travelling: make(chan struct{}, n), idle: make(chan []byte, maxIdle)}
}

// part is content that is sent with one request: chunks, all but the last full.
type part struct {
	chunks [][]byte
	size   int
}

// read reads a part of at most size bytes. last says that r has ended, which it
// may do only later if the part has just that size.
func (p *parts) read(r io.Reader, size int) (c part, last bool, err error) {
	for c.size < size && !last {
		chunk := p.chunk()
		n, err := io.ReadFull(r, chunk[:min(chunkSize, size-c.size)])
		c.chunks = append(c.chunks, chunk[:n])
		c.size += n
		last = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			p.free(c)
			return part{}, false, err
		}
	}
	return c, last, nil
}

func (p *parts) chunk() []byte {
	select {
	case chunk := <-p.idle:
		return chunk
	default:
		return make([]byte, chunkSize)
	}
}

// free takes a part's memory back.
func (p *parts) free(c part) {
	for _, chunk := range c.chunks {
		select {
		case p.idle <- chunk[:chunkSize]:
		default:
		}
	}
}

// depart waits until one more part may travel.
func (p *parts) depart(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case p.travelling <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// arrive says that a part travels no more.
func (p *parts) arrive(c part) {
	p.free(c)
	<-p.travelling
}

// split cuts a part into the first size bytes, a number of whole chunks, and the rest.
func (c part) split(size int) (head, tail part) {
	if c.size <= size {
		return c, part{}
	}
	n := size / chunkSize
	return part{c.chunks[:n:n], size}, part{c.chunks[n:], c.size - size}
}

// crc32 continues the CRC32 of what comes before a part.
func (c part) crc32(sum uint32) uint32 {
	for _, chunk := range c.chunks {
		sum = crc32.Update(sum, crc32.IEEETable, chunk)
	}
	return sum
}

// reader reads a part, as often as a request is tried.
type reader struct {
	part

	at int
}

func (c part) reader() *reader { return &reader{part: c} }

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	n := copy(p, r.chunks[r.at/chunkSize][r.at%chunkSize:])
	r.at += n
	return n, nil
}

// WriteTo implements io.WriterTo.
func (r *reader) WriteTo(w io.Writer) (sum int64, err error) {
	for r.at < r.size && err == nil {
		var n int
		n, err = w.Write(r.chunks[r.at/chunkSize][r.at%chunkSize:])
		r.at += n
		sum += int64(n)
	}
	return sum, err
}

// Seek implements io.Seeker.
func (r *reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += int64(r.at)
	case io.SeekEnd:
		offset += int64(r.size)
	}
	if offset < 0 {
		return 0, errors.New("s3blob: seek to before the beginning")
	}
	r.at = int(offset)
	return offset, nil
}
