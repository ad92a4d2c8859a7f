//go:build cgo

package frame

import (
	"errors"
	"fmt"
	"sync"

	"github.com/DataDog/zstd"
)

// compareEvery is how many compressed frames there are for each one that is
// compared with its source. The encoder is the one that the whole world uses;
// what is not to be trusted is the machine.
const compareEvery = 8

// compressor is zstd's own library, which takes less than half of the time that
// the one in Go takes for the same gain. It is for one goroutine at a time.
type compressor struct {
	ctx [len(levels)]zstd.Ctx // one takes new memory when the effort changes
	buf []byte
}

// levels are the library's names of efforts.
//
//nolint:gochecknoglobals // an array cannot be a constant
var levels = [...]int{least: 1, usual: 2, most: 3}

func newCompressor() (*compressor, error) {
	c := &compressor{}
	for i := range c.ctx {
		c.ctx[i] = zstd.NewCtx()
	}
	return c, nil
}

// compress appends a frame of the format that holds content to dst.
func (c *compressor) compress(dst, content []byte, e effort) ([]byte, error) {
	if n := zstd.CompressBound(len(content)); cap(c.buf) < n {
		c.buf = make([]byte, n)
	}
	framed, err := c.ctx[e].CompressLevel(c.buf, content, levels[e])
	if err != nil {
		return dst, fmt.Errorf("zstd encoder: %w", err)
	}
	dst = appendHeader(dst, len(content))
	dst = append(dst, framed[headerLen(framed):]...)
	return appendChecksum(dst, content), nil
}

// headerLen returns how long the header of one of the library's frames is. All
// of them know their content's size and have neither a dictionary nor a checksum.
func headerLen(framed []byte) int {
	const windowLen = 1
	descriptor := framed[prefixLen-1]
	n := prefixLen + 1<<(descriptor>>6) // as in sizeFieldLen
	if descriptor&singleSegment == 0 {
		n += windowLen
	}
	return n
}

// decompressor is for many goroutines.
type decompressor struct{ idle sync.Pool }

func newDecompressor(int) (*decompressor, error) {
	return &decompressor{idle: sync.Pool{New: func() any { return zstd.NewCtx() }}}, nil
}

// decompress appends to dst the size bytes, at least one, that a frame holds. It
// checks the frame's checksum.
func (d *decompressor) decompress(dst, framed []byte, size int) ([]byte, error) {
	ctx, _ := d.idle.Get().(zstd.Ctx)
	defer d.idle.Put(ctx)
	at := len(dst)
	n, err := ctx.DecompressInto(dst[at:at+size:at+size], framed)
	if err == nil && n != size {
		err = errors.New("another size than it says")
	}
	return dst[:at+size], err
}
