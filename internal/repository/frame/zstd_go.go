//go:build !cgo

package frame

import (
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// compareEvery is how many compressed frames there are for each one that is
// compared with its source.
const compareEvery = 1

// window is how far back the encoder looks for repetitions. It bounds the
// encoder's memory; frames that are longer than it cost time to move it along.
const window = 1 << 20

// compressor is zstd in Go, for programs that cannot have zstd's own library,
// such as functions that are built for another processor. It is for one goroutine
// at a time.
type compressor struct{ usual, least *zstd.Encoder }

func newCompressor() (*compressor, error) {
	usual, err := newEncoder(zstd.SpeedDefault)
	if err != nil {
		return nil, err
	}
	least, err := newEncoder(zstd.SpeedFastest)
	return &compressor{usual: usual, least: least}, err
}

func newEncoder(level zstd.EncoderLevel) (*zstd.Encoder, error) {
	enc, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(level), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window),
		zstd.WithSingleSegment(true), zstd.WithEncoderCRC(true), zstd.WithLowerEncoderMem(true),
		zstd.WithAllLitEntropyCompression(true)) // text may have no repetitions at all
	if err != nil {
		return nil, fmt.Errorf("zstd encoder: %w", err)
	}
	return enc, nil
}

// compress appends a frame of the format that holds content to dst.
func (c *compressor) compress(dst, content []byte, e effort) ([]byte, error) {
	if e == least {
		return c.least.EncodeAll(content, dst), nil
	}
	return c.usual.EncodeAll(content, dst), nil
}

// decompressor is for many goroutines.
type decompressor struct{ zstd *zstd.Decoder }

func newDecompressor(limit int) (*decompressor, error) {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(uint64(limit))) //nolint:gosec // a positive constant
	if err != nil {
		return nil, fmt.Errorf("zstd decoder: %w", err)
	}
	return &decompressor{zstd: dec}, nil
}

// decompress appends to dst the size bytes, at least one, that a frame holds. It
// checks the frame's checksum.
func (d *decompressor) decompress(dst, framed []byte, _ int) ([]byte, error) {
	return d.zstd.DecodeAll(framed, dst)
}
