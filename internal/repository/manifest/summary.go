package manifest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/vertex-ar/backup/internal/repository/frame"
)

// ReadSummary reads header and trailer of a manifest of size bytes with three
// small reads, without the entries. What it returns is checked as far as it
// can be without them. Errors are those of a [Reader].
func ReadSummary(r io.ReaderAt, size int64) (Header, Trailer, error) {
	lines := newLineEncoder()
	h, err := readHeader(r, size, lines)
	if err != nil {
		return h, Trailer{}, err
	}
	at, err := readFooter(r, size)
	if err != nil {
		return h, Trailer{}, err
	}
	t, err := readTrailer(r, at, size-footerLen-at, h.Version, lines)
	if err != nil {
		return h, t, err
	}
	if t.Backup.ID != h.ID {
		return h, t, corrupt("the trailer belongs to another header")
	}
	if err := t.Signature.check(h, t.Backup); err != nil {
		return h, t, corrupt("%w", err)
	}
	if err := checkRecord(t.Backup); err != nil {
		return h, t, corrupt("%w", err)
	}
	return h, t, checkNames(t)
}

func readHeader(r io.ReaderAt, size int64, lines *lineEncoder) (Header, error) {
	b, err := readAt(r, 0, min(size, int64(frame.RawLen(maxHeader))))
	if err != nil {
		return Header{}, err
	}
	decoder, err := frame.NewDecoder(maxEntryFrame)
	if err != nil {
		return Header{}, err
	}
	f, err := frame.NewReader(bytes.NewReader(b), decoder).Next()
	if err != nil {
		return Header{}, cutOff(err)
	}
	end := bytes.IndexByte(f.Content, '\n') + 1
	return parseHeader(lines, f.Content[:end], len(f.Content)-end)
}

// readFooter returns where the trailer's frame starts.
func readFooter(r io.ReaderAt, size int64) (int64, error) {
	b, err := readAt(r, max(0, size-footerLen), min(size, footerLen))
	if err != nil {
		return 0, err
	}
	payload, err := frame.Skippable(b)
	if err != nil || len(payload) != 8 {
		return 0, corrupt("it does not end in a footer")
	}
	at := binary.LittleEndian.Uint64(payload)
	if at == 0 || at >= uint64(size-footerLen) || size-int64(at) > int64(frame.RawLen(maxTrailer)) { //nolint:gosec // size is at least the footer's
		return 0, corrupt("the footer leads to %d of %d bytes", at, size)
	}
	return int64(at), nil //nolint:gosec // less than size
}

func readTrailer(r io.ReaderAt, at, length, version int64, lines *lineEncoder) (Trailer, error) {
	b, err := readAt(r, at, length)
	if err != nil {
		return Trailer{}, err
	}
	decoder, err := frame.NewDecoder(maxTrailer)
	if err != nil {
		return Trailer{}, err
	}
	line, err := decoder.Append(nil, b)
	if err != nil {
		return Trailer{}, err
	}
	t, _, err := parseTrailer(lines, version, line, len(line))
	return t, err
}

func readAt(r io.ReaderAt, offset, length int64) ([]byte, error) {
	if length < 1 {
		return nil, corrupt("it is empty")
	}
	b := make([]byte, length)
	n, err := r.ReadAt(b, offset)
	if n == len(b) {
		return b, nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return nil, corrupt("it is shorter than its size")
	}
	return nil, fmt.Errorf("manifest: %w", err)
}

// checkNames checks that archives have names and are in order.
func checkNames(t Trailer) error {
	for i, a := range t.Archives {
		if !ValidArchive(a.Name) && !ValidPages(a.Name) || i > 0 && a.Name <= t.Archives[i-1].Name || a.Size < 1 {
			return corrupt("the trailer lists archive %q of %d bytes", a.Name, a.Size)
		}
	}
	if err := checkEncrypted(t); err != nil {
		return corrupt("%w", err)
	}
	return nil
}
