package pages

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

const (
	formatName = "vertex-ar-backup/pages"
	version    = 1
	// frameSize is how many bytes of hashes a frame holds.
	frameSize = 1 << 20
	// maxHeader bounds the frame of the header.
	maxHeader = 1 << 10
)

// Header says of which content a list is.
type Header struct {
	Size   int64             // of the content, at least 1
	SHA256 [sha256.Size]byte // of the content
}

// headerLine is a Header as it is written; the order of the fields is the format's.
type headerLine struct {
	Format  string `json:"format"`
	Version int64  `json:"version"`
	Size    int64  `json:"size"`
	SHA256  string `json:"sha256"`
}

// length returns how many bytes of hashes there are.
func (h Header) length() int64 { return (h.Size-1)/Size*HashSize + HashSize }

func (h Header) line() ([]byte, error) {
	line, err := json.Marshal(headerLine{Format: formatName, Version: version, Size: h.Size, SHA256: hex.EncodeToString(h.SHA256[:])})
	return append(line, '\n'), err
}

func parseHeader(line []byte) (h Header, err error) {
	var l headerLine
	if err := json.Unmarshal(line, &l); err != nil {
		return h, corrupt("header: %v", err)
	}
	sum, err := hex.DecodeString(l.SHA256)
	if err != nil || len(sum) != len(h.SHA256) || l.Size < 1 {
		return h, corrupt("header: %.200q", line)
	}
	h = Header{Size: l.Size, SHA256: [sha256.Size]byte(sum)}
	if again, err := h.line(); err != nil || !bytes.Equal(again, line) {
		return h, corrupt("header: %.200q", line)
	}
	return h, nil
}

// corrupt returns an error of kind errs.ErrCorrupt.
func corrupt(format string, args ...any) error {
	return fmt.Errorf("page list: %s: %w", fmt.Sprintf(format, args...), errs.ErrCorrupt)
}

// WriteList writes a list to w. hashes are those of the pages, one behind
// another, exactly as many as the content has pages.
func WriteList(w io.Writer, h Header, hashes io.Reader) error {
	if h.Size < 1 {
		return fmt.Errorf("page list: content of %d bytes: %w", h.Size, errs.ErrInvalid)
	}
	enc, err := frame.NewEncoder(frameSize)
	if err != nil {
		return err
	}
	line, err := h.line()
	if err != nil {
		return err
	}
	framed, err := enc.Append(nil, line)
	if err != nil {
		return err
	}
	buf := make([]byte, min(h.length(), frameSize))
	for left := h.length(); left > 0; left -= int64(len(buf)) {
		if _, err := w.Write(framed); err != nil {
			return err
		}
		buf = buf[:min(left, frameSize)]
		if _, err := io.ReadFull(hashes, buf); err != nil {
			return fmt.Errorf("page list: hashes: %w", err)
		}
		if framed, err = enc.Append(framed[:0], buf); err != nil {
			return err
		}
	}
	_, err = w.Write(framed)
	return err
}

// Reader reads a list from its beginning to its end. It is for one goroutine.
type Reader struct {
	frames *frame.Reader
	header Header
	hashes []byte // of the frame, not returned yet
	left   int64  // bytes of hashes in the frames to come
}

// NewReader reads the header. What is wrong with a list is errs.ErrCorrupt; any
// other error is of the stream below.
func NewReader(r io.Reader) (*Reader, error) {
	dec, err := frame.NewDecoder(frameSize)
	if err != nil {
		return nil, err
	}
	l := &Reader{frames: frame.NewReader(r, dec)}
	line, err := l.frame(maxHeader)
	if err != nil {
		return nil, err
	}
	if l.header, err = parseHeader(line); err != nil {
		return nil, err
	}
	l.left = l.header.length()
	return l, nil
}

// Header returns the header.
func (r *Reader) Header() Header { return r.header }

// Next returns the hash of the next page; it is valid until the next call.
// io.EOF means that the list has ended and was whole.
func (r *Reader) Next() ([]byte, error) {
	if len(r.hashes) == 0 {
		if err := r.advance(); err != nil {
			return nil, err
		}
	}
	hash := r.hashes[:HashSize]
	r.hashes = r.hashes[HashSize:]
	return hash, nil
}

// advance reads the next frame of hashes.
func (r *Reader) advance() (err error) {
	if r.left == 0 {
		if _, err := r.frames.Next(); !errors.Is(err, io.EOF) {
			return corrupt("something follows the last page")
		}
		return io.EOF
	}
	want := min(r.left, frameSize)
	if r.hashes, err = r.frame(want); err != nil {
		return err
	}
	if int64(len(r.hashes)) != want {
		return corrupt("a frame of %d bytes instead of %d", len(r.hashes), want)
	}
	r.left -= want
	return nil
}

// frame reads a frame of at most limit bytes of content.
func (r *Reader) frame(limit int64) ([]byte, error) {
	f, err := r.frames.Next()
	switch {
	case errors.Is(err, io.EOF):
		return nil, corrupt("cut off")
	case err != nil:
		return nil, err
	case f.Payload != nil || int64(len(f.Content)) > limit:
		return nil, corrupt("a frame that does not belong there")
	}
	return f.Content, nil
}
