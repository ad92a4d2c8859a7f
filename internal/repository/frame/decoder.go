package frame

import "slices"

// slack is what the decoder wants beyond the content to copy in large steps.
const slack = 16

// Decoder reads frames. It may be used by many goroutines.
type Decoder struct {
	decompressor *decompressor
	limit        int
}

// NewDecoder returns a Decoder that refuses frames of more than limit bytes of content.
func NewDecoder(limit int) (*Decoder, error) {
	d, err := newDecompressor(limit)
	if err != nil {
		return nil, err
	}
	return &Decoder{decompressor: d, limit: limit}, nil
}

// Append appends to dst the content of the one frame that b holds. It is
// errs.ErrCorrupt if b does not hold exactly one good frame.
func (d *Decoder) Append(dst, b []byte) ([]byte, error) {
	size, err := inspect(b, d.limit)
	if err != nil {
		return dst, err
	}
	content, err := d.decompressor.decompress(slices.Grow(dst, size+slack), b, size)
	if err != nil {
		return dst, corrupt("%v", err)
	}
	return content, nil
}
