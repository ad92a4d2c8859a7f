package frame

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// window is how far back the encoder looks for repetitions. It bounds the
// encoder's memory; frames that are longer than it cost time to move it along.
const window = 1 << 20

// Content of at least probeMin bytes is compressed only if a sample of
// probeCount slices of probeSize bytes becomes smaller by more than 1/probeGain.
const (
	probeMin   = 64 << 10
	probeCount = 8
	probeSize  = 4 << 10
	probeGain  = 32
)

// errDiffers says that a frame that was just written does not decode to what
// went in: the memory or the compression of this machine is not to be trusted.
var errDiffers = errors.New("zstd frame: does not decode to its source")

// Encoder makes frames. It is for one goroutine at a time.
type Encoder struct {
	full    *zstd.Encoder
	fastest *zstd.Encoder
	decoder *Decoder
	sample  []byte // compressed sample
	check   []byte // decoded again
}

// NewEncoder returns an Encoder for frames of at most limit bytes of content.
func NewEncoder(limit int) (*Encoder, error) {
	full, err := newZstd(zstd.SpeedDefault)
	if err != nil {
		return nil, err
	}
	fastest, err := newZstd(zstd.SpeedFastest)
	if err != nil {
		return nil, err
	}
	decoder, err := NewDecoder(limit)
	if err != nil {
		return nil, err
	}
	return &Encoder{full: full, fastest: fastest, decoder: decoder}, nil
}

func newZstd(level zstd.EncoderLevel) (*zstd.Encoder, error) {
	enc, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(level), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window),
		zstd.WithSingleSegment(true), zstd.WithEncoderCRC(true), zstd.WithLowerEncoderMem(true),
		zstd.WithAllLitEntropyCompression(true)) // text may have no repetitions at all
	if err != nil {
		return nil, fmt.Errorf("zstd encoder: %w", err)
	}
	return enc, nil
}

// Append appends a frame that holds content, of at least one byte, to dst. It
// has decoded that frame and compared the result with content.
func (e *Encoder) Append(dst, content []byte) ([]byte, error) {
	dst = slices.Grow(dst, RawLen(len(content)))
	framed := e.encode(dst, content)
	var err error
	if e.check, err = e.decoder.Append(e.check[:0], framed[len(dst):]); err != nil {
		return dst, errors.Join(errDiffers, err)
	}
	if !bytes.Equal(e.check, content) {
		return dst, errDiffers
	}
	return framed, nil
}

func (e *Encoder) encode(dst, content []byte) []byte {
	if e.compressible(content) {
		framed := e.full.EncodeAll(content, dst)
		if len(framed)-len(dst) < RawLen(len(content)) {
			return framed
		}
	}
	return AppendRaw(dst, content)
}

// compressible looks at a sample, so that photographs and videos cost no more
// than that. It never looks at names: what they promise is often not so.
func (e *Encoder) compressible(content []byte) bool {
	if len(content) < probeMin {
		return true
	}
	step := (len(content) - probeSize) / (probeCount - 1)
	e.sample = e.sample[:0]
	for i := range probeCount {
		e.sample = e.fastest.EncodeAll(content[i*step:][:probeSize], e.sample)
	}
	const total = probeCount * probeSize
	return len(e.sample) < total-total/probeGain
}
