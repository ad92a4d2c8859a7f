package web

import (
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
)

// Bearer returns the token of the Authorization header; ok says that the
// header asks for that scheme, also when the token is empty.
func Bearer(r *http.Request) (token string, ok bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return strings.TrimSpace(token), true
}

// Safe reports whether the request's method changes nothing.
func Safe(r *http.Request) bool {
	return r.Method == http.MethodGet || r.Method == http.MethodHead
}

// CheckOrigin refuses a request that a page of another origin may have sent
// with the user's cookie: its Origin must be one of ours, and a request without
// one must carry its token itself. Requests that change nothing pass.
func CheckOrigin(r *http.Request, ours []string) error {
	if Safe(r) {
		return nil
	}
	if given := r.Header.Values("Origin"); len(given) > 0 {
		if len(given) == 1 && slices.Contains(ours, given[0]) {
			return nil
		}
		return errs.New(errs.ErrForbidden, "This request comes from a page of another site. Use the address of the backup service itself.")
	}
	if _, ok := Bearer(r); ok {
		return nil
	}
	return errs.New(errs.ErrForbidden, "A request that changes something needs an Origin header of ours or an Authorization: Bearer token; a cookie alone is not enough.")
}

// Address returns the IP address of the caller. It trusts no header that the
// caller could have written.
func Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// SecureHeaders tells browsers to keep nothing and to trust nothing in an
// answer that is data.
func SecureHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Strict-Transport-Security", "max-age=31536000")
	h.Set("X-Content-Type-Options", "nosniff")
}
