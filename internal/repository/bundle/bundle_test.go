package bundle_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/bundle"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.UTC)

// packed is an entry as unpacking shows it.
type packed struct {
	Name, Content, Link string
	Mode                fs.FileMode
}

// packing is a bundle in memory.
type packing struct {
	bundle.Writer
	out bytes.Buffer
}

func pack(t *testing.T, format backup.Format) *packing {
	t.Helper()
	p := &packing{}
	w, err := bundle.New(format, &p.out)
	if err != nil {
		t.Fatal(err)
	}
	p.Writer = w
	t.Cleanup(func() { _ = w.Close() })
	return p
}

// add adds a file, a directory if it ends in a slash, or a link as "name -> target".
func (p *packing) add(name string) (note string, err error) {
	e := backup.Entry{Type: backup.TypeFile, Size: int64(len("content")), ModTime: noon, Mode: 0o640, UID: 7, GID: 8}
	name, to, link := strings.Cut(name, " -> ")
	if link {
		e.Type, e.Link, e.Size = backup.TypeSymlink, to, 0
	}
	name, isDir := strings.CutSuffix(name, "/")
	if isDir {
		e.Type, e.Size = backup.TypeDir, 0
	}
	return p.Add(e, name, func(w io.Writer) error { _, err := io.WriteString(w, "content"); return err })
}

func (p *packing) mustAdd(t *testing.T, names ...string) (notes []string) {
	t.Helper()
	for _, name := range names {
		note, err := p.add(name)
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		if note != "" {
			notes = append(notes, note)
		}
	}
	return notes
}

// unzip closes the bundle and reads it.
func (p *packing) unzip(t *testing.T) (all []packed) {
	t.Helper()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(p.out.Bytes()), int64(p.out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		x := packed{Name: f.Name, Content: string(content), Mode: f.Mode()}
		if f.Mode().Type() == fs.ModeSymlink {
			x.Link, x.Content = x.Content, ""
		}
		all = append(all, x)
	}
	return all
}

// untar closes the bundle and reads it.
func (p *packing) untar(t *testing.T) (all []packed) {
	t.Helper()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := zstd.NewReader(&p.out)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	in := tar.NewReader(d)
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if !h.ModTime.Equal(noon) || h.Uid != 7 || h.Gid != 8 {
			t.Errorf("%s: %v of %d:%d", h.Name, h.ModTime, h.Uid, h.Gid)
		}
		all = append(all, packed{h.Name, string(content), h.Linkname, h.FileInfo().Mode()})
	}
}

// Names that unpacking could be led astray by.
func astray() []string {
	return []string{
		"../a", "a/../../b", "..", ".", "", "/etc/passwd", "a//b", "a/./b", "a/..", "nul\x00byte",
		"link/under a link", "deep/link/x/y",
	}
}

func TestNamesThatLeadElsewhereAreRefused(t *testing.T) {
	t.Parallel()
	for _, format := range []backup.Format{backup.FormatZip, backup.FormatTar} {
		for _, name := range astray() {
			p := pack(t, format)
			p.mustAdd(t, "link -> /etc", "deep/link -> ..")
			called := false
			e := backup.Entry{Type: backup.TypeFile, Size: 1}
			if _, err := p.Add(e, name, func(io.Writer) error { called = true; return nil }); !errors.Is(err, errs.ErrCorrupt) || called {
				t.Errorf("%s of %q = %v, content asked for: %v", format, name, err, called)
			}
		}
	}
}

func TestTarKeepsNamesAsTheyAre(t *testing.T) {
	t.Parallel()
	p := pack(t, backup.FormatTar)
	long := strings.Repeat("ы", 120)
	notes := p.mustAdd(t, "d/", "d/\xff\xfe", "d/con", "d/"+long, "d/up -> ../\xff", "link -> /etc")
	want := []packed{
		{"d/", "", "", fs.ModeDir | 0o640},
		{"d/\xff\xfe", "content", "", 0o640},
		{"d/con", "content", "", 0o640},
		{"d/" + long, "content", "", 0o640},
		{"d/up", "", "../\xff", fs.ModeSymlink | 0o640},
		{"link", "", "/etc", fs.ModeSymlink | 0o640},
	}
	if diff := cmp.Diff(want, p.untar(t)); diff != "" || notes != nil {
		t.Errorf("notes %q (-want +got):\n%s", notes, diff)
	}
}

