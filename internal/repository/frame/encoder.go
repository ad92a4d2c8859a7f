package frame

import (
	"bytes"
	"errors"
	"slices"
)

// Content of at least probeMin bytes is compressed only if a sample of
// probeCount slices of probeSize bytes becomes smaller by more than 1/probeGain.
const (
	probeMin   = 64 << 10
	probeCount = 8
	probeSize  = 4 << 10
	probeGain  = 32
	probeMuch  = 3 // if by more than 1/probeMuch, with more effort
)

// errDiffers says that a frame that was just written does not decode to what
// went in: the memory or the compression of this machine is not to be trusted.
var errDiffers = errors.New("zstd frame: does not decode to its source")

// effort is how hard a compressor tries.
type effort int

const (
	least effort = iota // to learn whether content is compressible
	usual               // to store it
	most                // to store what becomes much smaller, where more is to be gained
)

// Encoder makes frames. It is for one goroutine at a time.
type Encoder struct {
	compressor *compressor
	decoder    *Decoder
	compressed int    // frames so far
	sample     []byte // compressed sample
	check      []byte // decoded again
}

// NewEncoder returns an Encoder for frames of at most limit bytes of content.
func NewEncoder(limit int) (*Encoder, error) {
	c, err := newCompressor()
	if err != nil {
		return nil, err
	}
	decoder, err := NewDecoder(limit)
	if err != nil {
		return nil, err
	}
	return &Encoder{compressor: c, decoder: decoder}, nil
}

// Append appends a frame that holds content, of at least one byte, to dst. Of
// those that are compressed it decodes one in [compareEvery], the first
// included, and compares the result with content.
func (e *Encoder) Append(dst, content []byte) ([]byte, error) {
	dst = slices.Grow(dst, RawLen(len(content)))
	worth, err := e.worth(content)
	if err != nil {
		return dst, err
	}
	if worth > least {
		framed, err := e.compressor.compress(dst, content, worth)
		if err != nil {
			return dst, err
		}
		if len(framed)-len(dst) < RawLen(len(content)) {
			if err := e.compare(framed[len(dst):], content); err != nil {
				return dst, err
			}
			return framed, nil
		}
	}
	return AppendRaw(dst, content), nil
}

// compare reports whether a compressed frame holds content, if it is one of those
// to be looked at.
func (e *Encoder) compare(framed, content []byte) (err error) {
	due := e.compressed%compareEvery == 0
	e.compressed++
	if !due {
		return nil
	}
	if e.check, err = e.decoder.Append(e.check[:0], framed); err != nil {
		return errors.Join(errDiffers, err)
	}
	if !bytes.Equal(e.check, content) {
		return errDiffers
	}
	return nil
}

// worth looks at a sample, so that photographs and videos cost no more than that,
// and says what effort is worth while for content; least is none. It never looks at
// names: what they promise is often not so.
func (e *Encoder) worth(content []byte) (effort, error) {
	if len(content) < probeMin {
		return usual, nil
	}
	step := (len(content) - probeSize) / (probeCount - 1)
	e.sample = e.sample[:0]
	for i := range probeCount {
		var err error
		if e.sample, err = e.compressor.compress(e.sample, content[i*step:][:probeSize], least); err != nil {
			return least, err
		}
	}
	const total = probeCount * probeSize
	switch {
	case len(e.sample) >= total-total/probeGain:
		return least, nil
	case len(e.sample) >= total-total/probeMuch:
		return usual, nil
	}
	return most, nil
}
