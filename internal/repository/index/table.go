package index

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/vertex-ar/backup/internal/tempfile"
)

const (
	firstSlots = 1 << 12 // a power of two
	slotLen    = 16      // tag and position
	copyLen    = 4096    // slots that are read at once when the table grows
)

// table is a hash table of open addressing in a file.
type table struct {
	file *tempfile.File
	size int64 // in slots, a power of two
	used int64
}

func newTable(dir string, size int64) (*table, error) {
	f, err := newFile(dir)
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(size * slotLen); err != nil {
		return nil, errors.Join(fmt.Errorf("index: %w", err), f.Close())
	}
	return &table{file: f, size: size}, nil
}

func (t *table) close() error { return t.file.Close() }

// home returns the slot where the search for a tag begins.
func (t *table) home(tag uint64) int64 { return int64(tag & uint64(t.size-1)) } //nolint:gosec // less than size

func (t *table) next(slot int64) int64 { return (slot + 1) & (t.size - 1) }

func (t *table) read(slot int64) (tag uint64, position int64, err error) {
	var b [slotLen]byte
	if _, err := t.file.ReadAt(b[:], slot*slotLen); err != nil {
		return 0, 0, fmt.Errorf("index: %w", err)
	}
	tag, position = decodeSlot(b[:])
	return tag, position, nil
}

func decodeSlot(b []byte) (tag uint64, position int64) {
	return binary.LittleEndian.Uint64(b), int64(binary.LittleEndian.Uint64(b[8:])) //nolint:gosec // as it was written
}

// write fills an empty slot.
func (t *table) write(slot int64, tag uint64, position int64) error {
	var b [slotLen]byte
	binary.LittleEndian.PutUint64(b[:], tag)
	binary.LittleEndian.PutUint64(b[8:], uint64(position)) //nolint:gosec // positive
	if _, err := t.file.WriteAt(b[:], slot*slotLen); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	t.used++
	return nil
}

// grown returns t, or a table of twice its size with the same content if t is
// half full. With an error it returns t.
func (t *table) grown(dir string) (*table, error) {
	if 2*t.used < t.size {
		return t, nil
	}
	larger, err := newTable(dir, 2*t.size)
	if err != nil {
		return t, err
	}
	if err := t.copyTo(larger); err != nil {
		return t, errors.Join(err, larger.close())
	}
	return larger, t.close()
}

func (t *table) copyTo(larger *table) error {
	b := make([]byte, copyLen*slotLen)
	for at := int64(0); at < t.size; at += copyLen {
		if _, err := t.file.ReadAt(b, at*slotLen); err != nil {
			return fmt.Errorf("index: %w", err)
		}
		for i := 0; i < len(b); i += slotLen {
			tag, position := decodeSlot(b[i:])
			if position == 0 {
				continue
			}
			if err := larger.insert(tag, position); err != nil {
				return err
			}
		}
	}
	return nil
}

// insert fills the first empty slot from a tag's home.
func (t *table) insert(tag uint64, position int64) error {
	for slot := t.home(tag); ; slot = t.next(slot) {
		_, taken, err := t.read(slot)
		if err != nil {
			return err
		}
		if taken == 0 {
			return t.write(slot, tag, position)
		}
	}
}

func newFile(dir string) (*tempfile.File, error) {
	f, err := tempfile.New(dir)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return f, nil
}
