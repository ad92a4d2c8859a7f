package archive

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

// Ranges opens length bytes from offset of the archive called name.
type Ranges func(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error)

// Source reads archives. It may be used by many goroutines.
type Source struct {
	ranges  Ranges
	decoder *frame.Decoder
	buffers sync.Pool // of *[]byte, for frames and what they hold
}

// NewSource returns a Source over the archives that ranges opens.
func NewSource(ranges Ranges) (*Source, error) {
	decoder, err := frame.NewDecoder(MaxFrame)
	if err != nil {
		return nil, err
	}
	return &Source{ranges: ranges, decoder: decoder, buffers: sync.Pool{New: func() any { return new([]byte) }}}, nil
}

// run returns e's run of its decoded frame.
func run(e backup.Extent, tar []byte) ([]byte, error) {
	if e.Start < 0 || e.Size < 0 || e.Start > int64(len(tar)) || e.Size > int64(len(tar))-e.Start {
		return nil, fmt.Errorf("extent lies outside its frame: %w", errs.ErrCorrupt)
	}
	return tar[e.Start:][:e.Size], nil
}

// checkFrame refuses extents that no archive can have.
func checkFrame(e backup.Extent) error {
	if e.Offset < 0 || e.Length < 1 || e.Length > int64(frame.RawLen(MaxFrame)) {
		return fmt.Errorf("frame of %d bytes at %d: %w", e.Length, e.Offset, errs.ErrCorrupt)
	}
	return nil
}
