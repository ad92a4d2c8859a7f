package bundle

import (
	"fmt"
	"io"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// Writer writes one file.
type Writer interface {
	// Add writes an entry under a name, which is any bytes that a path may be.
	// content writes exactly the bytes of a file; of nothing else it is called. A
	// note, if it is not "", says in a sentence's end what became of the entry.
	Add(e backup.Entry, name string, content func(w io.Writer) error) (note string, err error)
	// Close ends the file, not the io.Writer below.
	Close() error
}

// New returns a Writer of a format.
func New(format backup.Format, w io.Writer) (Writer, error) {
	switch format {
	case backup.FormatRaw:
		return &raw{out: w}, nil
	case backup.FormatZip:
		return newGuarded(newZip(w), safeName), nil
	case backup.FormatTar:
		t, err := newTar(w)
		return newGuarded(t, func(name string) string { return name }), err
	}
	return nil, errs.New(errs.ErrInvalid, "There is no format %q.", format)
}

// raw is the content of one file and nothing else.
type raw struct {
	out  io.Writer
	done bool
}

// Add implements Writer.
func (r *raw) Add(e backup.Entry, name string, content func(io.Writer) error) (string, error) {
	if r.done || e.Type != backup.TypeFile {
		return "", fmt.Errorf("%.200q is not the one file: %w", name, errs.ErrInvalid)
	}
	r.done = true
	return "", content(r.out)
}

// Close implements Writer.
func (r *raw) Close() error {
	if !r.done {
		return fmt.Errorf("no file: %w", errs.ErrInvalid)
	}
	return nil
}
