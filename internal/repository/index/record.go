package index

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
)

// recordHead is a record's hash and the length of what follows.
const recordHead = sha256.Size + 4

var errRecord = errors.New("index: a record in the scratch file is not what was written")

func (x *Index) appendRecord(b []byte, sum [sha256.Size]byte, extents []backup.Extent) []byte {
	b = append(append(b, sum[:]...), 0, 0, 0, 0)
	for _, e := range extents {
		b = binary.AppendUvarint(b, x.number(e.Archive))
		for _, v := range []int64{e.Offset, e.Length, e.Start, e.Size} {
			b = binary.AppendVarint(b, v)
		}
	}
	binary.LittleEndian.PutUint32(b[sha256.Size:], uint32(len(b)-recordHead)) //nolint:gosec // a manifest bounds extents
	return b
}

// number returns the number of an archive's name.
func (x *Index) number(name string) uint64 {
	n, known := x.numbers[name]
	if !known {
		n = uint64(len(x.names))
		x.names = append(x.names, name)
		x.numbers[name] = n
	}
	return n
}

// extents reads the rest of a record.
func (x *Index) extents(b []byte) ([]backup.Extent, error) {
	var all []backup.Extent
	for len(b) > 0 {
		name, n := binary.Uvarint(b)
		if n <= 0 || name >= uint64(len(x.names)) {
			return nil, errRecord
		}
		b = b[n:]
		e := backup.Extent{Archive: x.names[name]}
		for _, v := range []*int64{&e.Offset, &e.Length, &e.Start, &e.Size} {
			if *v, n = binary.Varint(b); n <= 0 {
				return nil, errRecord
			}
			b = b[n:]
		}
		all = append(all, e)
	}
	return all, nil
}

// read reads length bytes of the records; they are valid until the next call.
func (x *Index) read(offset int64, length int) ([]byte, error) {
	x.buf = slices.Grow(x.buf[:0], length)[:length]
	if _, err := x.records.ReadAt(x.buf, offset); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return x.buf, nil
}
