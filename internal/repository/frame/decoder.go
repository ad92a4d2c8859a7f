package frame

import (
	"slices"

	"github.com/klauspost/compress/zstd"
)

// slack is what the decoder wants beyond the content to copy in large steps.
const slack = 16

// Decoder reads frames. It may be used by many goroutines.
type Decoder struct {
	zstd  *zstd.Decoder
	limit int
}

// NewDecoder returns a Decoder that refuses frames of more than limit bytes of content.
func NewDecoder(limit int) (*Decoder, error) {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(uint64(limit))) //nolint:gosec // a positive constant
	if err != nil {
		return nil, err
	}
	return &Decoder{zstd: dec, limit: limit}, nil
}

// Append appends to dst the content of the one frame that b holds. It is
// errs.ErrCorrupt if b does not hold exactly one good frame.
func (d *Decoder) Append(dst, b []byte) ([]byte, error) {
	size, err := inspect(b, d.limit)
	if err != nil {
		return dst, err
	}
	content, err := d.zstd.DecodeAll(b, slices.Grow(dst, size+slack))
	if err != nil {
		return dst, corrupt("%v", err)
	}
	return content, nil
}
