package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
)

// TestWhatMayHaveMeantNoHarmIsNotPassedOver: a flag that keeps a request from doing
// something may be empty, null, given twice, unknown or in a place that nobody
// reads. The real thing is not done then, and the place is named.
func TestWhatMayHaveMeantNoHarmIsNotPassedOver(t *testing.T) {
	restore := `{"backup_path":"` + backupID + `",`
	for _, c := range []struct{ name, method, target, body, location string }{
		{"empty flag", "POST", "/backups/rotate?dry_run=", "", "query.dry_run"},
		{"flag without a value", "POST", "/backups/rotate?dry_run", "", "query.dry_run"},
		{"flag twice", "POST", "/backups/rotate?dry_run=false&dry_run=true", "", "query.dry_run"},
		{"empty number", "POST", "/backups/rotate?max_backups=", "", "query.max_backups"},
		{"misspelt flag", "POST", "/backups/rotate?dryrun=true", "", "query.dryrun"},
		{"flag in capitals", "POST", "/backups/rotate?DRY_RUN=true", "", "query.DRY_RUN"},
		{"query that is none", "POST", "/backups/rotate?dry_run=true;x=%zz", "", "query"},
		{"body for a rotation", "POST", "/backups/rotate", `{"dry_run":true}`, "body"},
		{"body for a cancel", "POST", "/backups/operations/" + restoreID + "/cancel", `{"dry_run":true}`, "body"},
		{"body for a scheduled rotation", "POST", "/backups/schedule/rotation/run", `{"dry_run":true}`, "body"},
		{"body for a scheduled backup", "POST", "/backups/schedule/full/run", `{"test":true}`, "body"},
		{"body for a delete", "DELETE", "/backups/delete?backup_path=" + backupID, `{"force":false}`, "body"},
		{"empty force", "DELETE", "/backups/delete?backup_path=" + backupID + "&force=", "", "query.force"},
		{"empty path of a download", "GET", "/backups/" + backupID + "/download?path=", "", "query.path"},
		{"null for a dry run", "POST", "/backups/restore", restore + `"dry_run":null}`, "body.dry_run"},
		{"null for a safety backup", "POST", "/backups/restore", restore + `"safety_backup":null}`, "body.safety_backup"},
		{"null among paths", "POST", "/backups/restore", restore + `"paths":["storage/a",null]}`, "body.paths[1]"},
		{"a dry run twice", "POST", "/backups/restore", restore + `"dry_run":true,"dry_run":false}`, "body.dry_run"},
		{"a dry run once more, escaped", "POST", "/backups/restore", restore + `"dry_run":true,"dry\u005frun":false}`, "body.dry_run"},
		{"parameter for a restore", "POST", "/backups/restore?dry_run=true", restore + `"safety_backup":true}`, "query.dry_run"},
		{"null for a test", "POST", "/backups/create", `{"type":"full","test":null}`, "body.test"},
		{"null for everything", "POST", "/backups/create", `null`, "body"},
		{"null for a pin", "PATCH", "/backups/" + backupID, `{"pinned":null,"note":""}`, "body.pinned"},
		{"null for a dry run of an import", "POST", "/backups/schedule/import", `{"config":{"version":1,"timezone":"UTC","schedules":[]},"dry_run":null}`, "body.dry_run"},
		{"a schedule's switch twice", "POST", "/backups/schedule/import", `{"config":{"version":1,"timezone":"UTC","schedules":[{"job":"full","enabled":true,"enabled":false,"crontab":"0 3 * * 0"}]}}`, "body.config.schedules[0].enabled"},
		{"unknown parameter of a list", "GET", "/backups/list?status_code=failed", "", "query.status_code"},
		{"filter of a list twice", "GET", "/backups/list?status=failed&status=completed", "", "query.status"},
		{"body for a list", "GET", "/backups/list", `{"status":"failed"}`, "body"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, admin)
			b.service.backup, b.service.operation = sample(), operation(backup.VerbRotate, backup.StatusCompleted)
			p := wantProblem(t, b.do(request(c.method, c.target, c.body)), http.StatusUnprocessableEntity)
			if len(p.Errors) == 0 || p.Errors[0]["location"] != c.location || !strings.Contains(p.Detail, c.location) {
				t.Errorf("the place %q is not named first: %+v", c.location, p)
			}
			if len(b.service.calls) > 0 {
				t.Errorf("the service was asked: %v", b.service.calls)
			}
		})
	}
}

func TestABodyThatIsNestedDeepIsRefused(t *testing.T) {
	b := newBench(t, admin)
	deep := `{"type":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`
	wantProblem(t, b.do(request("POST", "/backups/create", deep)), http.StatusUnprocessableEntity)
}

// TestALiteralPathIsNoID: /backups/list is not the backup "list" for methods that
// only backups know.
func TestALiteralPathIsNoID(t *testing.T) {
	for target, allow := range map[string]string{
		"PATCH /backups/list": "GET, HEAD", "PATCH /backups/create": "POST", "GET /backups/create": "POST", "GET /backups/delete": "DELETE",
		"POST /backups/" + backupID: "GET, HEAD, PATCH", "POST /backups/schedule/rotation": "PUT",
	} {
		method, path, _ := strings.Cut(target, " ")
		w := newBench(t, admin).do(request(method, path, ""))
		wantProblem(t, w, http.StatusMethodNotAllowed)
		if got := w.Header().Get("Allow"); got != allow {
			t.Errorf("%s: Allow %q, want %q", target, got, allow)
		}
	}
}

// An empty object asks for nothing, and clients send one with every POST.
func TestAnEmptyObjectIsNoBody(t *testing.T) {
	b := newBench(t, admin)
	if w := b.do(request("POST", "/backups/rotate?dry_run=true", " {}\n")); w.Code >= 400 && w.Code < 500 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}
