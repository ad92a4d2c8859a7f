package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// The kinds of pages in a tree.
const (
	interiorIndex byte = 0x02
	interiorTable byte = 0x05
	leafIndex     byte = 0x0a
	leafTable     byte = 0x0d
)

// deepest is more than a tree of 2^32 pages can have.
const deepest = 40

// tree is one tree of a structure while it is walked, in the order of its keys.
type tree struct {
	*structure
	root

	leaves int   // the depth of all leaves, -1 before the first
	row    int64 // the greatest row number so far
	any    bool  // there was one
	count  int64 // of the rows so far
	spans  []span
}

// span is a run of bytes of a page that is in use.
type span struct{ from, to int }

// visit walks the page and all below it.
func (t *tree) visit(ctx context.Context, page, parent int64, depth int) error {
	why := useTree
	if depth == 0 {
		why = useRoot
	}
	if err := t.use(ctx, page, parent, why); err != nil {
		return err
	}
	if depth > deepest {
		return broken(page, errors.New("the tree is too deep"))
	}
	b := t.buffer(depth)
	if err := t.read(page, b); err != nil {
		return err
	}
	p, err := t.layout(page, b, depth)
	if err != nil {
		return err
	}
	if err := t.covered(p); err != nil {
		return err
	}
	for i := range p.cells {
		if err := t.cell(ctx, p, i); err != nil {
			return err
		}
	}
	if p.leaf {
		return nil
	}
	return t.visit(ctx, p.last, page, depth+1)
}

// treePage is a page of a tree, its header understood.
type treePage struct {
	number  int64
	depth   int
	bytes   []byte
	at      int // where its header begins
	leaf    bool
	cells   int
	content int   // where cells may begin
	last    int64 // the page after all keys, in interior pages
	array   int   // where the places of cells stand
}

// layout reads the header of a page.
func (t *tree) layout(page int64, b []byte, depth int) (treePage, error) {
	p := treePage{number: page, depth: depth, bytes: b}
	if page == 1 {
		p.at = headerSize
	}
	kind := b[p.at]
	table := kind == leafTable || kind == interiorTable
	p.leaf = kind == leafTable || kind == leafIndex
	switch {
	case !table && kind != leafIndex && kind != interiorIndex:
		return p, broken(page, fmt.Errorf("its kind is %d", kind))
	case table != t.numbered:
		return p, broken(page, errors.New("it belongs to another kind of tree"))
	case p.leaf && t.leaves >= 0 && t.leaves != depth:
		return p, broken(page, errors.New("it is a leaf in the wrong depth"))
	}
	p.cells = int(binary.BigEndian.Uint16(b[p.at+3:]))
	if depth > 0 && p.cells == 0 {
		return p, broken(page, errors.New("it holds nothing"))
	}
	p.content = int(binary.BigEndian.Uint16(b[p.at+5:]))
	if p.content == 0 {
		p.content = 65536
	}
	p.array = p.at + 8
	if p.leaf {
		t.leaves = depth
	} else {
		p.array += 4
		p.last = int64(binary.BigEndian.Uint32(b[p.at+8:]))
	}
	if p.array+2*p.cells > p.content || p.content > t.usable {
		return p, broken(page, errors.New("its cells do not fit"))
	}
	return p, nil
}

// covered makes sure that every byte of the page has one use: no cells or
// free blocks lie over each other, and what lies between them is counted.
func (t *tree) covered(p treePage) error {
	t.spans = t.spans[:0]
	for i := range p.cells {
		c, ok := t.parse(p, i)
		if !ok {
			return broken(p.number, fmt.Errorf("cell %d does not fit", i))
		}
		t.spans = append(t.spans, span{c.at, c.at + c.size})
	}
	for free, before := int(binary.BigEndian.Uint16(p.bytes[p.at+1:])), 0; free != 0; {
		if free <= before || free < p.content || free+4 > t.usable {
			return broken(p.number, errors.New("its free blocks do not fit"))
		}
		size := int(binary.BigEndian.Uint16(p.bytes[free+2:]))
		if size < 4 || free+size > t.usable {
			return broken(p.number, errors.New("its free blocks do not fit"))
		}
		t.spans = append(t.spans, span{free, free + size})
		before, free = free, int(binary.BigEndian.Uint16(p.bytes[free:]))
	}
	slices.SortFunc(t.spans, func(a, b span) int { return a.from - b.from })
	end, gaps := p.content, 0
	for _, s := range t.spans {
		if s.from < end {
			return broken(p.number, errors.New("two cells lie over each other"))
		}
		gaps += s.from - end
		end = s.to
	}
	if gaps += t.usable - end; gaps != int(p.bytes[p.at+7]) {
		return broken(p.number, fmt.Errorf("%d bytes are in no use, it counts %d", gaps, p.bytes[p.at+7]))
	}
	return nil
}

// cell is one key of a page, with its content.
type cell struct {
	at, size int    // the cell
	child    int64  // the page before it, in interior pages
	row      int64  // in tables
	payload  int64  // bytes of the content
	local    []byte // those of them that stand here
	overflow int64  // the page where the others begin, 0 if there are none
}

