package httpapi_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/httpapi"
)

const (
	backupID    = "20261122-020000-full-k3x9qa"
	restoreID   = "20261122-081500-restore-b7m2cd"
	ownOrigin   = "https://backup.example.com"
	otherOrigin = "https://evil.example.com"
)

var now = time.Date(2026, 11, 22, 8, 15, 0, 0, time.UTC)

var (
	admin  = backup.Actor{Subject: "a1", Email: "admin@example.com", Role: backup.RoleAdmin, AuthTime: now.Add(-time.Minute)}
	viewer = backup.Actor{Subject: "v1", Email: "viewer@example.com", Role: backup.RoleViewer, AuthTime: now.Add(-time.Minute)}
)

// fakeService answers with its fields, or with err, and records the requests.
type fakeService struct {
	err       error
	calls     []any
	backup    backup.Backup
	test      backup.CreateTest
	list      backup.ListResult
	files     backup.FilesResult
	stats     backup.Stats
	canDelete backup.CanDelete
	deleted   backup.DeleteResult
	operation backup.Operation
	url       string
	preview   backup.Preview
	tested    backup.RestoreTest
	hook      func(ctx context.Context)
	schedules []backup.ScheduleState
	config    backup.ScheduleConfig
	stopped   bool
	changes   []backup.ScheduleDifference

	operations backup.OperationsResult
	trail      backup.AuditResult
	log        backup.LogResult
}

func (f *fakeService) called(ctx context.Context, args ...any) error {
	f.calls = append(f.calls, args...)
	if f.hook != nil {
		f.hook(ctx)
	}
	return f.err
}

func (f *fakeService) Create(ctx context.Context, actor backup.Actor, req backup.CreateRequest) (backup.Backup, error) {
	return f.backup, f.called(ctx, actor, req)
}

func (f *fakeService) CreateTest(ctx context.Context, req backup.CreateRequest) (backup.CreateTest, error) {
	return f.test, f.called(ctx, req)
}

func (f *fakeService) List(ctx context.Context, req backup.ListRequest) (backup.ListResult, error) {
	return f.list, f.called(ctx, req)
}

func (f *fakeService) Get(ctx context.Context, id backup.ID) (backup.Backup, error) {
	return f.backup, f.called(ctx, id)
}

func (f *fakeService) Files(ctx context.Context, req backup.FilesRequest) (backup.FilesResult, error) {
	return f.files, f.called(ctx, req)
}

func (f *fakeService) Stats(ctx context.Context) (backup.Stats, error) {
	return f.stats, f.called(ctx, "stats")
}

func (f *fakeService) CanDelete(ctx context.Context, id backup.ID) (backup.CanDelete, error) {
	return f.canDelete, f.called(ctx, id)
}

func (f *fakeService) Delete(ctx context.Context, actor backup.Actor, ids []backup.ID, force bool) (backup.DeleteResult, error) {
	return f.deleted, f.called(ctx, actor, ids, force)
}

func (f *fakeService) Restore(ctx context.Context, actor backup.Actor, req backup.RestoreRequest) (backup.Operation, error) {
	return f.operation, f.called(ctx, actor, req)
}

func (f *fakeService) RestoreTest(ctx context.Context, id backup.ID) (backup.RestoreTest, error) {
	return f.tested, f.called(ctx, id)
}

func (f *fakeService) Verify(ctx context.Context, actor backup.Actor, req backup.VerifyRequest) (backup.Operation, error) {
	return f.operation, f.called(ctx, actor, req)
}

func (f *fakeService) Rotate(ctx context.Context, actor backup.Actor, req backup.RotateRequest) (backup.Operation, error) {
	return f.operation, f.called(ctx, actor, req)
}

func (f *fakeService) GetOperation(ctx context.Context, id backup.ID) (backup.Operation, error) {
	return f.operation, f.called(ctx, id)
}

func (f *fakeService) Export(ctx context.Context, actor backup.Actor, req backup.ExportRequest) (backup.Operation, error) {
	return f.operation, f.called(ctx, actor, req)
}

// ExportURL is asked of every export that is shown, so it leaves no record.
func (f *fakeService) ExportURL(_ context.Context, actor backup.Actor, _ backup.Operation) (string, error) {
	if !actor.CanWrite() {
		return "", nil
	}
	return f.url, nil
}

func (f *fakeService) Preview(ctx context.Context, id backup.ID, path string) (backup.Preview, error) {
	return f.preview, f.called(ctx, id, path)
}

func (f *fakeService) Schedules(ctx context.Context) ([]backup.ScheduleState, error) {
	return f.schedules, f.called(ctx, "schedules")
}

// SchedulerRunning is asked with each look at the schedules, so it leaves no record.
func (f *fakeService) SchedulerRunning() bool { return !f.stopped }

