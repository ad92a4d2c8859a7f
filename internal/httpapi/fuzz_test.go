package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
)

// FuzzRequest sends anything to every route: the answer is JSON, and what cannot
// be read is the caller's fault.
func FuzzRequest(f *testing.F) {
	for _, body := range []string{
		`{"type":"full","note":"x"}`, `{"backup_path":"` + backupID + `","verify_checksum":true,"paths":["storage/a"]}`,
		`{"max_backups":3,"dry_run":true}`, `{"deep":true}`, `[]`, `{"type":{}}`, "\xff",
	} {
		for _, path := range []string{"/backups/create", "/backups/restore", "/backups/rotate", "/backups/" + backupID + "/verify"} {
			f.Add(http.MethodPost, path, body)
		}
	}
	f.Add(http.MethodGet, "/backups/list?cursor=x&limit=-1&date_from=yesterday", "")
	f.Add(http.MethodGet, "/backups/"+backupID+"/files?prefix=..%2f&limit=99999999999999999999", "")
	f.Add(http.MethodDelete, "/backups/"+backupID+"?force=perhaps", "")
	f.Fuzz(func(t *testing.T, method, target, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || !strings.HasPrefix(target, "/") {
			t.Skip("no server passes that on")
		}
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Method, r.URL, r.RequestURI = method, u, target
		r.Header.Set("Authorization", "Bearer token")
		r.Header.Set("Content-Type", "application/json")
		b := newBench(t, admin)
		b.service.backup, b.service.operation = sample(), operation(backup.VerbVerify, backup.StatusCompleted)
		w := b.do(r)
		if w.Code >= http.StatusInternalServerError && w.Code != http.StatusNotImplemented {
			t.Errorf("%s %s = %d %s", method, target, w.Code, w.Body)
		}
		if answer := w.Body.Bytes(); len(answer) > 0 && !json.Valid(answer) {
			t.Errorf("%s %s = %d %q", method, target, w.Code, answer)
		}
	})
}
