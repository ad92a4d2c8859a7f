package frame

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"slices"
)

// maxPayload bounds skippable frames.
const maxPayload = 64

// Frame is one frame of a stream. Its slices are valid until the next one is read.
type Frame struct {
	Offset  int64  // where it starts in the stream
	Length  int64  // how long it is there
	Framed  []byte // as it is there
	Content []byte // nil if Payload is set
	Payload []byte // of a skippable frame, else nil
}

// Reader reads a stream frame by frame.
type Reader struct {
	in      *bufio.Reader
	decoder *Decoder
	offset  int64
	framed  []byte
	content []byte
}

// NewReader returns a Reader of the frames in r, which decoder decodes.
func NewReader(r io.Reader, decoder *Decoder) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, 64<<10), decoder: decoder}
}

// Next reads a frame; io.EOF means that the stream has ended after the one
// before. What is wrong with a frame is errs.ErrCorrupt; any other error is of
// the stream below.
func (r *Reader) Next() (Frame, error) { return r.next(r.decode) }

// Skip is Next for whoever wants to know only where frames lie: it decodes
// nothing, and Content is empty.
func (r *Reader) Skip() (Frame, error) {
	return r.next(func() ([]byte, error) { return []byte{}, r.pass() })
}

func (r *Reader) next(content func() ([]byte, error)) (Frame, error) {
	r.framed = r.framed[:0]
	if _, err := r.in.Peek(1); err != nil {
		return Frame{}, err
	}
	if err := r.take(prefixLen); err != nil {
		return Frame{}, err
	}
	f := Frame{Offset: r.offset}
	var err error
	if binary.LittleEndian.Uint32(r.framed) == skippableMagic {
		f.Payload, err = r.payload()
	} else {
		f.Content, err = content()
	}
	f.Length, f.Framed = int64(len(r.framed)), r.framed
	r.offset += f.Length
	return f, err
}

// take appends the next n bytes of the stream to framed.
func (r *Reader) take(n int) error {
	at := len(r.framed)
	r.framed = slices.Grow(r.framed, n)[:at+n]
	_, err := io.ReadFull(r.in, r.framed[at:])
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return corrupt("cut off")
	}
	return err
}

// payload reads the rest of a skippable frame.
func (r *Reader) payload() ([]byte, error) {
	if err := r.take(skippableLen - prefixLen); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(r.framed[4:])
	if n > maxPayload {
		return nil, corrupt("skippable frame of %d bytes", n)
	}
	if err := r.take(int(n)); err != nil {
		return nil, err
	}
	return r.framed[skippableLen:], nil
}

// decode reads the rest of a frame and decodes it.
func (r *Reader) decode() ([]byte, error) {
	err := r.pass()
	if err != nil {
		return nil, err
	}
	r.content, err = r.decoder.Append(r.content[:0], r.framed)
	return r.content, err
}

// pass reads the rest of a frame, as long as it is plausible.
func (r *Reader) pass() error {
	n, err := sizeFieldLen(r.framed)
	if err != nil {
		return err
	}
	if err := r.take(n); err != nil {
		return err
	}
	size, err := contentSize(r.framed[prefixLen:], r.decoder.limit)
	if err != nil {
		return err
	}
	return r.blocks(RawLen(size))
}

// blocks reads blocks to the last, and the checksum.
func (r *Reader) blocks(limit int) error {
	for {
		if err := r.take(blockHeaderLen); err != nil {
			return err
		}
		length, last, err := block(r.framed[len(r.framed)-blockHeaderLen:])
		if err != nil {
			return err
		}
		if len(r.framed)+length+checksumLen > limit {
			return corrupt("longer than its content in raw blocks")
		}
		if err := r.take(length); err != nil {
			return err
		}
		if last {
			return r.take(checksumLen)
		}
	}
}
