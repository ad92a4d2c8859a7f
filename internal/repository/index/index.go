package index

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/tempfile"
)

// Index leads from the hash of a content to its extents. It may be used by
// many goroutines.
type Index struct {
	mu      sync.Mutex
	dir     string
	slots   *table
	records *tempfile.File
	end     int64 // of the records
	names   []string
	numbers map[string]uint64 // of names
	buf     []byte
}

// New returns an empty Index with its files in dir; "" is the system's
// directory for temporary files. Close it.
func New(dir string) (*Index, error) {
	records, err := newFile(dir)
	if err != nil {
		return nil, err
	}
	slots, err := newTable(dir, firstSlots)
	if err != nil {
		return nil, errors.Join(err, records.Close())
	}
	return &Index{dir: dir, slots: slots, records: records, numbers: map[string]uint64{}}, nil
}

// Close frees the files.
func (x *Index) Close() error { return errors.Join(x.slots.close(), x.records.Close()) }

// Add remembers where content lies, unless that is known already.
func (x *Index) Add(sum [sha256.Size]byte, extents []backup.Extent) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	slot, position, err := x.seek(sum)
	if err != nil || position != 0 {
		return err
	}
	x.buf = x.appendRecord(x.buf[:0], sum, extents)
	if _, err := x.records.WriteAt(x.buf, x.end); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	x.end += int64(len(x.buf))
	// Positions count from 1: 0 is an empty slot.
	if err := x.slots.write(slot, tagOf(sum), x.end-int64(len(x.buf))+1); err != nil {
		return err
	}
	x.slots, err = x.slots.grown(x.dir)
	return err
}

// Find returns where content lies; nil if that is not known.
func (x *Index) Find(sum [sha256.Size]byte) ([]backup.Extent, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	_, position, err := x.seek(sum)
	if err != nil || position == 0 {
		return nil, err
	}
	b, err := x.read(position-1, recordHead)
	if err != nil {
		return nil, err
	}
	length := int(binary.LittleEndian.Uint32(b[sha256.Size:]))
	if b, err = x.read(position-1+recordHead, length); err != nil {
		return nil, err
	}
	return x.extents(b)
}

// seek returns the position of a content's record, or 0 and the slot where it belongs.
func (x *Index) seek(sum [sha256.Size]byte) (slot, position int64, err error) {
	tag := tagOf(sum)
	for slot = x.slots.home(tag); ; slot = x.slots.next(slot) {
		found, position, err := x.slots.read(slot)
		if err != nil || position == 0 {
			return slot, 0, err
		}
		if found != tag {
			continue
		}
		b, err := x.read(position-1, sha256.Size)
		if err != nil {
			return slot, 0, err
		}
		if [sha256.Size]byte(b) == sum {
			return slot, position, nil
		}
	}
}

// tagOf returns what a slot keeps of a hash.
func tagOf(sum [sha256.Size]byte) uint64 { return binary.LittleEndian.Uint64(sum[:]) }
