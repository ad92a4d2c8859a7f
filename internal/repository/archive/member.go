package archive

import (
	"crypto/sha256"
	"errors"
	"hash"
	"io"

	"github.com/vertex-ar/backup/internal/backup"
)

// Member is what [Writer.Add] writes.
type Member struct {
	// Entry describes it; SHA256 and Extents are not looked at.
	Entry backup.Entry
	// Content is read once, up to Entry.Size; nil if there is none.
	Content io.Reader
	// SHA256, if not nil, is the hash of Content, which then is not hashed again.
	SHA256 *[sha256.Size]byte
	// Progress, if not nil, is called with increments of content written.
	Progress func(bytes int64)
	// Done is called once, after the member's bytes were written and if all its
	// content could be read. It is called by the Writer's goroutine, in the
	// order of members, and must not block.
	Done func(Placement)
}

// Placement says what a member's content was and where it lies.
type Placement struct {
	Size    int64 // as read; less than the entry's if the file had become shorter
	SHA256  [sha256.Size]byte
	Extents []backup.Extent
}

// ContentError is an error of a Member's Content, of which the archive took no harm.
type ContentError struct{ Err error }

// Error returns the text of the error of Content.
func (e *ContentError) Error() string { return "reading content: " + e.Err.Error() }

// Unwrap returns the error of Content.
func (e *ContentError) Unwrap() error { return e.Err }

// member is a Member on its way.
type member struct {
	Member
	sum    hash.Hash // of the content; nil if there is none or it is known
	left   int64     // content bytes that the header promises and that are not laid yet
	err    error     // of Content
	placed Placement
}

func newMember(m Member) *member {
	p := &member{Member: m, left: m.Entry.Size}
	switch {
	case m.SHA256 != nil:
		p.placed.SHA256 = *m.SHA256
	case m.Entry.Type == backup.TypeFile:
		p.sum = sha256.New()
	}
	return p
}

// fill lays the next content into b and zero bytes behind it, and returns how
// much content that was.
func (m *member) fill(b []byte) int {
	want := int(min(int64(len(b)), m.left))
	m.left -= int64(want)
	got := m.read(b[:want])
	clear(b[got:])
	m.placed.Size += int64(got)
	return got
}

// read fills b from Content. It comes back short at the end and after an error;
// from then on there is no more.
func (m *member) read(b []byte) int {
	if m.Content == nil {
		return 0
	}
	n, err := io.ReadFull(m.Content, b)
	if err != nil {
		m.Content = nil
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
			m.err = err
		}
	}
	return n
}

// place notes that a block of the member, hashed, was written as a frame.
func (m *member) place(b *block, archive string, offset int64) {
	if b.run > 0 || len(m.placed.Extents) == 0 {
		e := backup.Extent{Archive: archive, Offset: offset, Length: int64(len(b.framed))}
		if b.run > 0 {
			e.Start, e.Size = int64(b.start), int64(b.run)
		}
		m.placed.Extents = append(m.placed.Extents, e)
	}
	if m.Progress != nil && b.run > 0 {
		m.Progress(int64(b.run))
	}
	if b.last && m.err == nil && m.Done != nil {
		if m.sum != nil {
			m.sum.Sum(m.placed.SHA256[:0])
		}
		m.Done(m.placed)
	}
}