func (f *fakeService) PutSchedule(ctx context.Context, actor backup.Actor, name backup.ScheduleName, change backup.ScheduleChange) (backup.ScheduleState, error) {
	if err := f.called(ctx, actor, name, change); err != nil {
		return backup.ScheduleState{}, err
	}
	return f.schedules[0], nil
}

func (f *fakeService) PreviewSchedule(crontab, timezone string) (string, []time.Time, error) {
	return "cron(0 2 * * ? *)", nil, f.called(context.Background(), crontab, timezone)
}

func (f *fakeService) RunSchedule(ctx context.Context, actor backup.Actor, name backup.ScheduleName) (*backup.Backup, *backup.Operation, error) {
	err := f.called(ctx, actor, name)
	if name == backup.ScheduleRotation {
		return nil, &f.operation, err
	}
	return &f.backup, nil, err
}

func (f *fakeService) ExportSchedules(ctx context.Context) (backup.ScheduleConfig, error) {
	return f.config, f.called(ctx, "export")
}

func (f *fakeService) ImportSchedules(ctx context.Context, actor backup.Actor, c backup.ScheduleConfig, dryRun bool) ([]backup.ScheduleDifference, []backup.ScheduleState, error) {
	return f.changes, f.schedules, f.called(ctx, actor, c, dryRun)
}

// nightly is a schedule of the database that has run once.
func nightly() []backup.ScheduleState {
	return []backup.ScheduleState{{
		Schedule: backup.Schedule{
			Name: "database", Enabled: true, Crontab: "0 2 * * *", Expression: "cron(0 2 * * ? *)", Timezone: "Europe/Moscow",
			UpdatedAt: now.Add(-time.Hour), UpdatedBy: "admin@example.com", Version: 3,
		},
		NextRuns: []time.Time{now.Add(14 * time.Hour).In(time.FixedZone("MSK", 3*60*60))},
		LastRun:  &backup.ScheduleRun{ID: backupID, Status: backup.StatusFailed, StartedAt: now.Add(-6 * time.Hour), FinishedAt: now.Add(-5 * time.Hour), Errors: []string{"The disk is full."}},
	}, {Schedule: backup.Schedule{Name: "rotation", Expression: "rate(1 day)", Problem: "It is no crontab.", Timezone: "UTC", Version: 1}}}
}

// fakeAudit keeps the lines, unless err is set.
type fakeAudit struct {
	mu      sync.Mutex
	err     error
	entries []backup.AuditEntry
}

func (f *fakeAudit) AppendAudit(ctx context.Context, e backup.AuditEntry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.entries = append(f.entries, e)
	}
	return f.err
}

// bench is a handler with its surroundings.
type bench struct {
	http.Handler
	service *fakeService
	audit   *fakeAudit
	log     *strings.Builder
}

// newBench makes a handler for which actor is signed in with the token "token",
// in a cookie or as bearer.
func newBench(t *testing.T, actor backup.Actor, functions ...string) *bench {
	t.Helper()
	b := &bench{service: &fakeService{schedules: nightly()}, audit: &fakeAudit{}, log: &strings.Builder{}}
	b.Handler = httpapi.New(httpapi.Config{
		Service: b.service, Audit: b.audit, Origins: []string{ownOrigin},
		Authenticate: func(r *http.Request) (backup.Actor, error) {
			if c, err := r.Cookie("session"); err == nil && c.Value == "token" {
				return actor, nil
			}
			if r.Header.Get("Authorization") == "Bearer token" {
				return actor, nil
			}
			return backup.Actor{}, errs.New(errs.ErrUnauthenticated, "Sign in first.")
		},
		Now: func() time.Time { return now }, Log: slog.New(slog.NewJSONHandler(b.log, nil)),
		BackupDir: "s3://vertex-ar-backup/production", PricePerGiB: 0.023, MaxBackups: 7,
	}, functions...)
	return b
}

// request makes a request with a bearer token; body "" means none.
func request(method, target, body string) *http.Request {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, reader)
	r.RemoteAddr = "203.0.113.7:4711"
	r.Header.Set("Authorization", "Bearer token")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// do sends r and returns the answer.
func (b *bench) do(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w
}

// problem is a problem document as a caller reads it.
type problem struct {
	Type, Title, Detail, Instance string
	Status                        int
	Errors                        []map[string]any
}

// wantProblem checks that w is a problem document of that status and returns it.
func wantProblem(t *testing.T, w *httptest.ResponseRecorder, status int) problem {
	t.Helper()
	if w.Code != status {
		t.Fatalf("status %d, want %d; body %s", w.Code, status, w.Body)
	}
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q", got)
	}
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("not JSON: %v: %s", err, w.Body)
	}
	if p.Status != status || p.Title != http.StatusText(status) || p.Detail == "" || p.Type == "" {
		t.Errorf("incomplete problem: %s", w.Body)
	}
	return p
}
