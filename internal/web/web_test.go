package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/web"
)

func TestAddressIsThatOfTheConnection(t *testing.T) {
	for remote, want := range map[string]string{
		"203.0.113.7:4711": "203.0.113.7", "[2001:db8::1]:4711": "2001:db8::1", "203.0.113.7": "203.0.113.7", "": "",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = remote
		r.Header.Set("X-Forwarded-For", "198.51.100.1")
		r.Header.Set("Forwarded", "for=198.51.100.1")
		if got := web.Address(r); got != want {
			t.Errorf("%q: %q", remote, got)
		}
	}
}

func TestProblemDoesNotRepeatALongPath(t *testing.T) {
	for path, want := range map[string]string{
		"/backups/list": "/backups/list", "/a%22b": "/a%22b", "/" + strings.Repeat("a", 5000): "",
	} {
		p := web.NewProblem(http.StatusNotFound, "x")
		p.At(httptest.NewRequest(http.MethodGet, path, nil))
		if p.Instance != want {
			t.Errorf("%.20q: %q", path, p.Instance)
		}
	}
}

// auditor keeps one line.
type auditor struct{ entry backup.AuditEntry }

func (a *auditor) AppendAudit(_ context.Context, e backup.AuditEntry) error {
	a.entry = e
	return nil
}

func TestLongFieldsOfAnAuditLineStayText(t *testing.T) {
	for shift := range 3 {
		var a auditor
		long := strings.Repeat("a", shift) + strings.Repeat("\u0436\u20ac", 1000)
		web.Audit(t.Context(), nil, &a, backup.AuditEntry{Subject: long, Detail: long})
		for _, got := range []string{a.entry.Subject, a.entry.Detail} {
			if len(got) > 510 || !utf8.ValidString(got) || !strings.HasPrefix(long, strings.TrimSuffix(got, "\u2026")) {
				t.Errorf("%d bytes: %q", len(got), got)
			}
		}
	}
}
