package manifest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

// Reader reads one manifest from its beginning to its end. It is for one goroutine.
type Reader struct {
	frames  *frame.Reader
	frame   frame.Frame // the one that rest comes from
	rest    []byte      // lines not read yet
	number  int64       // of the line that was read last, from 1 on
	header  Header
	trailer Trailer
	ended   bool
	rules   *rules
	lines   *lineEncoder
	scan    scanner
	names   names
	sum     hash.Hash
	content hash.Hash // of what can be signed of the entries
}

// NewReader reads the header. It is errs.ErrInvalid, with a detail, if the
// manifest's version is greater than [Version], and errs.ErrCorrupt if it is
// no manifest.
func NewReader(r io.Reader) (*Reader, error) {
	decoder, err := frame.NewDecoder(maxTrailer)
	if err != nil {
		return nil, err
	}
	m := &Reader{
		frames: frame.NewReader(r, decoder), rules: newRules(), lines: newLineEncoder(),
		names: names{}, sum: sha256.New(), content: sha256.New(),
	}
	line, err := m.line()
	if err != nil {
		return nil, err
	}
	if m.header, err = parseHeader(m.lines, line, len(m.rest)); err != nil {
		return nil, err
	}
	m.scan.version = m.header.Version
	_, _ = m.sum.Write(line)
	return m, nil
}

// Header returns the header.
func (r *Reader) Header() Header { return r.header }

// Trailer returns the trailer; it is known once Next has returned io.EOF.
func (r *Reader) Trailer() Trailer { return r.trailer }

// Next returns the next entry. What is wrong is said with the number of the line. io.EOF means that the manifest has ended and
// was whole. Whatever is wrong with it is errs.ErrCorrupt; any other error is
// of the stream below.
func (r *Reader) Next() (backup.Entry, error) {
	if r.ended {
		return backup.Entry{}, io.EOF
	}
	e, err := r.next()
	if errors.Is(err, errs.ErrCorrupt) {
		err = fmt.Errorf("line %d: %w", r.number, err)
	}
	return e, err
}

// Line returns the number of the line that was read last, from 1 on.
func (r *Reader) Line() int64 { return r.number }

func (r *Reader) next() (backup.Entry, error) {
	line, err := r.line()
	if err != nil {
		return backup.Entry{}, err
	}
	if bytes.HasPrefix(line, []byte(trailerStart)) {
		if err := r.end(line); err != nil {
			return backup.Entry{}, err
		}
		return backup.Entry{}, io.EOF
	}
	e, err := r.entry(line)
	if err != nil {
		return backup.Entry{}, err
	}
	if err := r.rules.add(e); err != nil {
		return backup.Entry{}, corrupt("entry %.200q: %w", e.Path, err)
	}
	return e, nil
}

// entry reads an entry from its line and those with further extents.
func (r *Reader) entry(line []byte) (backup.Entry, error) {
	if err := r.take(line); err != nil {
		return backup.Entry{}, err
	}
	l, err := r.scan.entry(line, r.names)
	if err != nil {
		return backup.Entry{}, corrupt("entry %.200q: %w", l.Path, err)
	}
	_, _ = r.content.Write(line[:l.stable])
	_, _ = r.content.Write(newline)
	e := l.Entry
	if len(e.Extents) > extentsPerLine || l.more > MaxExtents || l.more > 0 && len(e.Extents) != extentsPerLine {
		return e, corrupt("entry %.200q: %d more extents after %d", e.Path, l.more, len(e.Extents))
	}
	for left := l.more; left > 0; left -= extentsPerLine {
		want := len(e.Extents) + min(left, extentsPerLine)
		if e.Extents, err = r.more(e.Extents); err != nil {
			return e, err
		}
		if len(e.Extents) != want {
			return e, corrupt("entry %.200q: %d extents where there should be %d", e.Path, len(e.Extents), want)
		}
	}
	return e, nil
}

// more reads a line of further extents.
func (r *Reader) more(to []backup.Extent) ([]backup.Extent, error) {
	line, err := r.line()
	if err != nil {
		return to, err
	}
	if err := r.take(line); err != nil {
		return to, err
	}
	if to, err = r.scan.moreExtents(line, to, r.names); err != nil {
		return to, corrupt("%w", err)
	}
	return to, nil
}

// take checks the length of a line that is not the trailer, and hashes it.
func (r *Reader) take(line []byte) error {
	if len(line) > maxLine || len(r.frame.Content) > maxEntryFrame {
		return corrupt("line of %d bytes in a frame of %d", len(line), len(r.frame.Content))
	}
	_, _ = r.sum.Write(line)
	return nil
}

