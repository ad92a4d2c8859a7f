package httpapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

var update = flag.Bool("update", false, "write golden files")

// sample is a completed full backup.
func sample() backup.Backup {
	return backup.Backup{
		ID: backupID, Kind: backup.KindFull, Status: backup.StatusCompleted,
		CreatedAt: now.Add(-6 * time.Hour), FinishedAt: now.Add(-6*time.Hour + 3*time.Minute),
		StoredSize: 52428800, LogicalSize: 314572800, FileCount: 1204, Checksum: "ab12", DatabaseOK: true, StorageOK: true,
		Warnings: []string{"storage/a.jpg vanished while it was being read"}, Reason: backup.ReasonManual,
		CreatedBy: "admin@example.com", Note: "before the update", VerifiedAt: now.Add(-time.Hour),
		Progress: backup.Progress{Phase: "commit", DoneBytes: 10, TotalBytes: 10, DoneFiles: 2, TotalFiles: 2},
		Lease:    backup.Lease{Owner: "inside"}, Version: 4,
	}
}

// operation is a record of verb with a status.
func operation(verb backup.Verb, status backup.Status) backup.Operation {
	o := backup.Operation{
		ID: restoreID, Verb: verb, BackupID: backupID, BackupKind: backup.KindFull, Status: status,
		CreatedAt: now, CreatedBy: "admin@example.com",
		Progress: backup.Progress{Phase: "copy", DoneBytes: 5, TotalBytes: 10},
	}
	if status.Finished() {
		o.FinishedAt = now.Add(3 * time.Second)
	}
	return o
}

