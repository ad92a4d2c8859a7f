package app_test

import (
	"encoding/base64"
	"io/fs"
	"net/http"
	"testing"

	"github.com/vertex-ar/backup/functions/admin/web"
)

// pageStatus is what the page is answered with: it need not be built for tests.
func pageStatus() int {
	if _, err := fs.Stat(web.Files(), "index.html"); err != nil {
		return http.StatusServiceUnavailable
	}
	return http.StatusOK
}

// TestCompressedPageTravelsAsBase64 asks the real function, as API Gateway
// would: what is no text must not be sent as text.
func TestCompressedPageTravelsAsBase64(t *testing.T) {
	want, err := fs.ReadFile(web.Files(), "index.html.br")
	if err != nil {
		t.Skip("the admin page is not built; make web builds it")
	}
	c := newCloud(t)
	a := decodeAnswer(t, c.invoke(t, "admin-page-brotli"))
	got, err := base64.StdEncoding.DecodeString(a.Body)
	if err != nil || !a.Encoded || string(got) != string(want) {
		t.Errorf("base64 %v, %d bytes, want %d (%v)", a.Encoded, len(got), len(want), err)
	}
	if got := a.Headers["Content-Encoding"]; got != "br" {
		t.Errorf("Content-Encoding %q", got)
	}
}