// parse reads cell i of a page.
func (t *tree) parse(p treePage, i int) (c cell, ok bool) {
	c.at = int(binary.BigEndian.Uint16(p.bytes[p.array+2*i:]))
	if c.at < p.content || c.at+4 > t.usable {
		return c, false
	}
	b := p.bytes[c.at:t.usable]
	at := 0
	if !p.leaf {
		c.child = int64(binary.BigEndian.Uint32(b))
		at = 4
	}
	if p.leaf || !t.numbered {
		payload, n := varint(b[at:])
		if n == 0 || payload < 1 {
			return c, false
		}
		c.payload = payload
		at += n
	}
	if t.numbered {
		row, n := varint(b[at:])
		if n == 0 {
			return c, false
		}
		c.row = row
		at += n
	}
	if c.payload > 0 {
		local := t.local(c.payload)
		end := at + local
		if int64(local) < c.payload {
			end += 4
		}
		if end > len(b) {
			return c, false
		}
		c.local = b[at : at+local]
		if int64(local) < c.payload {
			c.overflow = int64(binary.BigEndian.Uint32(b[at+local:]))
		}
		at = end
	}
	c.size = max(at, 4)
	return c, c.size <= len(b)
}

// local returns how many bytes of a content stand in the page itself.
func (t *tree) local(payload int64) int {
	most := t.usable - 35
	if !t.numbered {
		most = (t.usable-12)*64/255 - 23
	}
	if payload <= int64(most) {
		return int(payload)
	}
	least := (t.usable-12)*32/255 - 23
	n := least + int((payload-int64(least))%int64(t.usable-4))
	if n <= most {
		return n
	}
	return least
}

// varint reads one of SQLite's integers of one to nine bytes; n is 0 when b ends before it does.
func varint(b []byte) (v int64, n int) {
	var u uint64
	for i := range min(9, len(b)) {
		if i == 8 {
			return int64(u<<8 | uint64(b[i])), 9 //nolint:gosec // it is meant to wrap
		}
		u = u<<7 | uint64(b[i]&0x7f)
		if b[i] < 0x80 {
			return int64(u), i + 1 //nolint:gosec // at most 56 bits
		}
	}
	return 0, 0
}

// cell checks cell i of a page and what it leads to.
func (t *tree) cell(ctx context.Context, p treePage, i int) error {
	c, _ := t.parse(p, i) // covered has done it before
	if !p.leaf {
		if err := t.visit(ctx, c.child, p.number, p.depth+1); err != nil {
			return err
		}
	}
	if t.numbered {
		// The key of an interior page may be the last one below it.
		if t.any && (c.row < t.row || p.leaf && c.row == t.row) {
			return broken(p.number, fmt.Errorf("row %d comes after row %d", c.row, t.row))
		}
		t.row, t.any = c.row, true
	}
	if c.payload == 0 {
		return nil
	}
	t.count++
	return t.content(ctx, p.number, c)
}

// longestHeader is the header of a record of as many columns as a table can have.
const longestHeader = 3 + 3*32767

// content makes sure that the content of a cell is there and is a record.
func (t *tree) content(ctx context.Context, page int64, c cell) error {
	head, n := varint(c.local)
	if !t.rows {
		head = 0 // what stands in an index can be made anew
	} else if n == 0 || head < int64(n) || head > min(c.payload, longestHeader) {
		return broken(page, fmt.Errorf("a record has a header of %d bytes", head))
	}
	header := c.local[:min(head, int64(len(c.local)))]
	if c.overflow != 0 {
		var err error
		if header, err = t.overflow(ctx, page, c, head); err != nil {
			return err
		}
	}
	if !t.rows {
		return nil
	}
	left := c.payload - head
	for header = header[n:]; len(header) > 0; {
		kind, n := varint(header)
		if n == 0 {
			return broken(page, errors.New("the header of a record ends too early"))
		}
		header = header[n:]
		size, ok := valueSize(kind)
		if !ok || size > left {
			return broken(page, errors.New("a record is longer than it says"))
		}
		left -= size
	}
	if left != 0 {
		return broken(page, errors.New("a record is shorter than it says"))
	}
	return nil
}

// valueSize returns how many bytes a value of a kind has.
func valueSize(kind int64) (int64, bool) {
	switch {
	case kind < 0 || kind == 10 || kind == 11:
		return 0, false
	case kind >= 12:
		return (kind - 12) / 2, true
	}
	return [10]int64{0, 1, 2, 3, 4, 6, 8, 8, 0, 0}[kind], true
}

// overflow walks the pages that continue a content, and returns its first head bytes.
func (t *tree) overflow(ctx context.Context, page int64, c cell, head int64) ([]byte, error) {
	header := slices.Clone(c.local[:min(head, int64(len(c.local)))])
	left := c.payload - int64(len(c.local))
	b := t.spare
	from, next, why := page, c.overflow, useOverflow
	for left > 0 {
		if err := t.use(ctx, next, from, why); err != nil {
			return nil, err
		}
		if err := t.read(next, b); err != nil {
			return nil, err
		}
		here := min(left, int64(t.usable-4))
		if missing := head - int64(len(header)); missing > 0 {
			header = append(header, b[4:4+min(missing, here)]...)
		}
		left -= here
		from, next, why = next, int64(binary.BigEndian.Uint32(b)), useMoreOverflow
	}
	if next != 0 {
		return nil, broken(from, errors.New("it goes on after the end of a content"))
	}
	return header, nil
}
