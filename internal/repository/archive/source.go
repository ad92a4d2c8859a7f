package archive

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

// maxRange is how much of an archive is asked for at once.
const maxRange = 32 << 20

// Ranges opens length bytes from offset of the archive called name.
type Ranges func(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error)

// Source reads content out of archives. It may be used by many goroutines.
type Source struct {
	ranges  Ranges
	decoder *frame.Decoder
	buffers sync.Pool // of *buffers
}

// buffers hold a frame and its content.
type buffers struct{ framed, tar []byte }

// NewSource returns a Source over the archives that ranges opens.
func NewSource(ranges Ranges) (*Source, error) {
	decoder, err := frame.NewDecoder(MaxFrame)
	if err != nil {
		return nil, err
	}
	return &Source{ranges: ranges, decoder: decoder, buffers: sync.Pool{New: func() any { return new(buffers) }}}, nil
}

// WriteContent writes the content of a file to w: each frame after it has been
// checked, all of it compared with the entry's hash at the end. It is
// errs.ErrCorrupt if the archives do not hold what the entry says.
func (s *Source) WriteContent(ctx context.Context, e backup.Entry, w io.Writer) error {
	sum := sha256.New()
	if e.Size > 0 {
		both := io.MultiWriter(w, sum)
		for run := range runs(e.Extents) {
			if err := s.copyRun(ctx, run, both); err != nil {
				return err
			}
		}
	}
	if [sha256.Size]byte(sum.Sum(nil)) != e.SHA256 {
		return fmt.Errorf("content has another hash: %w", errs.ErrCorrupt)
	}
	return nil
}

// runs yields the extents in groups that lie next to each other and can be read at once.
func runs(extents []backup.Extent) func(yield func([]backup.Extent) bool) {
	return func(yield func([]backup.Extent) bool) {
		for len(extents) > 0 {
			n, end := 1, extents[0].Offset+extents[0].Length
			for ; n < len(extents); n++ {
				next := extents[n]
				if next.Archive != extents[0].Archive || next.Offset != end || end+next.Length-extents[0].Offset > maxRange {
					break
				}
				end += next.Length
			}
			if !yield(extents[:n]) {
				return
			}
			extents = extents[n:]
		}
	}
}

// copyRun reads extents that lie next to each other with one request.
func (s *Source) copyRun(ctx context.Context, run []backup.Extent, w io.Writer) error {
	first, last := run[0], run[len(run)-1]
	r, err := s.ranges(ctx, first.Archive, first.Offset, last.Offset+last.Length-first.Offset)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // what was read is checked by its hash
	b, _ := s.buffers.Get().(*buffers)
	defer s.buffers.Put(b)
	for _, e := range run {
		content, err := s.extent(e, r, b)
		if err != nil {
			return fmt.Errorf("archive %s, frame at %d: %w", e.Archive, e.Offset, err)
		}
		if _, err := w.Write(content); err != nil {
			return err
		}
	}
	return nil
}

// extent reads the next frame of r and returns e's run of its content.
func (s *Source) extent(e backup.Extent, r io.Reader, b *buffers) ([]byte, error) {
	if e.Length < 1 || e.Length > int64(frame.RawLen(MaxFrame)) {
		return nil, fmt.Errorf("frame of %d bytes: %w", e.Length, errs.ErrCorrupt)
	}
	b.framed = slices.Grow(b.framed[:0], int(e.Length))[:e.Length]
	if _, err := io.ReadFull(r, b.framed); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, fmt.Errorf("cut off: %w", errs.ErrCorrupt)
		}
		return nil, err
	}
	var err error
	if b.tar, err = s.decoder.Append(b.tar[:0], b.framed); err != nil {
		return nil, err
	}
	if e.Start < 0 || e.Size < 0 || e.Start > int64(len(b.tar)) || e.Size > int64(len(b.tar))-e.Start {
		return nil, fmt.Errorf("extent lies outside its frame: %w", errs.ErrCorrupt)
	}
	return b.tar[e.Start:][:e.Size], nil
}
