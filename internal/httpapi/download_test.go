package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// exported is an export that has ended.
func exported() backup.Operation {
	o := operation(backup.VerbExport, backup.StatusCompleted)
	o.Export = &backup.ExportRequest{ID: backupID, Path: "storage/a\xff", Format: backup.FormatZip}
	o.ExportResult = &backup.Export{Name: "a\uFFFD.zip", Size: 4096, SHA256: "ef56", ExpiresAt: now.AddDate(0, 0, 1)}
	return o
}

const exportURL = "https://bucket.example.com/exports/x?signature=abc"

func TestDownloadsAreWrittenDown(t *testing.T) {
	for _, method := range []string{"GET", "HEAD"} {
		b := newBench(t, admin)
		b.service.operation = exported()
		b.do(request(method, "/backups/"+backupID+"/download?path=storage/a&format=zip", ""))
		want := []backup.AuditEntry{{
			Time: now, Address: "203.0.113.7", Actor: "admin@example.com (a1)", Role: backup.RoleAdmin, Action: "download", Subject: backupID,
			Outcome: "completed", Status: 200, Detail: "The download is ready.", Arguments: map[string]string{"path": "storage/a", "format": "zip"},
		}}
		if diff := cmp.Diff(want, b.audit.entries); diff != "" {
			t.Errorf("%s: audit (-want +got):\n%s", method, diff)
		}
	}
}

func TestPagesElsewhereStartNoDownload(t *testing.T) {
	b := newBench(t, admin)
	for site, status := range map[string]int{"cross-site": 403, "same-origin": 200, "none": 200} {
		b.service.calls, b.service.operation = nil, exported()
		r := request("GET", "/backups/"+backupID+"/download", "")
		r.Header.Set("Sec-Fetch-Site", site)
		if w := b.do(r); w.Code != status || len(b.service.calls) > 0 != (status == 200) {
			t.Errorf("%s: status %d, asked of the service: %v", site, w.Code, b.service.calls)
		}
	}
}

func TestWhatCannotBeDownloadedIsRefused(t *testing.T) {
	for _, query := range []string{
		"path=../etc/passwd", "path=storage//a", "path=/storage", "path=a%00b", "path=storage%0Aa", "path_base64=%25", "path=a&path_base64=YQ==",
		"path_base64=Li4=", "format=rar", "pth=storage/a",
	} {
		b := newBench(t, admin)
		wantProblem(t, b.do(request("GET", "/backups/"+backupID+"/download?"+query, "")), http.StatusUnprocessableEntity)
		if len(b.service.calls) > 0 {
			t.Errorf("%s: the service was asked %v", query, b.service.calls)
		}
	}
	b := newBench(t, admin)
	b.service.err = errs.New(errs.ErrCorrupt, "storage/a is damaged.")
	if p := wantProblem(t, b.do(request("GET", "/backups/"+backupID+"/download?path=storage/a", "")), http.StatusUnprocessableEntity); p.Detail != "storage/a is damaged." {
		t.Errorf("detail %q", p.Detail)
	}
}

func TestViewersSeeExportsWithoutTheAddress(t *testing.T) {
	for _, actor := range []backup.Actor{admin, viewer} {
		b := newBench(t, actor)
		b.service.operation, b.service.url = exported(), exportURL
		w := b.do(request("GET", "/backups/operations/"+restoreID, ""))
		if has := strings.Contains(w.Body.String(), "bucket.example.com"); has != actor.CanWrite() || !strings.Contains(w.Body.String(), `"sha256":"ef56"`) {
			t.Errorf("%s: %s", actor.Role, w.Body)
		}
	}
}

func TestPreviewIsAPictureAndNothingElse(t *testing.T) {
	b := newBench(t, viewer)
	b.service.preview = backup.Preview{Type: "image/webp", Content: []byte("RIFF\x00\xff")}
	w := b.do(request("GET", "/backups/"+backupID+"/preview?path_base64=c3RvcmFnZS//", ""))
	if w.Code != 200 || w.Body.String() != "RIFF\x00\xff" {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	for name, want := range map[string]string{
		"Content-Type": "image/webp", "X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600",
		"Content-Security-Policy": "sandbox; default-src 'none'",
	} {
		if got := w.Header().Values(name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if diff := cmp.Diff([]any{backup.ID(backupID), "storage/\xff"}, b.service.calls); diff != "" {
		t.Error(diff)
	}
	b.service.err = errs.New(errs.ErrInvalid, "It is no picture.")
	for _, query := range []string{"", "?path=storage/a", "?path=../a"} {
		w := b.do(request("GET", "/backups/"+backupID+"/preview"+query, ""))
		wantProblem(t, w, http.StatusUnprocessableEntity)
		if got := w.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: Cache-Control %q", query, got)
		}
	}
}
