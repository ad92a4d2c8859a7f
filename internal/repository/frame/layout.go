package frame

import (
	"encoding/binary"
	"fmt"

	"github.com/vertex-ar/backup/internal/errs"
)

// Parts of a frame, from RFC 8878.
const (
	magic          = 0xFD2FB528
	skippableMagic = 0x184D2A50

	singleSegment = 1 << 5 // bits of the frame header's descriptor
	hasChecksum   = 1 << 2

	blockMax     = 128 << 10
	blockRaw     = 0 // types of blocks
	blockRLE     = 1
	blockEncoded = 2

	prefixLen      = 5 // magic and descriptor
	blockHeaderLen = 3
	checksumLen    = 4
	skippableLen   = 8 // magic and length
)

// corrupt returns an error of kind errs.ErrCorrupt.
func corrupt(format string, args ...any) error {
	return fmt.Errorf("zstd frame: %s: %w", fmt.Sprintf(format, args...), errs.ErrCorrupt)
}

// sizeLen returns the length of the field that holds content size n.
func sizeLen(n int) int {
	switch {
	case n < 256:
		return 1
	case n < 256+65536:
		return 2
	}
	return 4
}

// RawLen returns the length of a frame of n bytes in raw blocks, which no
// frame exceeds.
func RawLen(n int) int {
	blocks := max(1, (n+blockMax-1)/blockMax)
	return prefixLen + sizeLen(n) + blocks*blockHeaderLen + n + checksumLen
}

// sizeFieldLen reads from a frame's first bytes how long its size field is.
func sizeFieldLen(prefix []byte) (int, error) {
	if m := binary.LittleEndian.Uint32(prefix); m != magic {
		return 0, corrupt("starts with %#08x", m)
	}
	d := prefix[4]
	if d&^(3<<6) != singleSegment|hasChecksum {
		return 0, corrupt("descriptor %#02x", d)
	}
	return 1 << (d >> 6), nil
}

// contentSize reads the size field and checks it against limit.
func contentSize(field []byte, limit int) (int, error) {
	var n uint64
	switch len(field) {
	case 1:
		n = uint64(field[0])
	case 2:
		n = uint64(binary.LittleEndian.Uint16(field)) + 256
	case 4:
		n = uint64(binary.LittleEndian.Uint32(field))
	default:
		n = binary.LittleEndian.Uint64(field)
	}
	if n == 0 || n > uint64(limit) { //nolint:gosec // limit is a positive constant
		return 0, corrupt("content of %d bytes, the limit is %d", n, limit)
	}
	return int(n), nil //nolint:gosec // n is at most limit
}

// block reads a block header: how many bytes follow it, and whether it is the last.
func block(header []byte) (length int, last bool, err error) {
	h := int(header[0]) | int(header[1])<<8 | int(header[2])<<16
	last, length = h&1 == 1, h>>3
	if length > blockMax {
		return 0, false, corrupt("block of %d bytes", length)
	}
	switch h >> 1 & 3 {
	case blockRaw, blockEncoded:
		return length, last, nil
	case blockRLE:
		return 1, last, nil
	}
	return 0, false, corrupt("reserved block type")
}

// inspect walks b, which must hold exactly one frame of at most limit bytes of
// content, and returns how many those are.
func inspect(b []byte, limit int) (int, error) {
	if len(b) < prefixLen {
		return 0, corrupt("%d bytes are too few", len(b))
	}
	n, err := sizeFieldLen(b)
	if err != nil {
		return 0, err
	}
	pos := prefixLen + n
	if len(b) < pos {
		return 0, corrupt("cut off in its header")
	}
	size, err := contentSize(b[prefixLen:pos], limit)
	if err != nil {
		return 0, err
	}
	if len(b) > RawLen(size) {
		return 0, corrupt("%d bytes for %d bytes of content", len(b), size)
	}
	if err := inspectBlocks(b[pos:]); err != nil {
		return 0, err
	}
	return size, nil
}

// inspectBlocks checks that b holds blocks to the last, and a checksum.
func inspectBlocks(b []byte) error {
	for {
		if len(b) < blockHeaderLen {
			return corrupt("cut off before a block")
		}
		length, last, err := block(b)
		if err != nil {
			return err
		}
		if b = b[blockHeaderLen:]; len(b) < length {
			return corrupt("cut off in a block")
		}
		if b = b[length:]; last {
			break
		}
	}
	if len(b) != checksumLen {
		return corrupt("%d bytes after its last block", len(b))
	}
	return nil
}
