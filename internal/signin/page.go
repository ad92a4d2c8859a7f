package signin

import (
	"fmt"
	"html"
	"maps"
	"net/http"
	"strings"

	"github.com/vertex-ar/backup/internal/web"
)

// wantsPage reports whether a person waits for the answer: a browser that goes
// to one of our pages asks for HTML, scripts do not.
func wantsPage(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "text/html")
}

// errorPage takes title, title and detail, which are escaped.
const errorPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>%s</title>
<h1>%s</h1>
<p>%s</p>
<p><a href="/auth/login">Sign in again</a></p>
</html>
`

// writePage answers with a page that says what p does.
func writePage(w http.ResponseWriter, p *web.Problem) {
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.Status)
	title := html.EscapeString(p.Title)
	_, _ = fmt.Fprintf(w, errorPage, title, title, html.EscapeString(p.Detail)) // the caller has gone away: nobody to tell
}