// TestAnswers holds every answer to a golden file: run with -update to write them.
func TestAnswers(t *testing.T) {
	restored := operation(backup.VerbRestore, backup.StatusCompleted)
	restored.Restore = &backup.RestoreRequest{ID: backupID, Components: []backup.Component{"storage"}, Paths: []string{"storage/\xff"}, SafetyBackup: true}
	restored.RestoreResult = &backup.RestoreResult{
		SafetyBackupID: "20261122-081501-full-c4c4c4", DurationMS: 2100,
		Plan: map[backup.Component]backup.PlanSummary{"storage": {WriteFiles: 3, WriteBytes: 4096, Remove: 1, Unchanged: 7, MetadataOnly: 2, RequiredBytes: 8192}},
	}
	undone := restored
	undone.UndoOf = "20261122-081000-restore-a2a2a2"
	failed := operation(backup.VerbRestore, backup.StatusFailed)
	failed.Errors = []string{"The disk is full.", "Nothing was changed."}
	damaged := operation(backup.VerbVerify, backup.StatusCompleted)
	damaged.VerifyResult = &backup.VerifyReport{
		Deep: true, FileSize: 1000, Checksum: "cd34", Error: "1 archive and 2 files are damaged.", Archives: 3, BytesRead: 900, Entries: 12,
		DamagedArchives: []string{"x/000001.tar.zst"}, DamagedFiles: []string{"storage/a", "storage/b"}, DamagedArchiveCount: 1, DamagedFileCount: 2,
	}
	whole := operation(backup.VerbVerify, backup.StatusCompleted)
	whole.VerifyResult = &backup.VerifyReport{Valid: true, Deep: true, FileSize: 1000, Checksum: "cd34", Archives: 3, BytesRead: 1000, Entries: 12}
	rotated := operation(backup.VerbRotate, backup.StatusCompleted)
	rotated.BackupID, rotated.BackupKind = "", ""
	rotated.RotateResult = &backup.RotateResult{
		Swept: backup.Cleared{Objects: 2, Bytes: 4096}, Repacked: backup.Rewritten{Archives: 1, Written: 1 << 20, Freed: 2 << 20},
		Kept:    []backup.Kept{{ID: backupID, Reasons: []string{"1 of the 7 newest full backups", "pinned"}}},
		Removed: map[backup.Kind][]backup.ID{"database": {"20261101-020000-database-aaaaaa", "20261102-020000-database-bbbbbb"}, "full": {"20261103-020000-full-cccccc"}},
		Freed:   3 << 20,
	}
	partial := sample()
	partial.Status, partial.StorageOK, partial.Errors = backup.StatusPartial, false, []string{"storage/secret could not be read."}
	broken := sample()
	broken.Status, broken.Errors, broken.Warnings = backup.StatusFailed, []string{"The database file is missing."}, nil
	running := sample()
	running.Status, running.FinishedAt, running.Checksum = backup.StatusRunning, time.Time{}, ""
	running.Progress = backup.Progress{Phase: "copy", DoneBytes: 25, TotalBytes: 100, DoneFiles: 1, TotalFiles: 9}
	newest := sample()
	exporting := operation(backup.VerbExport, backup.StatusRunning)
	exporting.Export = &backup.ExportRequest{ID: backupID, Format: backup.FormatTar}
	unexported := exported()
	unexported.Status, unexported.ExportResult, unexported.Errors = backup.StatusFailed, nil, []string{"The bucket cannot be reached."}

	cases := []struct {
		name, method, target, body string
		set                        func(*fakeService)
		status                     int
		location                   string
	}{
		{"create", "POST", "/backups/create", `{"type":"full","note":"before the update"}`, func(f *fakeService) { f.backup = sample() }, 200, ""},
		{"create-partial", "POST", "/backups/create", `{"type":"full"}`, func(f *fakeService) { f.backup = partial }, 200, ""},
		{"create-failed", "POST", "/backups/create", `{"type":"full"}`, func(f *fakeService) { f.backup = broken }, 500, ""},
		{"create-running", "POST", "/backups/create", `{"type":"full"}`, func(f *fakeService) { f.backup = running }, 202, "/backups/" + backupID},
		{"create-test", "POST", "/backups/create", `{"type":"storage","test":true}`, func(f *fakeService) { f.test = backup.CreateTest{Files: 12, Bytes: 3 << 20} }, 200, ""},
		{"list", "GET", "/backups/list", "", func(f *fakeService) {
			f.list = backup.ListResult{Backups: []backup.Backup{sample(), running}, Next: "20261122-020000-full-k3x9qa"}
		}, 200, ""},
		{"list-empty", "GET", "/backups/list", "", func(*fakeService) {}, 200, ""},
		{"get", "GET", "/backups/" + backupID, "", func(f *fakeService) { f.backup = partial }, 200, ""},
		{"files", "GET", "/backups/" + backupID + "/files", "", func(f *fakeService) {
			f.files = backup.FilesResult{Next: "abc", Entries: []backup.Entry{
				{Path: "storage/a.jpg", Type: backup.TypeFile, Size: 3, ModTime: now.Add(123456789), Mode: 0o644, SHA256: [32]byte{1, 2}},
				{Path: "storage/\xff\xfe", Type: backup.TypeDir, ModTime: now, Mode: 0o2755},
				{Path: "storage/link", Type: backup.TypeSymlink, ModTime: now, Mode: 0o777, Link: "a\xff"},
			}}
		}, 200, ""},
		{"stats", "GET", "/backups/stats", "", func(f *fakeService) {
			f.stats = backup.Stats{
				Count:       map[backup.Kind]int64{"database": 7, "storage": 2, "full": 3},
				StoredSize:  map[backup.Kind]int64{"database": 1500000, "storage": 20 << 30, "full": 10 << 30},
				LogicalSize: map[backup.Kind]int64{"database": 3000000, "storage": 40 << 30},
				Latest:      &newest, Newest: map[backup.Kind]backup.Backup{"full": newest}, Failed: 1, Running: 1,
				Damaged: 2, MaxBackups: 7, LastVerified: &newest, LastRestore: &restored, LastFailure: &newest,
				NewestComponent: map[backup.Component]backup.Backup{"storage": newest},
			}
		}, 200, ""},
		{"stats-empty", "GET", "/backups/stats", "", func(*fakeService) {}, 200, ""},
		{"can-delete", "GET", "/backups/can-delete?backup_path=" + backupID, "", func(f *fakeService) {
			f.canDelete = backup.CanDelete{Reason: "It is the last full backup.", Recommendation: "Take another one first.", Total: 9, Present: map[backup.Kind]int64{"full": 1, "database": 8}, Kind: "full", IsLastOfKind: true}
		}, 200, ""},
		{"delete", "DELETE", "/backups/delete?backup_path=" + backupID, "", func(f *fakeService) {
			f.deleted = backup.DeleteResult{Deleted: []backup.ID{backupID}, Objects: 4, Bytes: 3 << 20, Swept: backup.Cleared{Objects: 1, Bytes: 512}, Missing: []string{"archives/x/000002.tar.zst"}}
		}, 200, ""},
		{"restore", "POST", "/backups/restore", `{"backup_path":"` + backupID + `"}`, func(f *fakeService) { f.operation = restored }, 200, ""},
		{"restore-failed", "POST", "/backups/restore", `{"backup_path":"` + backupID + `"}`, func(f *fakeService) { f.operation = failed }, 500, ""},
		{"restore-running", "POST", "/backups/restore", `{"backup_path":"` + backupID + `"}`, func(f *fakeService) { f.operation = operation(backup.VerbRestore, backup.StatusRunning) }, 202, "/backups/operations/" + restoreID},
		{"restore-test", "POST", "/backups/restore-test", `{"backup_path":"` + backupID + `"}`, func(f *fakeService) {
			f.tested = backup.RestoreTest{FileExists: true, ChecksumValid: true, ArchiveReadable: true, BackupSize: 1 << 20, RequiredSpace: 5 << 20, AvailableSpace: 1234567, Problems: []string{"There is too little disk space."}}
		}, 200, ""},
		{"verify", "POST", "/backups/verify", `{"backup_path":"` + backupID + `"}`, func(f *fakeService) { f.operation = whole }, 200, ""},
		{"verify-damaged", "POST", "/backups/verify", `{"backup_path":"` + backupID + `"}`, func(f *fakeService) { f.operation = damaged }, 200, ""},
		{"verify-running", "POST", "/backups/verify", `{"backup_path":"` + backupID + `"}`, func(f *fakeService) { f.operation = operation(backup.VerbVerify, backup.StatusPending) }, 202, "/backups/operations/" + restoreID},
		{"rotate", "POST", "/backups/rotate", "", func(f *fakeService) { f.operation = rotated }, 200, ""},
		{"rotate-running", "POST", "/backups/rotate", "", func(f *fakeService) { f.operation = operation(backup.VerbRotate, backup.StatusRunning) }, 202, "/backups/operations/" + restoreID},
		{"schedule", "GET", "/backups/schedule", "", func(*fakeService) {}, 200, ""},
		{"schedule-put", "PUT", "/backups/schedule/database", `{"enabled":true,"crontab":"0 2 * * *","timezone":"Europe/Moscow","version":2}`, func(*fakeService) {}, 200, ""},
		{"schedule-preview", "POST", "/backups/schedule/preview", `{"crontab":"0 2 * * *","timezone":"UTC"}`, func(*fakeService) {}, 200, ""},
		{"schedule-preview-invalid", "POST", "/backups/schedule/preview", `{"crontab":"x","timezone":"UTC"}`, func(f *fakeService) {
			f.err = errs.New(errs.ErrInvalid, "A crontab has five fields.")
		}, 200, ""},
		{"schedule-run", "POST", "/backups/schedule/full/run", "", func(f *fakeService) { f.backup = running }, 202, "/backups/" + backupID},
		{"schedule-run-rotation", "POST", "/backups/schedule/rotation/run", "", func(f *fakeService) { f.operation = rotated }, 200, ""},
		{"schedule-export", "GET", "/backups/schedule/export", "", func(f *fakeService) {
			f.config = backup.ScheduleConfig{Version: 1, Timezone: "UTC", Schedules: []backup.ScheduleSetting{{Name: "full", Enabled: true, Crontab: "0 3 * * 0"}}}
		}, 200, ""},
		{"schedule-import", "POST", "/backups/schedule/import", `{"config":{"version":1,"timezone":"UTC","schedules":[{"job":"full","enabled":false,"crontab":"0 3 * * 0"}]}}`, func(f *fakeService) {
			f.changes = []backup.ScheduleDifference{{Name: "full", Field: "enabled", From: "true", To: "false"}}
		}, 200, ""},
		{"operation", "GET", "/backups/operations/" + restoreID, "", func(f *fakeService) { f.operation = restored }, 200, ""},
		{"audit", "GET", "/backups/audit?q=anna", "", func(f *fakeService) {
			f.trail = backup.AuditResult{Next: "bmV4dA", Entries: []backup.AuditEntry{
				{Time: now, Actor: "anna@example.com", Role: backup.RoleAdmin, Address: "203.0.113.7", Action: "edit", Subject: backupID, Outcome: "completed", Status: 200, Arguments: map[string]string{"note": "<script>"}},
				{Time: now, Actor: "schedule", Action: "create", Subject: backupID, Outcome: "failed", Detail: "The disk is full."},
			}}
		}, 200, ""},
		{"log", "GET", "/backups/operations/" + restoreID + "/log", "", func(f *fakeService) {
			f.log = backup.LogResult{Next: 5, Finished: true, Lines: []backup.LogLine{
				{Seq: 4, Time: now, Level: backup.LevelWarn, Code: "notice", Text: "storage/<b>: vanished", Args: map[string]string{"path": "storage/<b>"}},
				{Seq: 5, Time: now, Level: backup.LevelError, Code: "failed", Text: "The disk is full."},
			}}
		}, 200, ""},
		{"log-empty", "GET", "/backups/" + backupID + "/log", "", func(*fakeService) {}, 200, ""},
		{"edit", "PATCH", "/backups/" + backupID, `{"pinned":true}`, func(f *fakeService) { f.backup = newest }, 200, ""},
		{"cancel", "POST", "/backups/operations/" + restoreID + "/cancel", "", func(f *fakeService) { f.operation = operation(backup.VerbRestore, backup.StatusRunning) }, 202, "/backups/operations/" + restoreID},
		{"cancel-create", "POST", "/backups/operations/" + backupID + "/cancel", "", func(*fakeService) {}, 202, "/backups/" + backupID},
		{"cancel-pending", "POST", "/backups/operations/" + backupID + "/cancel", "", func(f *fakeService) { f.operation = operation(backup.VerbRestore, backup.StatusCancelled) }, 200, ""},
		{"undo", "POST", "/backups/undo", `{"operation_id":"` + restoreID + `"}`, func(f *fakeService) { f.operation = undone }, 200, ""},
		{"undo-running", "POST", "/backups/undo", `{"operation_id":"` + restoreID + `"}`, func(f *fakeService) { f.operation = operation(backup.VerbRestore, backup.StatusRunning) }, 202, "/backups/operations/" + restoreID},
		{"operations", "GET", "/backups/operations?active=true&limit=2", "", func(f *fakeService) {
			f.operations = backup.OperationsResult{Operations: []backup.Operation{restored, operation(backup.VerbRotate, backup.StatusRunning)}, Next: restoreID}
		}, 200, ""},
		{"operation-export", "GET", "/backups/operations/" + restoreID, "", func(f *fakeService) { f.operation, f.url = exported(), exportURL }, 200, ""},
		{"download", "GET", "/backups/" + backupID + "/download?path_base64=c3RvcmFnZS9h/w==", "", func(f *fakeService) { f.operation, f.url = exported(), exportURL }, 200, ""},
		{"download-running", "GET", "/backups/" + backupID + "/download", "", func(f *fakeService) { f.operation = exporting }, 202, "/backups/operations/" + restoreID},
		{"download-failed", "GET", "/backups/" + backupID + "/download?path=storage/a", "", func(f *fakeService) { f.operation = unexported }, 500, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, admin)
			c.set(b.service)
			r := request(c.method, c.target, c.body)
			r.Header.Set("Prefer", "respond-async")
			w := b.do(r)
			if w.Code != c.status || w.Header().Get("Location") != c.location {
				t.Fatalf("status %d, location %q; want %d, %q; body %s", w.Code, w.Header().Get("Location"), c.status, c.location, w.Body)
			}
			media := "application/json"
			if c.status >= http.StatusBadRequest {
				media = "application/problem+json"
			}
			if got := w.Header().Get("Content-Type"); got != media {
				t.Errorf("content type %q", got)
			}
			golden(t, c.name, w.Body.Bytes())
		})
	}
}

