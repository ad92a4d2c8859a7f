package bundle

import (
	"archive/zip"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"

	"github.com/vertex-ar/backup/internal/backup"
)

// level is fast, and sees when content does not become smaller.
const level = 3

// zipped is a zip. Its names are text that no system takes for something else;
// it keeps times to the second, and modes where there are some.
type zipped struct {
	zip   *zip.Writer
	flate *flate.Writer // one for all entries
}

func newZip(w io.Writer) *zipped {
	z := &zipped{zip: zip.NewWriter(w)}
	z.zip.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		if z.flate == nil {
			var err error
			z.flate, err = flate.NewWriter(out, level)
			return z.flate, err
		}
		z.flate.Reset(out)
		return z.flate, nil
	})
	return z
}

// Add implements Writer. A link that leads out of what is packed is left out:
// unpacked elsewhere it would lead to something else.
func (z *zipped) Add(e backup.Entry, name string, content func(io.Writer) error) (string, error) {
	safe := safeName(name)
	note := ""
	if safe != name {
		note = fmt.Sprintf("is called %q in the zip, since its name could not be kept", safe)
	}
	if e.Type == backup.TypeSymlink && !staysInside(name, e.Link) {
		return "is a link that leads elsewhere, so it is not in the zip", nil
	}
	// Deflate also for what cannot be compressed: what is only stored cannot be
	// unpacked as a stream if its size was not known before.
	h := &zip.FileHeader{Name: safe, Method: zip.Deflate, Modified: e.ModTime}
	mode := fs.FileMode(e.Mode & 0o777)
	switch e.Type {
	case backup.TypeDir:
		h.Name, h.Method, mode = safe+"/", zip.Store, mode|fs.ModeDir
	case backup.TypeSymlink:
		mode |= fs.ModeSymlink
		content = func(w io.Writer) error { _, err := io.WriteString(w, e.Link); return err }
	case backup.TypeFile:
	}
	h.SetMode(mode)
	w, err := z.zip.CreateHeader(h)
	if err != nil {
		return "", fmt.Errorf("zip header of %.200q: %w", name, err)
	}
	if e.Type == backup.TypeDir {
		return note, nil
	}
	return note, content(w)
}

// Close implements Writer.
func (z *zipped) Close() error { return z.zip.Close() }

// staysInside reports whether the link of an entry leads to the topmost directory
// of the entry or below it, to where unpacking will have put what it means. One
// that goes up again after a name might do so from where another link leads.
func staysInside(name, link string) bool {
	named := false
	for e := range strings.SplitSeq(link, "/") {
		switch e {
		case "", ".":
		case "..":
			if named {
				return false
			}
		default:
			if !safe(e) {
				return false
			}
			named = true
		}
	}
	top, _, below := strings.Cut(name, "/")
	to := path.Join(path.Dir(name), link)
	return below && !path.IsAbs(link) && (to == top || strings.HasPrefix(to, top+"/"))
}
