package s3blob

import "context"

// parts are the buffers of all Puts of a Store. Each Put fills one of its own;
// how many more are on their way to the server is bounded, so that memory
// depends neither on the size of objects nor on how many there are. A Put that
// waits for its turn waits only for parts that travel, never for another Put.
type parts struct {
	travelling chan struct{}
	idle       chan []byte
}

func newParts(n int) *parts {
	return &parts{travelling: make(chan struct{}, n), idle: make(chan []byte, 2*n)}
}

// buffer returns a buffer of that size.
func (p *parts) buffer(size int) []byte {
	select {
	case buf := <-p.idle:
		if cap(buf) >= size {
			return buf[:size]
		}
	default:
	}
	return make([]byte, size)
}

// free takes a buffer back.
func (p *parts) free(buf []byte) {
	select {
	case p.idle <- buf:
	default:
	}
}

// depart waits until one more part may travel.
func (p *parts) depart(ctx context.Context) error {
	select {
	case p.travelling <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// arrive says that a part travels no more.
func (p *parts) arrive(buf []byte) {
	p.free(buf)
	<-p.travelling
}
