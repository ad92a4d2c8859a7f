package manifest

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"sort"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

// Seeker finds entries in a manifest of which the bytes are known to be those
// that were written. It decodes only the frames that it needs, and checks no
// more than that those are whole. It may be used by many goroutines.
type Seeker struct {
	in      io.ReaderAt
	decoder *frame.Decoder
	version int64

	mu     sync.Mutex
	frames []span // of entries, in order
}

// span is where a frame of entries lies.
type span struct {
	offset, length int64
	known          bool   // the rest is
	first          string // path of the first entry in it or after it
	last           bool   // there is none
}

// NewSeeker finds the frames of a manifest of size bytes.
func NewSeeker(in io.ReaderAt, size int64) (*Seeker, error) {
	decoder, err := frame.NewDecoder(maxTrailer)
	if err != nil {
		return nil, err
	}
	h, err := readHeader(in, size, newLineEncoder())
	if err != nil {
		return nil, err
	}
	s := &Seeker{in: in, decoder: decoder, version: h.Version}
	frames := frame.NewReader(io.NewSectionReader(in, 0, size), decoder)
	for {
		f, err := frames.Skip()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		s.frames = append(s.frames, span{offset: f.Offset, length: f.Length})
	}
	// The header is the first frame, the trailer and the footer are the last two.
	if len(s.frames) < 3 {
		return nil, corrupt("it has %d frames", len(s.frames))
	}
	s.frames = s.frames[1 : len(s.frames)-2]
	return s, nil
}

// Between yields the entries that match, from the path from on and before the
// path to, in byte order. to may be "", which is the end; match may be nil,
// which is all. match is asked about every path once, in order.
func (s *Seeker) Between(from, to string, match func(path string) bool) iter.Seq2[backup.Entry, error] {
	return func(yield func(backup.Entry, error) bool) {
		start, err := s.search(from)
		if err != nil {
			yield(backup.Entry{}, err)
			return
		}
		c := cursor{seeker: s, frame: start, scan: scanner{version: s.version}, names: names{}}
		for {
			e, err := c.next(from, to, match)
			if errors.Is(err, io.EOF) || !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// search returns the last frame that starts with path or before it.
func (s *Seeker) search(path string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var failed error
	after := sort.Search(len(s.frames), func(i int) bool {
		if failed != nil {
			return true
		}
		var f span
		f, failed = s.first(i)
		return f.last || f.first > path
	})
	return max(0, after-1), failed
}

// first finds out with which path a frame starts; one that has only further extents
// of the entry before, with that of the next one.
func (s *Seeker) first(i int) (span, error) {
	f := &s.frames[i]
	if f.known {
		return *f, nil
	}
	content, err := s.decode(nil, i)
	if err != nil {
		return *f, err
	}
	scan := scanner{version: s.version}
	for line := range bytes.Lines(content) {
		if path, ok := scan.path(line); ok {
			f.known, f.first = true, path
			return *f, nil
		}
	}
	after := span{last: true}
	if i+1 < len(s.frames) {
		if after, err = s.first(i + 1); err != nil {
			return *f, err
		}
	}
	f.known, f.first, f.last = true, after.first, after.last
	return *f, nil
}

func (s *Seeker) decode(dst []byte, i int) ([]byte, error) {
	f := s.frames[i]
	framed, err := readAt(s.in, f.offset, f.length)
	if err != nil {
		return nil, err
	}
	return s.decoder.Append(dst, framed)
}

// path takes the path of an entry's line; false if the line is another.
func (s *scanner) path(line []byte) (string, bool) {
	s.start(line)
	if !s.optional(`{"path`) {
		return "", false
	}
	path := s.name()
	return path, !s.bad
}

// cursor is a place in a manifest.
type cursor struct {
	seeker *Seeker
	frame  int // the next one
	buf    []byte
	rest   []byte // lines not looked at yet
	scan   scanner
	names  names
}

// next returns the next entry that is asked for; io.EOF if there are no more.
func (c *cursor) next(from, to string, match func(string) bool) (backup.Entry, error) {
	for {
		line, err := c.line()
		if err != nil {
			return backup.Entry{}, err
		}
		path, ok := c.scan.path(line)
		switch {
		case !ok || path < from: // further extents, or the frame began before it
		case to != "" && path >= to:
			return backup.Entry{}, io.EOF
		case match == nil || match(path):
			return c.entry(line)
		}
	}
}

// entry reads the entry of a line and of those with further extents.
func (c *cursor) entry(line []byte) (backup.Entry, error) {
	l, err := c.scan.entry(line, c.names)
	if err != nil {
		return backup.Entry{}, corrupt("entry %.200q: %w", l.Path, err)
	}
	e := l.Entry
	for left := l.more; left > 0; left -= extentsPerLine {
		if line, err = c.line(); err != nil {
			return e, cutOff(err)
		}
		if e.Extents, err = c.scan.moreExtents(line, e.Extents, c.names); err != nil {
			return e, corrupt("entry %.200q: %w", l.Path, err)
		}
	}
	return e, nil
}

// line returns the next line; it is valid until the next call.
func (c *cursor) line() ([]byte, error) {
	for len(c.rest) == 0 {
		if c.frame == len(c.seeker.frames) {
			return nil, io.EOF
		}
		content, err := c.seeker.decode(c.buf[:0], c.frame)
		if err != nil {
			return nil, err
		}
		c.buf, c.rest = content, content
		c.frame++
	}
	end := bytes.IndexByte(c.rest, '\n') + 1
	if end == 0 {
		return nil, corrupt("a frame ends within a line")
	}
	line := c.rest[:end]
	c.rest = c.rest[end:]
	return line, nil
}
