package archive

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/frame"
	"github.com/vertex-ar/backup/internal/repository/sha256x2"
)

// Claim is what an entry says of its content, all of which lies in one archive.
type Claim struct {
	Number int64 // the caller's
	Entry  backup.Entry
	// Held is set by [Source.Scan]: the archive holds that content, and
	// [Contents.WriteTo] would write it.
	Held bool
}

// Scan reads an archive from in to its end, once, and finds out which claims it
// holds. Of one that it does not find held only Contents can tell: claims that
// overlap are not looked at, nor those after a frame that is damaged. sum, if not
// nil, is given the archive; progress is called with how much of that was read.
// The end of in is nil; a frame that is damaged is errs.ErrCorrupt.
func (s *Source) Scan(in io.Reader, claims []Claim, sum hash.Hash, progress func(bytes int64)) error {
	slices.SortStableFunc(claims, func(a, b Claim) int { return cmp.Compare(a.offset(), b.offset()) })
	c := &scan{claims: claims}
	frames := frame.NewReader(in, s.decoder)
	for {
		f, err := frames.Next()
		if err == io.EOF { //nolint:errorlint // the stream's own end only, as Next says
			return nil
		}
		if err == nil && f.Payload != nil {
			err = fmt.Errorf("a skippable frame in an archive: %w", errs.ErrCorrupt)
		}
		if err != nil {
			return err
		}
		content := c.pass(f)
		sha256x2.Write(sum, f.Framed, c.sum, content)
		c.passed()
		progress(f.Length)
	}
}

func (c *Claim) offset() int64 { return c.Entry.Extents[0].Offset }

// same reports whether two claims are the same of the same content.
func (c *Claim) same(o *Claim) bool {
	return c.Entry.SHA256 == o.Entry.SHA256 && OfDatabase(c.Entry.Path) == OfDatabase(o.Entry.Path) && slices.Equal(c.Entry.Extents, o.Entry.Extents)
}

// scan compares the frames of an archive with claims on them, one at a time.
type scan struct {
	claims []Claim   // not begun, in order of offset
	group  []Claim   // those that begin where the one does that is looked at, which is the first
	next   int       // its extent that comes next
	sum    hash.Hash // of its content so far; nil if none is looked at
	origin origin
}

// pass returns what of a frame is the content that is looked at.
func (c *scan) pass(f frame.Frame) []byte {
	if c.sum == nil && !c.begin(f.Offset) {
		return nil
	}
	e := c.group[0].Entry
	x := e.Extents[c.next]
	content, err := run(x, f.Content)
	if err == nil {
		err = c.origin.check(e, x, f.Content)
	}
	if err != nil || x.Offset != f.Offset || x.Length != f.Length {
		c.sum = nil
		return nil
	}
	return content
}

// begin looks at the next claim, if its content begins at offset.
func (c *scan) begin(offset int64) bool {
	for len(c.claims) > 0 && c.claims[0].offset() < offset { // where no frame begins, or within another's
		c.claims = c.claims[1:]
	}
	n := 0
	for n < len(c.claims) && c.claims[n].offset() == offset {
		n++
	}
	if n == 0 {
		return false
	}
	c.group, c.claims = c.claims[:n], c.claims[n:]
	c.next, c.sum, c.origin = 0, sha256.New(), origin{}
	return true
}

// passed ends the claim that is looked at if all of its content has passed.
func (c *scan) passed() {
	if c.sum == nil {
		return
	}
	if c.next++; c.next < len(c.group[0].Entry.Extents) {
		return
	}
	held := [sha256.Size]byte(c.sum.Sum(nil)) == c.group[0].Entry.SHA256
	for i := range c.group {
		c.group[i].Held = held && c.group[i].same(&c.group[0])
	}
	c.sum = nil
}
