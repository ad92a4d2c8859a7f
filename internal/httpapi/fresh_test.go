package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

// TestWhatDestroysNeedsAFreshSignIn: a session that was stolen does not delete, let
// go, thin out, reschedule or carry off what there is.
func TestWhatDestroysNeedsAFreshSignIn(t *testing.T) {
	config := `{"config":{"version":1,"timezone":"UTC","schedules":[]}`
	for request1, fresh := range map[string]bool{
		"DELETE /backups/delete?backup_path=" + backupID:                                 true,
		"DELETE /backups/delete?force=true&backup_path=" + backupID:                      true,
		"PATCH /backups/" + backupID + ` {"pinned":false}`:                               true,
		"PATCH /backups/" + backupID + ` {"accepted":true}`:                              true,
		"PATCH /backups/" + backupID + ` {"pinned":true,"note":"x"}`:                     false,
		"POST /backups/rotate?max_backups=1":                                             true,
		"POST /backups/rotate?max_backups=1&dry_run=true":                                false,
		"POST /backups/rotate":                                                           false,
		`PUT /backups/schedule/full {"enabled":false,"crontab":"0 3 * * 0"}`:             true,
		"POST /backups/schedule/import " + config + "}":                                  true,
		"POST /backups/schedule/import " + config + `,"dry_run":true}`:                   false,
		"GET /backups/" + backupID + "/download":                                         true,
		"GET /backups/" + backupID + "/download?path=database":                           true,
		"GET /backups/" + backupID + "/download?path_base64=c3RvcmFnZQ%3D%3D&format=zip": true,
		"GET /backups/" + backupID + "/download?path=storage/acme/a.jpg":                 false,
		`POST /backups/restore {"backup_path":"` + backupID + `"}`:                       true,
		`POST /backups/undo {"operation_id":"` + restoreID + `"}`:                        true,
		`POST /backups/create {"type":"full"}`:                                           false,
	} {
		parts := strings.SplitN(request1, " ", 3)
		body := ""
		if len(parts) == 3 {
			body = parts[2]
		}
		for age, old := range map[time.Duration]bool{4 * time.Minute: false, 6 * time.Minute: true, -time.Hour: true} {
			actor := admin
			actor.AuthTime = now.Add(-age)
			b := newBench(t, actor)
			b.service.backup, b.service.operation = sample(), operation(backup.VerbRotate, backup.StatusCompleted)
			w := b.do(request(parts[0], parts[1], body))
			refused := w.Code == http.StatusForbidden && strings.Contains(w.Body.String(), "reauthentication-required")
			if refused != (fresh && old) || !refused && w.Code != http.StatusOK {
				t.Errorf("%s, %v after the sign-in: %d %s", request1, age, w.Code, w.Body)
			}
			if refused && len(b.service.calls) > 0 {
				t.Errorf("%s: the service was asked: %v", request1, b.service.calls)
			}
		}
	}
}

// TestAWholeExportIsHandedOutAfterAFreshSignInOnly: somebody else may have made it.
func TestAWholeExportIsHandedOutAfterAFreshSignInOnly(t *testing.T) {
	for path, whole := range map[string]bool{"": true, "storage": true, "storage/acme/a.jpg": false} {
		actor := admin
		actor.AuthTime = now.Add(-time.Hour)
		b := newBench(t, actor)
		b.service.operation, b.service.url = exported(), exportURL
		b.service.operation.Export.Path = backup.Raw(path)
		body := b.do(request("GET", "/backups/operations/"+restoreID, "")).Body.String()
		if strings.Contains(body, `"url"`) == whole || strings.Contains(body, `"needs_sign_in":true`) != whole {
			t.Errorf("%q: %s", path, body)
		}
	}
}
