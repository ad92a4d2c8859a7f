package adminpage_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/vertex-ar/backup/internal/adminpage"
)

const brotli = "\x0b\x02\x80\xff\xfebrotli"

func page(t *testing.T) http.Handler {
	t.Helper()
	return handler(t, fstest.MapFS{
		".gitkeep":              {},
		"index.html":            {Data: []byte("<!doctype html><p>page</p>")},
		"index.html.br":         {Data: []byte(brotli)},
		"index.html.gz":         {Data: []byte("gzip")},
		"assets/app-a1b2.js":    {Data: []byte("script")},
		"assets/app-a1b2.js.gz": {Data: []byte("gzipped script")},
		"assets/icon-c3d4.svg":  {Data: []byte("<svg/>")},
	})
}

func handler(t *testing.T, files fstest.MapFS) http.Handler {
	t.Helper()
	h, err := adminpage.Handler(files)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

type answer struct {
	status int
	header http.Header
	body   string
}

func ask(t *testing.T, h http.Handler, method, path string, headers ...string) answer {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{status: w.Code, header: w.Header(), body: w.Body.String()}
}

func TestEveryAddressOfThePageIsTheDocument(t *testing.T) {
	for _, path := range []string{
		"/admin/backups", "/admin/backups/", "/admin/backups/20261122-020000-full-k3x9qa",
		"/admin/backups/20261122-020000-full-k3x9qa/files?prefix=a%2Fb", "/admin/backups/schedule", "/admin/backups/no/such/view",
	} {
		res := ask(t, page(t), http.MethodGet, path)
		if res.status != http.StatusOK || res.body != "<!doctype html><p>page</p>" {
			t.Errorf("%s: %d", path, res.status)
		}
		if got := res.header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
	}
}

func TestOtherAddressesLeadToThePage(t *testing.T) {
	for _, path := range []string{"/", "/admin", "/admin/"} {
		res := ask(t, page(t), http.MethodGet, path)
		if got := res.header.Get("Location"); res.status != http.StatusSeeOther || got != "/admin/backups" {
			t.Errorf("%s: %d %q", path, res.status, got)
		}
	}
}

func TestAssetsAreKeptForEver(t *testing.T) {
	res := ask(t, page(t), http.MethodGet, "/admin/assets/app-a1b2.js")
	if got := res.body; got != "script" {
		t.Errorf("body %q", got)
	}
	for name, want := range map[string]string{
		"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": "text/javascript; charset=utf-8",
		"Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff",
	} {
		if got := res.header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	for _, path := range []string{
		"/admin/assets/app-0000.js", "/admin/assets/", "/admin/assets/../index.html", "/admin/assets/index.html", "/admin/index.html",
		"/admin/assets/app-a1b2.js.gz", "/admin/backupsx", "/admin/.gitkeep", "/admin/assets/%00", "/admin/assets",
	} {
		res := ask(t, page(t), http.MethodGet, path)
		if res.status != http.StatusNotFound || res.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d", path, res.status)
		}
		if got := res.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
	}
}

func TestTheBestCodingThatTheCallerTakesIsSent(t *testing.T) {
	for _, tc := range []struct{ path, accept, coding, body string }{
		{"/admin/backups", "gzip, deflate, br, zstd", "br", brotli},
		{"/admin/backups", "gzip;q=1.0, br;q=0.1", "br", brotli},
		{"/admin/backups", "BR", "br", brotli},
		{"/admin/backups", "br;q=0, gzip", "gzip", "gzip"},
		{"/admin/backups", "br; q=0.000, gzip; q=bad", "", "<!doctype html><p>page</p>"},
		{"/admin/backups", "identity", "", "<!doctype html><p>page</p>"},
		{"/admin/backups", "*", "", "<!doctype html><p>page</p>"},
		{"/admin/assets/app-a1b2.js", "br, gzip", "gzip", "gzipped script"},
		{"/admin/assets/icon-c3d4.svg", "br, gzip", "", "<svg/>"},
	} {
		res := ask(t, page(t), http.MethodGet, tc.path, "Accept-Encoding", tc.accept)
		if got := res.header.Get("Content-Encoding"); got != tc.coding || res.body != tc.body {
			t.Errorf("%s with %q: coding %q", tc.path, tc.accept, got)
		}
	}
}

func TestAnUnchangedDocumentIsNotSentAgain(t *testing.T) {
	h := page(t)
	first := ask(t, h, http.MethodGet, "/admin/backups", "Accept-Encoding", "br")
	tag := first.header.Get("Etag")
	again := ask(t, h, http.MethodGet, "/admin/backups/schedule", "Accept-Encoding", "br", "If-None-Match", `"x", W/`+tag)
	if again.status != http.StatusNotModified || again.body != "" || again.header.Get("Content-Security-Policy") == "" {
		t.Errorf("status %d", again.status)
	}
	plain := ask(t, h, http.MethodGet, "/admin/backups", "If-None-Match", tag)
	if plain.status != http.StatusOK || plain.header.Get("Etag") == tag {
		t.Errorf("the plain form is taken for the compressed one: %d", plain.status)
	}
}

func TestHeadIsAnsweredWithoutABody(t *testing.T) {
	res := ask(t, page(t), http.MethodHead, "/admin/backups")
	if got := res.body; res.status != http.StatusOK || got != "" || res.header.Get("Content-Length") != "26" {
		t.Errorf("%d, %q, length %q", res.status, got, res.header.Get("Content-Length"))
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	res := ask(t, page(t), http.MethodPost, "/admin/backups")
	if res.status != http.StatusMethodNotAllowed || res.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("%d, Allow %q", res.status, res.header.Get("Allow"))
	}
}

func TestThePageMayLoadOnlyItsOwn(t *testing.T) {
	got := ask(t, page(t), http.MethodGet, "/admin/backups").header
	for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(got.Get("Content-Security-Policy"), part) {
			t.Errorf("the policy lacks %s", part)
		}
	}
	if strings.Contains(got.Get("Content-Security-Policy"), "unsafe") {
		t.Error("the policy allows what is unsafe")
	}
}

func TestAPageThatIsNotBuiltSaysSo(t *testing.T) {
	res := ask(t, handler(t, fstest.MapFS{".gitkeep": {}}), http.MethodGet, "/admin/backups")
	if got := res.body; res.status != http.StatusServiceUnavailable || !strings.Contains(got, "make web") {
		t.Errorf("%d: %s", res.status, got)
	}
}
