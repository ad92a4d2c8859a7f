package backup

import (
	"context"
	"errors"
	"io"
	"iter"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/vertex-ar/backup/internal/errs"
)

// maxZipEntries bounds the list of entries that a zip ends in, which its writer
// keeps in memory.
const maxZipEntries = 250_000

// chosen is what a request for an export means in a backup.
type chosen struct {
	dir    bool  // a directory, or the whole backup
	entry  Entry // of the file, or of the directory if it has one
	format Format
	name   string // to save it as
}

// choose finds what the request names.
func (r ExportRequest) choose(from Reader) (chosen, error) {
	if r.Path == "" {
		return r.form(chosen{dir: true, name: string(r.ID)}, FormatTar)
	}
	e, err := entryAt(from, string(r.Path))
	switch {
	case errors.Is(err, errs.ErrNotFound):
		if err := r.contained(from); err != nil {
			return chosen{}, err
		}
	case err != nil:
		return chosen{}, err
	}
	c := chosen{dir: e.Type != TypeFile, entry: e, name: fileName(string(r.Path))}
	switch e.Type {
	case TypeSymlink:
		return c, errs.New(errs.ErrInvalid, "%s is a link to %s. Download what it leads to.", Printable(e.Path), Printable(e.Link))
	case TypeFile:
		return r.form(c, FormatRaw)
	case TypeDir:
	}
	return r.form(c, FormatZip)
}

// contained makes sure that there is something below the path.
func (r ExportRequest) contained(from Reader) error {
	first, end := below(string(r.Path))
	for _, err := range from.Between(first, end, nil) {
		return err
	}
	return noSuchEntry(r.ID, string(r.Path))
}

// form decides on the format.
func (r ExportRequest) form(c chosen, usual Format) (chosen, error) {
	c.format = r.Format
	if c.format == "" {
		c.format = usual
	}
	if c.format == FormatRaw {
		if c.dir {
			return c, errs.New(errs.ErrInvalid, "Only a single file can be downloaded raw. Choose zip or tar.zst.")
		}
		return c, nil
	}
	c.name += "." + string(c.format)
	return c, nil
}

// maxName is the longest name of a file that is offered to be saved, without
// what is added for the format, in bytes.
const maxName = 200

// fileName returns the last element of a path as text. One that is very long is
// cut before its extension.
func fileName(p string) string {
	name := strings.ToValidUTF8(path.Base(p), "\uFFFD")
	if len(name) <= maxName {
		return name
	}
	ext := path.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	stem := name[:maxName-len(ext)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return stem + ext
}

// objectName returns a name of few plain characters that is like another.
func objectName(name string) string {
	const longest = 80
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '.':
			return r
		}
		return '_'
	}, name)
	plain = plain[max(0, len(plain)-longest):]
	return "_" + strings.TrimLeft(plain, "._")
}

// exportRun is the making of one export.
type exportRun struct {
	req    ExportRequest
	chosen chosen
	meter  *meter
	found  notices
}

// prepare finds what is to be exported, and makes sure that it can be.
func (x *exportRun) prepare(ctx context.Context, from Reader) (err error) {
	if x.chosen, err = x.req.choose(from); err != nil {
		return err
	}
	return admit(ctx, x.req.ID, from, x.req.AllowUnsigned)
}

// entries yields what is to be exported, a directory before what is in it.
func (x *exportRun) entries(from Reader) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if x.chosen.entry.Path != "" && !yield(x.chosen.entry, nil) || !x.chosen.dir {
			return
		}
		first, end := below(string(x.req.Path))
		from.Between(first, end, nil)(yield)
	}
}

// count sets the totals of the progress.
func (x *exportRun) count(from Reader) error {
	x.meter.phase("export", 0, 0)
	entries := 0
	for e, err := range x.entries(from) {
		if err != nil {
			return err
		}
		if entries++; entries > maxZipEntries && x.chosen.format == FormatZip {
			return errs.New(errs.ErrInvalid, "A zip holds at most %d files and directories, and here are more. Choose tar.zst.", maxZipEntries)
		}
		if e.Type == TypeFile {
			x.meter.grow(1, e.Size)
		}
	}
	return nil
}

// fill adds to an export what belongs into it.
func (x *exportRun) fill(ctx context.Context, from Reader, to Bundle) error {
	if err := believe(x.req.ID, from, x.req.AllowUnsigned); err != nil { // another reader than that of prepare
		return err
	}
	if err := x.count(from); err != nil {
		return err
	}
	x.found = notices{}
	parent := len(string(x.req.Path)) - len(path.Base(string(x.req.Path)))
	if x.req.Path == "" {
		parent = 0
	}
	for e, err := range x.entries(from) {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		note, err := to.Add(e, e.Path[parent:], func(w io.Writer) error {
			return from.Fetch(ctx, e, counting{w, x.meter})
		})
		if err != nil {
			return err
		}
		if note != "" {
			x.found.report(Notice{Path: e.Path, Text: note})
		}
		if e.Type == TypeFile {
			x.meter.add(1, 0)
		}
	}
	return nil
}

// counting counts the bytes that pass.
type counting struct {
	io.Writer

	meter *meter
}

// Write implements io.Writer.
func (c counting) Write(b []byte) (int, error) {
	n, err := c.Writer.Write(b)
	c.meter.add(0, int64(n))
	return n, err
}