// golden compares body with testdata/<name>.json.
func golden(t *testing.T, name string, body []byte) {
	t.Helper()
	var indented bytes.Buffer
	if err := json.Indent(&indented, body, "", "  "); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(file, indented.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), indented.String()); diff != "" {
		t.Errorf("answer differs (-want +got):\n%s", diff)
	}
}

// TestRequestsReachTheService checks what each request asks of the service,
// defaults included.
func TestRequestsReachTheService(t *testing.T) {
	asAdmin := admin
	asAdmin.Address = "203.0.113.7"
	cases := []struct {
		name, method, target, body string
		want                       []any
	}{
		{
			"create", "POST", "/backups/create", `{"type":"database","note":"x","reread":true}`,
			[]any{asAdmin, backup.CreateRequest{Kind: "database", Note: "x", Reread: true, Reason: backup.ReasonManual}},
		},
		{
			"create without a type", "POST", "/backups/create", `{"note":"x"}`,
			[]any{asAdmin, backup.CreateRequest{Kind: "full", Note: "x", Reason: backup.ReasonManual}},
		},
		{"create without a body", "POST", "/backups/create", "", []any{asAdmin, backup.CreateRequest{Kind: "full", Reason: backup.ReasonManual}}},
		{
			"create test", "POST", "/backups/create", `{"type":"database","test":true}`,
			[]any{backup.CreateRequest{Kind: "database", Test: true, Reason: backup.ReasonManual}},
		},
		{"list defaults", "GET", "/backups/list", "", []any{backup.ListRequest{Limit: 100}}},
		{"list empty parameters", "GET", "/backups/list?backup_type=all&status=&q=&from=&to=&limit=&cursor=", "", []any{backup.ListRequest{Limit: 100}}},
		{
			"list filters", "GET", "/backups/list?backup_type=full&status=failed&q=A+b&from=2026-11-01T00:00:00Z&to=2026-11-02T00:00:00Z&limit=7&cursor=" + backupID, "",
			[]any{backup.ListRequest{Kind: "full", Status: "failed", Query: "A b", From: now.Truncate(24*time.Hour).AddDate(0, 0, -21), To: now.Truncate(24*time.Hour).AddDate(0, 0, -20), Limit: 7, Cursor: backupID}},
		},
		{
			"files", "GET", "/backups/" + backupID + "/files?prefix=storage/a%20b/&q=x&cursor=c", "",
			[]any{backup.FilesRequest{ID: backupID, Prefix: "storage/a b", Query: "x", Cursor: "c", Limit: 200}},
		},
		{
			"files of a name in any bytes", "GET", "/backups/" + backupID + "/files?prefix_base64=c3RvcmFnZS//Cg==", "",
			[]any{backup.FilesRequest{ID: backupID, Prefix: "storage/\xff\n", Limit: 200}},
		},
		{"can-delete", "GET", "/backups/can-delete?backup_path=" + backupID, "", []any{backup.ID(backupID)}},
		{
			"delete several, each once", "DELETE", "/backups/delete?backup_path=" + backupID + ",20261101-020000-database-aaaaaa," + backupID + "&force=true", "",
			[]any{asAdmin, []backup.ID{backupID, "20261101-020000-database-aaaaaa"}, true},
		},
		{
			"restore defaults", "POST", "/backups/restore", `{"backup_path":"` + backupID + `"}`,
			[]any{asAdmin, backup.RestoreRequest{ID: backupID, Compare: true, SafetyBackup: true}},
		},
		{
			"restore, all set", "POST", "/backups/restore",
			`{"backup_path":"` + backupID + `","verify_checksum":false,"safety_backup":false,"dry_run":true,"components":["storage"],"paths":["storage/a/"],"paths_base64":["c3RvcmFnZS//"]}`,
			[]any{asAdmin, backup.RestoreRequest{ID: backupID, DryRun: true, Components: []backup.Component{"storage"}, Paths: []string{"storage/a", "storage/\xff"}}},
		},
		{"restore-test", "POST", "/backups/restore-test", `{"backup_path":"` + backupID + `"}`, []any{backup.ID(backupID)}},
		{"verify default", "POST", "/backups/verify", `{"backup_path":"` + backupID + `"}`, []any{asAdmin, backup.VerifyRequest{ID: backupID, Deep: true}}},
		{"verify shallow", "POST", "/backups/verify", `{"backup_path":"` + backupID + `","deep":false}`, []any{asAdmin, backup.VerifyRequest{ID: backupID}}},
		{"verify by its old name", "POST", "/backups/verify", `{"backup_path":"` + backupID + `","verify_checksum":false}`, []any{asAdmin, backup.VerifyRequest{ID: backupID}}},
		{"restore-test of the old page", "POST", "/backups/restore-test", `{"backup_path":"` + backupID + `","verify_checksum":true}`, []any{backup.ID(backupID)}},
		{"rotate default", "POST", "/backups/rotate", "", []any{asAdmin, backup.RotateRequest{}}},
		{"rotate", "POST", "/backups/rotate?max_backups=3&dry_run=true", "", []any{asAdmin, backup.RotateRequest{MaxBackups: 3, DryRun: true}}},
		{"operation", "GET", "/backups/operations/" + restoreID, "", []any{backup.ID(restoreID)}},
		{"edit", "PATCH", "/backups/" + backupID, `{"pinned":false,"note":"a\nb"}`, []any{asAdmin, backup.ID(backupID), backup.EditRequest{Pinned: new(false), Note: new("a\nb")}}},
		{"edit of the note", "PATCH", "/backups/" + backupID, `{"note":""}`, []any{asAdmin, backup.ID(backupID), backup.EditRequest{Note: new("")}}},
		{"cancel", "POST", "/backups/operations/" + backupID + "/cancel", "", []any{asAdmin, backup.ID(backupID)}},
		{"undo", "POST", "/backups/undo", `{"operation_id":"` + restoreID + `"}`, []any{asAdmin, backup.ID(restoreID)}},
		{"audit", "GET", "/backups/audit?q=A+b&limit=7&cursor=c", "", []any{backup.AuditRequest{Query: "A b", Limit: 7, Cursor: "c"}}},
		{"log", "GET", "/backups/" + backupID + "/log", "", []any{backup.LogRequest{ID: backupID, Limit: 500}}},
		{"log of an operation", "GET", "/backups/operations/" + restoreID + "/log?after=7&limit=2", "", []any{backup.LogRequest{ID: restoreID, After: 7, Limit: 2}}},
		{"operations default", "GET", "/backups/operations", "", []any{backup.OperationsRequest{Limit: 100}}},
		{"operations", "GET", "/backups/operations?active=true&limit=7&cursor=" + restoreID, "", []any{backup.OperationsRequest{Active: true, Limit: 7, Cursor: restoreID}}},
		{"download of everything", "GET", "/backups/" + backupID + "/download", "", []any{asAdmin, backup.ExportRequest{ID: backupID}}},
		{
			"download of a directory", "GET", "/backups/" + backupID + "/download?path=storage/a%20b&format=tar.zst", "",
			[]any{asAdmin, backup.ExportRequest{ID: backupID, Path: "storage/a b", Format: backup.FormatTar}},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, admin)
			b.service.backup, b.service.operation = sample(), operation(backup.VerbVerify, backup.StatusCompleted)
			if w := b.do(request(c.method, c.target, c.body)); w.Code >= http.StatusBadRequest {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			if diff := cmp.Diff(c.want, b.service.calls); diff != "" {
				t.Errorf("asked of the service (-want +got):\n%s", diff)
			}
		})
	}
}
