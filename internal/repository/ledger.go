package repository

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/archive"
)

// maxClaims is how many claims on one archive a ledger gives; there are more only
// if very many files have the same content.
const maxClaims = 64 << 10

// ledger lists, for each archive, the entries whose content lies in it whole. It
// is in a scratch file, so that memory grows with the number of archives only.
type ledger struct {
	file  *scratch
	out   *bufio.Writer
	end   int64
	last  map[string]int64 // where the last record of an archive ends; each says where the one before does
	buf   []byte
	doubt bits // entries that are not listed and have content
}

func newLedger(dir string) (*ledger, error) {
	file, err := newScratch(dir)
	if err != nil {
		return nil, err
	}
	return &ledger{file: file, out: bufio.NewWriterSize(file, 64<<10), last: map[string]int64{}}, nil
}

// add lists the entry of that number, if all of its content lies in one archive, in
// frames that follow each other. Else it is in doubt.
func (l *ledger) add(number int64, e backup.Entry) error {
	if e.Size == 0 {
		if e.Type == backup.TypeFile && !empty(e) {
			l.doubt.set(number)
		}
		return nil
	}
	name := e.Extents[0].Archive
	for i, x := range e.Extents[1:] {
		if before := e.Extents[i]; x.Archive != name || x.Offset != before.Offset+before.Length {
			l.doubt.set(number)
			return nil
		}
	}
	l.buf = appendClaim(l.buf[:0], l.last[name], number, e)
	// The length comes last: records are read from the end of the list.
	l.buf = binary.LittleEndian.AppendUint32(l.buf, uint32(len(l.buf))) //nolint:gosec // an entry is bounded
	if _, err := l.out.Write(l.buf); err != nil {
		return fmt.Errorf("list contents: %w", err)
	}
	l.end += int64(len(l.buf))
	l.last[name] = l.end
	return nil
}

func appendClaim(b []byte, before, number int64, e backup.Entry) []byte {
	b = binary.AppendVarint(b, before)
	b = binary.AppendVarint(b, number)
	b = append(b, e.SHA256[:]...)
	if archive.OfDatabase(e.Path) {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	b = binary.AppendVarint(b, e.Extents[0].Offset)
	for _, x := range e.Extents {
		b = binary.AppendVarint(b, x.Length)
		b = binary.AppendVarint(b, x.Start)
		b = binary.AppendVarint(b, x.Size)
	}
	return b
}

// ready ends the listing.
func (l *ledger) ready() error { return l.out.Flush() }

// claims returns the entries that lie in an archive, and the numbers of those that
// would be too many.
func (l *ledger) claims(name string) (claims []archive.Claim, rest []int64, err error) {
	for end := l.last[name]; end > 0; {
		c, before, err := l.read(end, name)
		if err != nil {
			return nil, nil, err
		}
		end = before
		if len(claims) < maxClaims {
			claims = append(claims, c)
		} else {
			rest = append(rest, c.Number)
		}
	}
	slices.Reverse(claims)
	return claims, rest, nil
}

// read reads the record that ends at end.
func (l *ledger) read(end int64, name string) (c archive.Claim, before int64, err error) {
	tail := make([]byte, min(end, 256))
	if _, err := l.file.file.ReadAt(tail, end-int64(len(tail))); err != nil {
		return c, 0, fmt.Errorf("read contents: %w", err)
	}
	n := int64(binary.LittleEndian.Uint32(tail[len(tail)-4:]))
	if n > int64(len(tail)-4) {
		tail = make([]byte, n+4)
		if _, err := l.file.file.ReadAt(tail, end-n-4); err != nil {
			return c, 0, fmt.Errorf("read contents: %w", err)
		}
	}
	r := record{tail[int64(len(tail))-4-n : len(tail)-4]}
	before = r.number()
	c.Number = r.number()
	copy(c.Entry.SHA256[:], r.bytes(len(c.Entry.SHA256)))
	c.Entry.Path = string(backup.ComponentStorage)
	if r.bytes(1)[0] == 1 {
		c.Entry.Path = backup.DatabasePath
	}
	for offset := r.number(); len(r.rest) > 0; {
		x := backup.Extent{Archive: name, Offset: offset, Length: r.number(), Start: r.number(), Size: r.number()}
		c.Entry.Extents = append(c.Entry.Extents, x)
		c.Entry.Size += x.Size
		offset += x.Length
	}
	return c, before, nil
}

// free frees the file, if there is one; it holds nothing that anybody needs.
func (l *ledger) free() {
	if l != nil {
		_ = l.file.Close()
	}
}

// record is what is left of a ledger's record.
type record struct{ rest []byte }

func (r *record) number() int64 {
	v, n := binary.Varint(r.rest)
	r.rest = r.rest[n:]
	return v
}

func (r *record) bytes(n int) []byte {
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// bits is a set of numbers.
type bits []uint64

func (b *bits) set(n int64) {
	for int64(len(*b)) <= n/64 {
		*b = append(*b, 0)
	}
	(*b)[n/64] |= 1 << (n % 64)
}

func (b *bits) has(n int64) bool { return n/64 < int64(len(*b)) && (*b)[n/64]&(1<<(n%64)) != 0 }
