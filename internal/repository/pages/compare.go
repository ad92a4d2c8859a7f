package pages

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
)

// ErrTooMuch is the answer of a Comparer as soon as so much has changed that only
// a complete copy can be worthwhile.
var ErrTooMuch = errors.New("pages: too much has changed")

// Base is an earlier content.
type Base struct {
	List    *Reader
	Extents []backup.Extent
	// Whole reports whether an archive can be built upon.
	Whole func(archive string) bool
}

// Comparer compares the pages of a content with those of an earlier one.
type Comparer struct {
	base Base
	from cursor // through the base's extents
	at   int64  // where the next page begins
	plan Plan

	pieces []backup.Extent // of the page at hand
}

// NewComparer returns a Comparer for a content of this size.
func NewComparer(base Base, size int64) *Comparer {
	return &Comparer{base: base, from: cursor{extents: base.Extents}, plan: Plan{Size: size}}
}

// Take compares the next pages, of which it gets the hashes, one behind
// another. It is errs.ErrCorrupt if the base's list is damaged.
func (c *Comparer) Take(hashes []byte) error {
	for ; len(hashes) > 0; hashes = hashes[HashSize:] {
		if err := c.page(hashes[:HashSize]); err != nil {
			return err
		}
	}
	if !c.plan.small() {
		return ErrTooMuch
	}
	return nil
}

// Plan returns the plan once all pages have been compared.
func (c *Comparer) Plan() (Plan, error) {
	if c.at != c.plan.Size {
		return Plan{}, fmt.Errorf("pages: %d of %d bytes were compared", c.at, c.plan.Size)
	}
	return c.plan, nil
}

// page compares the next page.
func (c *Comparer) page(hash []byte) error {
	size := min(Size, c.plan.Size-c.at)
	if size < 1 {
		return errors.New("pages: more pages than the content has")
	}
	same, err := c.same(hash, size)
	if err != nil {
		return err
	}
	if whole := c.advance(); same && whole {
		for _, x := range c.pieces {
			c.plan.Extents = join(c.plan.Extents, x)
		}
	} else {
		c.plan.Extents = join(c.plan.Extents, backup.Extent{Size: size})
		c.plan.Changed += size
	}
	c.at += size
	return nil
}

// there returns how many bytes of the next page the base has.
func (c *Comparer) there() int64 { return max(0, min(Size, c.base.List.Header().Size-c.at)) }

// same reports whether the base has the next page with that size and hash.
func (c *Comparer) same(hash []byte, size int64) (bool, error) {
	if c.there() == 0 {
		return false, nil
	}
	old, err := c.base.List.Next()
	if err != nil {
		return false, err
	}
	return c.there() == size && bytes.Equal(old, hash), nil
}

// advance finds where the base has the next page, and reports whether that is
// whole in the store.
func (c *Comparer) advance() (whole bool) {
	c.pieces, whole = c.pieces[:0], true
	for left := c.there(); left > 0; {
		x, ok := c.from.take(left)
		if !ok {
			return false
		}
		left -= x.Size
		c.pieces = append(c.pieces, x)
		whole = whole && c.base.Whole(x.Archive)
	}
	return whole
}
