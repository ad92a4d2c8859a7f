package frame

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"
)

// AppendRaw appends to dst a frame that holds content, of at least one byte
// and less than 4 GiB, in raw blocks.
func AppendRaw(dst, content []byte) []byte {
	dst = appendHeader(dst, len(content))
	for left := content; len(left) > 0; {
		n := min(len(left), blockMax)
		dst = appendBlockHeader(dst, n, n == len(left))
		dst = append(dst, left[:n]...)
		left = left[n:]
	}
	return appendChecksum(dst, content)
}

// appendChecksum appends what ends a frame that holds content.
func appendChecksum(dst, content []byte) []byte {
	return binary.LittleEndian.AppendUint32(dst, uint32(xxhash.Sum64(content))) //nolint:gosec // the format takes the low half
}

func appendHeader(dst []byte, size int) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, magic)
	const descriptor = singleSegment | hasChecksum
	switch sizeLen(size) {
	case 1:
		return append(dst, descriptor, byte(size)) //nolint:gosec // sizeLen said so
	case 2:
		dst = append(dst, descriptor|1<<6)
		return binary.LittleEndian.AppendUint16(dst, uint16(size-256)) //nolint:gosec // sizeLen said so
	}
	dst = append(dst, descriptor|2<<6)
	return binary.LittleEndian.AppendUint32(dst, uint32(size)) //nolint:gosec // documented
}

func appendBlockHeader(dst []byte, size int, last bool) []byte {
	h := size<<3 | blockRaw<<1
	if last {
		h |= 1
	}
	return append(dst, byte(h), byte(h>>8), byte(h>>16)) //nolint:gosec // its three bytes
}

// AppendSkippable appends a skippable frame with a few bytes of payload.
func AppendSkippable(dst, payload []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, skippableMagic)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(payload))) //nolint:gosec // a few bytes
	return append(dst, payload...)
}

// Skippable returns the payload of the skippable frame that b holds, if it
// holds exactly one.
func Skippable(b []byte) ([]byte, error) {
	if len(b) < skippableLen || binary.LittleEndian.Uint32(b) != skippableMagic ||
		int64(binary.LittleEndian.Uint32(b[4:])) != int64(len(b)-skippableLen) {
		return nil, corrupt("not the skippable frame that belongs here")
	}
	return b[skippableLen:], nil
}
