package adminpage

import (
	"io/fs"
	"net/http"
	"strings"

	"github.com/vertex-ar/backup/internal/web"
)

// Handler serves the page that files hold: index.html and assets/. Without
// index.html every address of the page says that it is not built.
func Handler(files fs.FS) (http.Handler, error) {
	loaded, err := load(files)
	if err != nil {
		return nil, err
	}
	return &handler{files: loaded}, nil
}

// Ours reports whether a path is one that [Handler] answers.
func Ours(path string) bool {
	return path == "/" || path == "/admin" || strings.HasPrefix(path, "/admin/")
}

type handler struct {
	files map[string]file // by name below the root
}

// ServeHTTP answers one request.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	if !web.Safe(r) {
		w.Header().Set("Allow", "GET, HEAD")
		web.WriteProblem(w, r, web.NewProblem(http.StatusMethodNotAllowed, "This address knows only GET and HEAD."))
		return
	}
	path := r.URL.Path
	switch {
	case path == "/" || path == "/admin" || path == "/admin/":
		http.Redirect(w, r, home, http.StatusSeeOther)
	case path == home || strings.HasPrefix(path, home+"/"):
		h.index(w, r)
	default:
		h.asset(w, r)
	}
}

// index answers with the document.
func (h *handler) index(w http.ResponseWriter, r *http.Request) {
	f, built := h.files[indexName]
	if !built {
		notBuilt(w)
		return
	}
	// May be kept, must be asked for.
	w.Header().Set("Cache-Control", "no-cache")
	f.serve(w, r)
}

// asset answers with what the document refers to.
func (h *handler) asset(w http.ResponseWriter, r *http.Request) {
	name, below := strings.CutPrefix(r.URL.Path, assetsPath)
	f, found := h.files[assetsDir+name]
	if !below || !found {
		// A page from before an update asks for what is no longer there.
		web.WriteProblem(w, r, web.NewProblem(http.StatusNotFound, "There is nothing at this address. The admin page is at "+home+"."))
		return
	}
	w.Header().Set("Cache-Control", assetsAge)
	f.serve(w, r)
}

// policy allows the page its own files and the API, and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secure sets the headers of every answer.
func secure(h http.Header) {
	web.SecureHeaders(h)
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("X-Frame-Options", "DENY")
}

const notBuiltPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Vertex AR Backup</title>
<h1>The admin page is not built</h1>
<p>The service runs, but this program was compiled without the page. Run <code>make web</code>,
then build and start it again. The API is described at <a href="/openapi.json">/openapi.json</a>.</p>
</html>
`

// notBuilt answers in place of a page that is not there.
func notBuilt(w http.ResponseWriter) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(notBuiltPage)) // the caller has gone away: nobody to tell
}
