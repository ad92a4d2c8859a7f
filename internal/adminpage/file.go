package adminpage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// file is one file in all the forms in which it can be sent.
type file struct {
	contentType string
	etag        string            // of what is plain; each form adds its name
	forms       map[string][]byte // by content coding; "" is plain
}

// endings names the content codings by the endings of their files, the better
// one first.
func endings() []struct{ coding, ending string } {
	return []struct{ coding, ending string }{{"br", ".br"}, {"gzip", ".gz"}}
}

// load reads all files with their compressed forms.
func load(files fs.FS) (map[string]file, error) {
	loaded := map[string]file{}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || compressed(name) || strings.HasPrefix(entry.Name(), ".") {
			return err
		}
		loaded[name], err = loadFile(files, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the admin page: %w", err)
	}
	return loaded, nil
}

func compressed(name string) bool {
	for _, e := range endings() {
		if strings.HasSuffix(name, e.ending) {
			return true
		}
	}
	return false
}

func loadFile(files fs.FS, name string) (file, error) {
	plain, err := fs.ReadFile(files, name)
	if err != nil {
		return file{}, err
	}
	sum := sha256.Sum256(plain)
	f := file{contentType: typeOf(name), etag: hex.EncodeToString(sum[:8]), forms: map[string][]byte{"": plain}}
	for _, e := range endings() {
		if content, err := fs.ReadFile(files, name+e.ending); err == nil {
			f.forms[e.coding] = content
		}
	}
	return f, nil
}

// typeOf names the types that the page is made of. What the system thinks of
// endings does not matter.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return contentType
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json":
		return "application/json"
	case ".woff2":
		return "font/woff2"
	}
	return "application/octet-stream"
}

// serve sends f in the best form that the caller takes.
func (f file) serve(w http.ResponseWriter, r *http.Request) {
	coding := f.coding(r.Header.Values("Accept-Encoding"))
	etag := `"` + f.etag + coding + `"`
	h := w.Header()
	h.Set("Vary", "Accept-Encoding")
	h.Set("Etag", etag)
	if matches(r.Header.Values("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("Content-Type", f.contentType)
	h.Set("Content-Length", strconv.Itoa(len(f.forms[coding])))
	if r.Method != http.MethodHead {
		_, _ = w.Write(f.forms[coding]) // the caller has gone away: nobody to tell
	}
}

// coding chooses among f's forms by the Accept-Encoding of a request.
func (f file) coding(accepted []string) string {
	for _, e := range endings() {
		if _, has := f.forms[e.coding]; has && accepts(accepted, e.coding) {
			return e.coding
		}
	}
	return ""
}

// accepts reports whether Accept-Encoding names a coding and does not weigh it
// as nothing.
func accepts(values []string, coding string) bool {
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, weight, _ := strings.Cut(item, ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			return !refused(weight)
		}
	}
	return false
}

// refused reports whether a weight such as q=0.0 is nothing.
func refused(weight string) bool {
	number, given := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(weight), " ", ""), "q=")
	q, err := strconv.ParseFloat(number, 64)
	return given && (err != nil || q <= 0)
}

// matches reports whether If-None-Match names an entity tag.
func matches(values []string, etag string) bool {
	for item := range strings.SplitSeq(strings.Join(values, ","), ",") {
		if item = strings.TrimSpace(item); item == "*" || strings.TrimPrefix(item, "W/") == etag {
			return true
		}
	}
	return false
}
