package manifest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"io"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

// Writer writes one manifest. It is for one goroutine.
type Writer struct {
	out    io.Writer
	offset int64
	header Header
	rules  *rules
	lines  *lineEncoder
	frames *frame.Encoder
	raw    []byte // lines of the frame to come
	framed []byte
	sum    hash.Hash // over all lines
	// content hashes what is signed of the entries.
	content hash.Hash
	sign    func(Header, [sha256.Size]byte, backup.Backup) (*Signature, error) // nil is not
}

var newline = []byte{'\n'} //nolint:gochecknoglobals // it never changes

// NewWriter writes the header of a manifest to w.
func NewWriter(w io.Writer, h Header) (*Writer, error) {
	if err := checkHeader(h); err != nil {
		return nil, fmt.Errorf("manifest: %w: %w", errs.ErrInvalid, err)
	}
	frames, err := frame.NewEncoder(maxTrailer)
	if err != nil {
		return nil, err
	}
	m := &Writer{out: w, header: h, rules: newRules(), lines: newLineEncoder(), frames: frames, sum: sha256.New(), content: sha256.New()}
	line, err := m.lines.encode(newHeaderLine(h))
	if err != nil {
		return nil, err
	}
	m.raw = append(m.raw, line...)
	_, _ = m.sum.Write(line)
	return m, m.flush()
}

// Write writes the next entry. It is errs.ErrInvalid if the format does not
// allow it there; then nothing is written.
func (w *Writer) Write(e backup.Entry) error {
	if w.header.Version < 2 && e.Inode > 0 {
		return fmt.Errorf("manifest: version %d has no words for entry %.200q: %w", w.header.Version, e.Path, errs.ErrInvalid)
	}
	if err := w.rules.add(e); err != nil {
		return fmt.Errorf("manifest: entry %.200q: %w: %w", e.Path, errs.ErrInvalid, err)
	}
	from := len(w.raw)
	w.raw = appendStable(w.raw, e)
	_, _ = w.content.Write(w.raw[from:])
	_, _ = w.content.Write(newline)
	w.raw = appendPlaces(w.raw, e)
	if err := w.added(from); err != nil {
		return err
	}
	for rest := e.Extents[min(len(e.Extents), extentsPerLine):]; len(rest) > 0; {
		n := min(len(rest), extentsPerLine)
		from := len(w.raw)
		w.raw = appendMore(w.raw, rest[:n])
		if err := w.added(from); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// Archives returns the names of the archives and page lists that the entries so
// far name, in byte order.
func (w *Writer) Archives() []string { return w.rules.names() }

// Counts counts the entries so far.
func (w *Writer) Counts() Counts { return w.rules.counts }

// Close writes the trailer: the record b and, in the order of [Writer.Archives],
// the archives. It does not close the io.Writer below.
func (w *Writer) Close(b backup.Backup, archives []Archive) error {
	t := Trailer{Counts: w.rules.counts, Archives: archives, Backup: b}
	if err := w.rules.checkTrailer(t, w.header); err != nil {
		return fmt.Errorf("manifest: %w: %w", errs.ErrInvalid, err)
	}
	if w.sign != nil {
		var err error
		if t.Signature, err = w.sign(w.header, [sha256.Size]byte(w.content.Sum(nil)), b); err != nil {
			return fmt.Errorf("manifest: %w: %w", errs.ErrInvalid, err)
		}
	}
	if err := w.flush(); err != nil {
		return err
	}
	at := w.offset
	l := newTrailerLine(t, w.sum.Sum(nil))
	if w.header.Version < 2 && l.since2() {
		return fmt.Errorf("manifest: version %d has no words for this record: %w", w.header.Version, errs.ErrInvalid)
	}
	line, err := w.lines.encode(l)
	if err != nil {
		return err
	}
	if len(line) > maxTrailer {
		return fmt.Errorf("manifest: trailer of %d bytes: %w", len(line), errs.ErrInvalid)
	}
	w.raw = append(w.raw, line...)
	if err := w.flush(); err != nil {
		return err
	}
	footer := frame.AppendSkippable(nil, binary.LittleEndian.AppendUint64(nil, uint64(at))) //nolint:gosec // not negative
	_, err = w.out.Write(footer)
	return err
}

// added hashes the line that was appended from there, and writes a frame when
// there are enough lines.
func (w *Writer) added(from int) error {
	_, _ = w.sum.Write(w.raw[from:])
	if len(w.raw) < frameTarget {
		return nil
	}
	return w.flush()
}

// flush writes the lines that wait as a frame.
func (w *Writer) flush() error {
	if len(w.raw) == 0 {
		return nil
	}
	var err error
	if w.framed, err = w.frames.Append(w.framed[:0], w.raw); err != nil {
		return err
	}
	w.raw = w.raw[:0]
	n, err := w.out.Write(w.framed)
	w.offset += int64(n)
	return err
}
