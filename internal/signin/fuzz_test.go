package signin_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/vertex-ar/backup/internal/signin"
	"github.com/vertex-ar/backup/internal/signin/signintest"
)

// fuzzed returns the pages, with an issuer, and its verifier.
func fuzzed(f *testing.F) (http.Handler, *signin.Verifier) {
	f.Helper()
	b := &bench{clock: &clock{start}}
	v := newVerifier(signintest.New(f), b.clock)
	return signin.Handler(signin.Config{
		Verifier: v, PublicURL: publicURL, Key: []byte("a key of the tests, long enough"),
		Audit: b, Now: b.clock.now, Log: slog.New(slog.DiscardHandler),
	}), v
}

// FuzzCookies comes back from the issuer with any cookies and any answer of it:
// nobody gets in.
func FuzzCookies(f *testing.F) {
	h, v := fuzzed(f)
	f.Add("", "", "state=x&code=y")
	f.Add("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", "error=access_denied")
	f.Fuzz(func(t *testing.T, pending, session, query string) {
		r := httptest.NewRequest(http.MethodGet, "/auth/callback", nil)
		r.URL.RawQuery = query
		r.AddCookie(&http.Cookie{Name: "__Host-signin", Value: pending})
		r.AddCookie(&http.Cookie{Name: signin.CookieName(publicURL), Value: session})
		if actor, err := v.Authenticate(r); err == nil || actor.Subject != "" || actor.Role != "" {
			t.Errorf("%q is %+v", session, actor)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code < http.StatusBadRequest || w.Code >= http.StatusInternalServerError {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	})
}

// FuzzReturnTo asks to be sent anywhere after the sign-in: whatever is accepted is
// a page of ours to a browser.
func FuzzReturnTo(f *testing.F) {
	h, _ := fuzzed(f)
	base, err := url.Parse(publicURL + "/auth/callback")
	if err != nil {
		f.Fatal(err)
	}
	for _, to := range []string{"/admin/backups", "//evil.example.com", `/\evil.example.com`, "/%2f/evil", "https://evil.example.com", "/\t/evil.example.com", "/a?b#c"} {
		f.Add(to, "0")
	}
	f.Fuzz(func(t *testing.T, to, age string) {
		r := httptest.NewRequest(http.MethodGet, "/auth/login?"+url.Values{"return_to": {to}, "max_age": {age}}.Encode(), nil)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		if w.Code != http.StatusSeeOther {
			return
		}
		if u, err := base.Parse(to); err != nil || u.Host != base.Host || u.Scheme != base.Scheme {
			t.Errorf("%q is accepted and leads to %v, %v", to, u, err)
		}
	})
}
