package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// structure checks a database file without its schema: that every tree of pages
// is one, that every row in it can be decoded, and that each page of the file has
// exactly one use. SQLite checks the same, but only after it has understood the
// whole schema, which it cannot where functions, collations or modules are the
// application's own. See https://www.sqlite.org/fileformat2.html for the format.
type structure struct {
	file    io.ReaderAt
	size    int   // of a page
	usable  int   // of a page, without what extensions reserve
	pages   int64 // of the file
	vacuums bool  // there are pages that map pages to their parents
	used    []uint64
	buffers [][]byte // one for each level of a tree
	spare   []byte
}

// root is the page where a tree begins.
type root struct {
	page     int64
	of       string // the table whose rows it holds or finds
	rows     bool   // it holds them
	numbered bool   // its keys are row numbers
	partial  bool   // it finds some of them only
}

// checkStructure checks the file of that many bytes, of which roots are all trees,
// tables before their indexes. Damage is an error for isDamage.
func checkStructure(ctx context.Context, file io.ReaderAt, size int64, roots []root) error {
	s, header, err := newStructure(file, size)
	if err != nil {
		return err
	}
	if err := s.freePages(ctx, header); err != nil {
		return err
	}
	count := map[string]int64{}
	for _, r := range roots {
		t := tree{structure: s, root: r, leaves: -1}
		if err := t.visit(ctx, r.page, 0, 0); err != nil {
			return err
		}
		if r.rows {
			count[r.of] = t.count
		} else if !r.partial && t.count != count[r.of] {
			return broken(r.page, fmt.Errorf("the index finds %d rows, its table has %d", t.count, count[r.of]))
		}
	}
	for page := int64(1); page <= s.pages; page++ {
		if !s.reserved(page) && !s.isUsed(page) {
			return broken(page, errors.New("it has no use"))
		}
	}
	return nil
}

func broken(page int64, why error) error {
	return fmt.Errorf("%w: page %d: %w", errDamaged, page, why)
}

// unread is of a page that could not be read: the file ends before it, or its disk fails.
func unread(page int64, err error) error {
	if errors.Is(err, io.EOF) {
		return broken(page, errors.New("it is not in the file"))
	}
	return fmt.Errorf("read page %d: %w", page, err)
}

const headerSize = 100

func newStructure(file io.ReaderAt, size int64) (*structure, []byte, error) {
	header := make([]byte, headerSize)
	if _, err := file.ReadAt(header, 0); err != nil {
		return nil, nil, unread(1, err)
	}
	s := &structure{file: file, size: int(binary.BigEndian.Uint16(header[16:]))}
	if s.size == 1 {
		s.size = 65536
	}
	s.usable = s.size - int(header[20])
	if s.size < 512 || s.size&(s.size-1) != 0 || s.usable < 480 {
		return nil, nil, broken(1, fmt.Errorf("the size of pages is %d", s.size))
	}
	s.pages = size / int64(s.size)
	s.vacuums = binary.BigEndian.Uint32(header[52:]) != 0
	s.used = make([]uint64, s.pages/64+1)
	s.spare = make([]byte, s.size)
	return s, header, nil
}

// lockPage is the page of which SQLite uses the bytes for locks only.
func (s *structure) lockPage() int64 { return 0x40000000/int64(s.size) + 1 }

// mapOf returns the page that maps page to its parent.
func (s *structure) mapOf(page int64) int64 {
	each := int64(s.usable/5 + 1)
	m := (page-2)/each*each + 2
	if m == s.lockPage() {
		m++
	}
	return m
}

// reserved reports whether a page is in no tree and no list.
func (s *structure) reserved(page int64) bool {
	return page == s.lockPage() || s.vacuums && page >= 2 && s.mapOf(page) == page
}

func (s *structure) isUsed(page int64) bool { return s.used[page/64]&(1<<(page%64)) != 0 }

// Why a page is used, as the pages that map pages to their parents have it.
const (
	useRoot byte = iota + 1
	useFree
	useOverflow
	useMoreOverflow
	useTree
)

// use notes the only use of a page.
func (s *structure) use(ctx context.Context, page, parent int64, why byte) error {
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case page < 1 || page > s.pages || s.reserved(page):
		return broken(parent, fmt.Errorf("it names page %d, which cannot be", page))
	case s.isUsed(page):
		return broken(page, errors.New("it is used twice"))
	}
	s.used[page/64] |= 1 << (page % 64)
	if !s.vacuums || page == 1 {
		return nil
	}
	if why == useRoot || why == useFree {
		parent = 0
	}
	var entry [5]byte
	m := s.mapOf(page)
	if _, err := s.file.ReadAt(entry[:], (m-1)*int64(s.size)+5*(page-m-1)); err != nil {
		return unread(m, err)
	}
	if entry[0] != why || int64(binary.BigEndian.Uint32(entry[1:])) != parent {
		return broken(m, fmt.Errorf("it maps page %d to another place", page))
	}
	return nil
}

// read reads a page into b.
func (s *structure) read(page int64, b []byte) error {
	if _, err := s.file.ReadAt(b, (page-1)*int64(s.size)); err != nil {
		return unread(page, err)
	}
	return nil
}

// buffer returns the buffer of a level.
func (s *structure) buffer(level int) []byte {
	for len(s.buffers) <= level {
		s.buffers = append(s.buffers, make([]byte, s.size))
	}
	return s.buffers[level]
}

// freePages walks the list of free pages.
func (s *structure) freePages(ctx context.Context, header []byte) error {
	trunk, left := int64(binary.BigEndian.Uint32(header[32:])), int64(binary.BigEndian.Uint32(header[36:]))
	b, from := s.buffer(0), int64(1)
	for ; trunk != 0; left-- {
		if err := s.use(ctx, trunk, from, useFree); err != nil {
			return err
		}
		if err := s.read(trunk, b); err != nil {
			return err
		}
		n := int64(binary.BigEndian.Uint32(b[4:]))
		if n > int64(s.usable/4-2) {
			return broken(trunk, fmt.Errorf("it lists %d free pages", n))
		}
		for i := range n {
			if err := s.use(ctx, int64(binary.BigEndian.Uint32(b[8+4*i:])), trunk, useFree); err != nil {
				return err
			}
		}
		left -= n
		from, trunk = trunk, int64(binary.BigEndian.Uint32(b))
	}
	if left != 0 {
		return broken(1, fmt.Errorf("the number of free pages is wrong by %d", left))
	}
	return nil
}