func TestZipHasOnlyNamesThatMeanTheSameEverywhere(t *testing.T) {
	t.Parallel()
	p := pack(t, backup.FormatZip)
	odd := []string{
		`d/a\..\..\b`, "d/C:", "d/x:y", "d/.. ", "d/...", "d/con", "d/COM1.txt", "d/nul.tar.gz", "d/a<b.jpg", "d/a>b.jpg", "d/\xff", "d/\xfe",
		"d/line\nbreak", "d/" + strings.Repeat("x", 300) + ".jpg", "d/dot.", "d/" + strings.Repeat("ы", 200), "d/a\u0085",
	}
	notes := p.mustAdd(t, append([]string{"d/", "d/Фото 1.jpg"}, odd...)...)
	if len(notes) != len(odd) {
		t.Errorf("%d notes of %d names: %q", len(notes), len(odd), notes)
	}
	seen := map[string]bool{}
	for i, x := range p.unzip(t) {
		lower := strings.ToLower(x.Name)
		if !filepath.IsLocal(x.Name) || strings.ContainsAny(x.Name, "\\:<>\n") || !utf8.ValidString(x.Name) || seen[lower] || len(x.Name) > 2+255 {
			t.Errorf("%q became %q", odd[max(0, i-2)], x.Name)
		}
		seen[lower] = true
		if ext := filepath.Ext(x.Name); strings.HasSuffix(odd[max(0, i-2)], ".jpg") && ext != ".jpg" {
			t.Errorf("%q became %q", odd[max(0, i-2)], x.Name)
		}
	}
	if !seen["d/фото 1.jpg"] {
		t.Errorf("a plain name was changed: %v", seen)
	}
}

func TestZipHasOnlyLinksThatStayInside(t *testing.T) {
	t.Parallel()
	p := pack(t, backup.FormatZip)
	notes := p.mustAdd(t, "top/", "top/in -> a", "top/a/up -> ../b", "top/a/dot -> .././b", "lone -> elsewhere",
		"top/out -> ..", "top/abs -> /etc", "top/a/far -> ../../etc", "top/beside -> ../topmost", `top/back -> a\..\..`, "top/in\xff -> con",
		"top/through -> in/../../b")
	var links []string
	for _, x := range p.unzip(t) {
		if x.Link != "" {
			links = append(links, x.Name+" -> "+x.Link)
		}
	}
	if diff := cmp.Diff([]string{"top/in -> a", "top/a/up -> ../b", "top/a/dot -> .././b"}, links); diff != "" || len(notes) != 8 {
		t.Errorf("%d notes (-want +got):\n%s", len(notes), diff)
	}
}

// What is called otherwise in the zip is looked at as it is called there.
func TestNothingIsBelowALinkInTheZip(t *testing.T) {
	t.Parallel()
	p := pack(t, backup.FormatZip)
	p.mustAdd(t, "top/", "top/a:b -> x")
	written := ""
	for _, x := range p.unzip(t) {
		if x.Link != "" {
			written = x.Name
		}
	}
	p = pack(t, backup.FormatZip)
	p.mustAdd(t, "top/", "top/a:b -> x")
	if _, err := p.add(written + "/evil"); !errors.Is(err, errs.ErrCorrupt) {
		t.Errorf("%s/evil: %v", written, err)
	}
}

func TestRawIsOneFile(t *testing.T) {
	t.Parallel()
	p := pack(t, backup.FormatRaw)
	if err := p.Close(); err == nil {
		t.Error("a raw export of nothing could be closed")
	}
	p.mustAdd(t, "a")
	if _, err := p.add("b"); err == nil || p.out.String() != "content" {
		t.Errorf("second file: %v; written %q", err, &p.out)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}

// A content that is shorter or longer than its entry says makes no bundle.
func TestTarNoticesContentOfAnotherSize(t *testing.T) {
	t.Parallel()
	for _, content := range []string{"short", "much longer than said"} {
		p := pack(t, backup.FormatTar)
		_, err := p.Add(backup.Entry{Type: backup.TypeFile, Size: 10}, "a", func(w io.Writer) error { _, err := io.WriteString(w, content); return err })
		if cerr := p.Close(); err == nil && cerr == nil {
			t.Errorf("%q passed", content)
		}
	}
}

// A bundle whose file failed is not one that could be taken for whole.
func TestContentThatFailsIsTheError(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for _, format := range []backup.Format{backup.FormatRaw, backup.FormatZip, backup.FormatTar} {
		p := pack(t, format)
		_, err := p.Add(backup.Entry{Type: backup.TypeFile, Size: 10}, "a", func(io.Writer) error { return broken })
		if !errors.Is(err, broken) {
			t.Errorf("%s: %v", format, err)
		}
	}
}
