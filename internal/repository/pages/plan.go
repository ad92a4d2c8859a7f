package pages

import (
	"errors"
	"iter"

	"github.com/vertex-ar/backup/internal/backup"
)

// Plan says where a content lies: in runs of archives, and in holes, which are
// pages to be stored.
type Plan struct {
	// Extents make up the content. Those without an archive are holes, of any size.
	Extents []backup.Extent
	// Size is that of the content.
	Size int64
	// Changed is the size of all holes.
	Changed int64
}

// Holes yields the runs of the content that have to be stored, in order.
func (p Plan) Holes() iter.Seq2[int64, int64] {
	return func(yield func(offset, size int64) bool) {
		var at int64
		for _, x := range p.Extents {
			if isHole(x) && !yield(at, x.Size) {
				return
			}
			at += x.Size
		}
	}
}

// Fill returns the plan's extents with the holes filled by stored, which is
// where the bytes of all holes lie, one after another.
func (p Plan) Fill(stored []backup.Extent) ([]backup.Extent, error) {
	filled := make([]backup.Extent, 0, len(p.Extents)+len(stored))
	from := cursor{extents: stored}
	for _, x := range p.Extents {
		if !isHole(x) {
			filled = join(filled, x)
			continue
		}
		for left := x.Size; left > 0; {
			piece, ok := from.take(left)
			if !ok {
				return nil, errors.New("pages: less was stored than is missing")
			}
			left -= piece.Size
			filled = join(filled, piece)
		}
	}
	return filled, nil
}

// join appends x to extents, or to the last of them if x goes on where that ends.
func join(extents []backup.Extent, x backup.Extent) []backup.Extent {
	if n := len(extents); n > 0 {
		last := &extents[n-1]
		if last.Archive == x.Archive && last.Offset == x.Offset && (isHole(x) || last.Start+last.Size == x.Start) {
			last.Size += x.Size
			return extents
		}
	}
	return append(extents, x)
}

// isHole reports whether an extent is yet to be stored.
func isHole(x backup.Extent) bool { return x.Archive == "" }

// cursor goes through extents.
type cursor struct {
	extents []backup.Extent
	used    int64 // bytes of the first one
}

// take returns the next bytes, at most n of them, as far as they lie in one
// extent. ok is false if there are no more.
func (c *cursor) take(n int64) (x backup.Extent, ok bool) {
	if len(c.extents) == 0 {
		return x, false
	}
	x = c.extents[0]
	x.Start += c.used
	x.Size -= c.used
	if x.Size <= n {
		c.extents, c.used = c.extents[1:], 0
		return x, true
	}
	x.Size = n
	c.used += n
	return x, true
}
