package archive

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

// Stretch is a run of frames of an archive that belong together: those of a
// member, or those of the end of the tar file.
type Stretch struct {
	Offset int64   // of the first frame in the archive
	Length int64   // of all of them
	Frames []int64 // their offsets
}

// Layout reads an archive to its end and returns its stretches, which cover it;
// the last is the end of the tar file. It is errs.ErrCorrupt if a frame cannot
// be decoded or what the frames hold is not the tar file that the format wants.
func Layout(r io.Reader) ([]Stretch, error) {
	decoder, err := frame.NewDecoder(MaxFrame)
	if err != nil {
		return nil, err
	}
	t := &text{frames: frame.NewReader(r, decoder)}
	borders := []int64{0} // where members begin in the tar file, and the end does
	for in := tar.NewReader(t); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, t.fault(err)
		}
		borders = append(borders, t.position+padded(h.Size))
	}
	if _, err := io.Copy(io.Discard, t); err != nil { // frames after the end are part of it
		return nil, t.fault(err)
	}
	return t.stretches(borders)
}

// text is the tar file in an archive. It notes the frames as they are read.
type text struct {
	frames   *frame.Reader
	rest     []byte // of the frame that was read last
	position int64  // of rest in the tar file
	end      int64  // where the frame that was read last ends in it
	marks    []mark
	err      error // of the frames
}

// mark is where a frame lies.
type mark struct {
	start          int64 // of what it holds in the tar file
	offset, length int64 // in the archive
}

// Read implements io.Reader.
func (t *text) Read(p []byte) (int, error) {
	for len(t.rest) == 0 {
		f, err := t.frames.Next()
		if err != nil {
			t.err = err
			return 0, err
		}
		if f.Payload != nil {
			t.err = fmt.Errorf("a skippable frame in an archive: %w", errs.ErrCorrupt)
			return 0, t.err
		}
		t.marks = append(t.marks, mark{t.end, f.Offset, f.Length})
		t.rest, t.end = f.Content, t.end+int64(len(f.Content))
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	t.position += int64(n)
	return n, nil
}

// fault returns why reading ended: the frames' own error, or that they hold no tar file.
func (t *text) fault(err error) error {
	if t.err != nil && !errors.Is(t.err, io.EOF) {
		return t.err
	}
	return fmt.Errorf("not a whole tar file (%v): %w", err, errs.ErrCorrupt) //nolint:errorlint // its kind is ErrCorrupt
}

// stretches cuts the frames at the borders, each of which must be one of theirs.
func (t *text) stretches(borders []int64) ([]Stretch, error) {
	var all []Stretch
	for _, m := range t.marks {
		if len(borders) > 0 && m.start == borders[0] {
			borders = borders[1:]
			all = append(all, Stretch{Offset: m.offset})
		}
		if len(borders) > 0 && m.start > borders[0] {
			break
		}
		s := &all[len(all)-1]
		s.Length += m.length
		s.Frames = append(s.Frames, m.offset)
	}
	if len(borders) > 0 {
		return nil, fmt.Errorf("a member does not start a frame: %w", errs.ErrCorrupt)
	}
	return all, nil
}
