package repository

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/vertex-ar/backup/internal/repository/pages"
)

// changedPages reads the pages of a database that are to be stored, one behind
// another, and checks that each is what it was when it was compared.
type changedPages struct {
	content io.Reader // from at on
	hashes  *scratch
	holes   [][2]int64 // offset and size
	at      int64
	page    []byte // not read yet
	buf     [pages.Size]byte
}

func newChangedPages(content io.Reader, d *delta) *changedPages {
	c := &changedPages{content: content, hashes: d.hashes}
	for offset, size := range d.plan.Holes() {
		c.holes = append(c.holes, [2]int64{offset, size})
	}
	return c
}

// Read implements io.Reader.
func (c *changedPages) Read(b []byte) (int, error) {
	if len(c.page) == 0 {
		if err := c.next(); err != nil {
			return 0, err
		}
	}
	n := copy(b, c.page)
	c.page = c.page[n:]
	return n, nil
}

// next reads the next page.
func (c *changedPages) next() error {
	if len(c.holes) == 0 {
		return io.EOF
	}
	offset, left := c.holes[0][0], c.holes[0][1]
	if err := c.skip(offset - c.at); err != nil {
		return err
	}
	page := c.buf[:min(left, pages.Size)]
	if _, err := io.ReadFull(c.content, page); err != nil {
		return errChanged(err)
	}
	if err := c.check(page, offset); err != nil {
		return err
	}
	c.page, c.at = page, offset+int64(len(page))
	if c.holes[0] = [2]int64{c.at, left - int64(len(page))}; c.holes[0][1] == 0 {
		c.holes = c.holes[1:]
	}
	return nil
}

// skip passes over what need not be stored.
func (c *changedPages) skip(n int64) (err error) {
	if n == 0 {
		return nil
	}
	if s, ok := c.content.(io.Seeker); ok {
		_, err = s.Seek(n, io.SeekCurrent)
	} else {
		_, err = io.CopyN(io.Discard, c.content, n)
	}
	return errChanged(err)
}

// check compares a page's hash with that of the first reading.
func (c *changedPages) check(page []byte, offset int64) error {
	var want [pages.HashSize]byte
	if _, err := c.hashes.file.ReadAt(want[:], offset/pages.Size*pages.HashSize); err != nil {
		return fmt.Errorf("page hashes: %w", err)
	}
	if sum := sha256.Sum256(page); !bytes.Equal(sum[:], want[:]) {
		return errors.New("it changed while it was being read")
	}
	return nil
}

// errChanged explains why a content that was whole before has ended.
func errChanged(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it became shorter while it was being read")
	}
	return err
}
