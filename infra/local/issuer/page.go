package issuer

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page
	"encoding/base64"
	"html/template"
	"net/http"

	"golang.org/x/text/language"
)

//go:embed login.html
var loginHTML string

//go:embed login.css
var loginCSS string

// page renders the login page.
type page struct {
	template *template.Template
	policy   string // Content-Security-Policy
}

// view is what the page shows. Without a flag it is the empty form.
type view struct {
	Username string
	Wrong    bool // the password was wrong
	TooMany  bool // too many were
	Ended    bool // there is no sign-in to go on with
	Text     texts
	Style    template.CSS
}

func newPage() *page {
	sum := sha256.Sum256([]byte(loginCSS))
	return &page{
		template: template.Must(template.New("login").Parse(loginHTML)),
		policy: "default-src 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; " +
			"form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	}
}

// show writes the page in the language that the browser prefers.
func (p *page) show(w http.ResponseWriter, r *http.Request, status int, v view) {
	v.Style = template.CSS(loginCSS) //nolint:gosec // our own file
	v.Text = textsFor(r.Header.Get("Accept-Language"))
	var body bytes.Buffer
	if err := p.template.Execute(&body, v); err != nil {
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.Text.Lang)
	h.Set("Content-Security-Policy", p.policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Vary", "Accept-Language")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w) // the browser may be gone
}

// textsFor picks Russian or English.
func textsFor(accept string) texts {
	_, i := language.MatchStrings(language.NewMatcher([]language.Tag{language.English, language.Russian}), accept)
	return []texts{english(), russian()}[i]
}