// end checks the trailer, and that nothing but the footer follows it.
func (r *Reader) end(line []byte) error {
	t, sum, err := parseTrailer(r.lines, r.header.Version, line, len(r.frame.Content))
	if err != nil {
		return err
	}
	if sum != [sha256.Size]byte(r.sum.Sum(nil)) {
		return corrupt("the lines have another hash than the trailer says")
	}
	if err := r.rules.checkTrailer(t, r.header); err != nil {
		return corrupt("%w", err)
	}
	if s := t.Signature; s != nil && s.Content != [sha256.Size]byte(r.content.Sum(nil)) {
		return corrupt("the entries are not those that were signed")
	}
	if err := t.Signature.check(r.header, t.Backup); err != nil {
		return corrupt("%w", err)
	}
	at := r.frame.Offset
	footer, err := r.frames.Next()
	if err != nil {
		return cutOff(err)
	}
	if len(footer.Payload) != 8 || binary.LittleEndian.Uint64(footer.Payload) != uint64(at) { //nolint:gosec // not negative
		return corrupt("the footer does not lead to the trailer")
	}
	if _, err := r.frames.Next(); !errors.Is(err, io.EOF) {
		return corrupt("something follows the footer")
	}
	r.trailer, r.ended = t, true
	return nil
}

// line returns the next line with its newline; it is valid until the next call.
func (r *Reader) line() ([]byte, error) {
	if len(r.rest) == 0 {
		f, err := r.frames.Next()
		if err != nil {
			return nil, cutOff(err)
		}
		if f.Payload != nil {
			return nil, corrupt("no trailer before the footer")
		}
		r.frame, r.rest = f, f.Content
	}
	i := bytes.IndexByte(r.rest, '\n')
	if i < 0 {
		return nil, corrupt("a frame ends within a line")
	}
	line := r.rest[:i+1]
	r.rest = r.rest[i+1:]
	r.number++
	return line, nil
}

// parseHeader reads the header's line, after which rest bytes stand in its frame.
func parseHeader(lines *lineEncoder, line []byte, rest int) (Header, error) {
	var v struct {
		Format  string `json:"format"`
		Version int64  `json:"version"`
	}
	if err := json.Unmarshal(line, &v); err != nil || v.Format != formatName {
		return Header{}, corrupt("it does not start as a manifest")
	}
	if err := checkVersion(v.Version); err != nil {
		if errors.Is(err, errs.ErrInvalid) {
			return Header{}, err
		}
		return Header{}, corrupt("%w", err)
	}
	var l headerLine
	if err := lines.decode(line, &l); err != nil {
		return Header{}, corrupt("header: %w", err)
	}
	created, err := parseTime(l.CreatedAt)
	if err != nil || rest != 0 || len(line) > maxHeader {
		return Header{}, corrupt("header of %d bytes, %d follow, created at %q", len(line), rest, l.CreatedAt)
	}
	h := Header{Version: l.Version, ID: l.ID, Kind: l.Kind, CreatedAt: created}
	if err := checkHeader(h); err != nil {
		return Header{}, corrupt("%w", err)
	}
	return h, nil
}

// parseTrailer reads the trailer's line, which must be its frame's whole content.
func parseTrailer(lines *lineEncoder, version int64, line []byte, content int) (Trailer, [sha256.Size]byte, error) {
	var l trailerLine
	if len(line) != content {
		return Trailer{}, [sha256.Size]byte{}, corrupt("the trailer is not alone in its frame")
	}
	if err := lines.decode(line, &l); err != nil {
		return Trailer{}, [sha256.Size]byte{}, corrupt("trailer: %w", err)
	}
	if version < 2 && l.since2() {
		return Trailer{}, [sha256.Size]byte{}, corrupt("trailer: it has fields that version %d does not", version)
	}
	t, sum, err := l.trailer()
	if err != nil {
		return t, sum, corrupt("trailer: %w", err)
	}
	return t, sum, nil
}

// cutOff turns the end of the stream into errs.ErrCorrupt.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) {
		return corrupt("it ends before its end")
	}
	return err
}

// corrupt returns an error of kind errs.ErrCorrupt.
func corrupt(format string, args ...any) error {
	return fmt.Errorf("manifest: %w: %w", errs.ErrCorrupt, fmt.Errorf(format, args...))
}
