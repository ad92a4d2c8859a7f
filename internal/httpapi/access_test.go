package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/httpapi"
)

// target makes a valid request for a route.
func target(r httpapi.Route) *http.Request {
	path := strings.NewReplacer("{id}", backupID, "{job}", "full").Replace(r.Path)
	switch r.OperationID {
	case "create":
		return request(r.Method, path, `{"type":"full"}`)
	case "restore", "restore-test", "verify":
		return request(r.Method, path, `{"backup_path":"`+backupID+`"}`)
	case "edit":
		return request(r.Method, path, `{"pinned":true}`)
	case "undo":
		return request(r.Method, path, `{"operation_id":"`+restoreID+`"}`)
	case "put-schedule":
		return request(r.Method, path, `{"enabled":true,"crontab":"0 2 * * *"}`)
	case "preview-schedule":
		return request(r.Method, path, `{"crontab":"0 2 * * *","timezone":"UTC"}`)
	case "import-schedule":
		return request(r.Method, path, `{"config":{"version":1,"timezone":"UTC","schedules":[]}}`)
	case "preview":
		return request(r.Method, path+"?path=storage/a.png", "")
	case "delete", "can-delete":
		return request(r.Method, path+"?backup_path="+backupID, "")
	}
	return request(r.Method, path, "")
}

// TestRoles sends every route's request as nobody, as one without a role, as
// viewer and as admin.
func TestRoles(t *testing.T) {
	for _, route := range httpapi.Routes() {
		t.Run(route.OperationID, func(t *testing.T) {
			nobody := target(route)
			nobody.Header.Del("Authorization")
			anonymous, stranger, reader, writer := 401, 403, 200, 200
			switch route.Role {
			case "":
				anonymous, stranger = 200, 200
			case backup.RoleAdmin:
				reader = 403
			case backup.RoleViewer:
			}
			for _, c := range []struct {
				name   string
				actor  backup.Actor
				r      *http.Request
				status int
			}{
				{"nobody", admin, nobody, anonymous},
				{"stranger", backup.Actor{Subject: "s", AuthTime: now}, target(route), stranger},
				{"viewer", viewer, target(route), reader},
				{"admin", admin, target(route), writer},
			} {
				b := newBench(t, c.actor)
				b.service.backup, b.service.operation = sample(), operation(backup.VerbVerify, backup.StatusCompleted)
				w := b.do(c.r)
				if w.Code != c.status {
					t.Errorf("%s: status %d, want %d: %s", c.name, w.Code, c.status, w.Body)
				}
				if c.status >= 400 {
					wantProblem(t, w, c.status)
					if len(b.service.calls) > 0 {
						t.Errorf("%s: the service was asked", c.name)
					}
				}
			}
		})
	}
}

// TestAPIRoles holds the roles to those of the API's table.
func TestAPIRoles(t *testing.T) {
	want := map[string]backup.Role{
		"create": "backup-admins", "list": "backup-viewers", "get": "backup-viewers", "files": "backup-viewers", "stats": "backup-viewers",
		"restore": "backup-admins", "restore-test": "backup-viewers", "verify": "backup-viewers", "can-delete": "backup-viewers",
		"delete": "backup-admins", "rotate": "backup-admins", "operation": "backup-viewers", "operations": "backup-viewers", "openapi": "",
		"download": "backup-admins", "preview": "backup-viewers",
		"schedule": "backup-viewers", "put-schedule": "backup-admins", "preview-schedule": "backup-viewers", "run-schedule": "backup-admins",
		"run-rotation": "backup-admins", "export-schedule": "backup-admins", "import-schedule": "backup-admins",
		"edit": "backup-admins", "cancel": "backup-admins", "undo": "backup-admins", "audit": "backup-admins", "backup-log": "backup-viewers", "operation-log": "backup-viewers",
	}
	got := map[string]backup.Role{}
	for _, r := range httpapi.Routes() {
		got[r.OperationID] = r.Role
		if r.Fresh != slices.Contains([]string{"restore", "undo", "delete", "put-schedule"}, r.OperationID) {
			t.Errorf("%s: fresh is %v", r.OperationID, r.Fresh)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("roles (-want +got):\n%s", diff)
	}
}

func TestRestoreNeedsAFreshSignIn(t *testing.T) {
	for _, c := range []struct {
		name   string
		at     time.Time
		status int
	}{
		{"just now", now, 200},
		{"five minutes ago", now.Add(-5 * time.Minute), 200},
		{"longer ago", now.Add(-5*time.Minute - time.Second), 403},
		{"never said", time.Time{}, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			actor := admin
			actor.AuthTime = c.at
			b := newBench(t, actor)
			b.service.operation = operation(backup.VerbRestore, backup.StatusCompleted)
			w := b.do(request("POST", "/backups/restore", `{"backup_path":"`+backupID+`"}`))
			if w.Code != c.status {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			if c.status == 403 && wantProblem(t, w, 403).Type != "/problems/reauthentication-required" {
				t.Errorf("type: %s", w.Body)
			}
		})
	}
}

// TestForeignPagesCannotChangeAnything is the matrix of origin and credential.
func TestForeignPagesCannotChangeAnything(t *testing.T) {
	none := "-"
	for _, c := range []struct {
		name, origin string
		cookie       bool
		bearer       string
		method       string
		status       int
	}{
		{"our page with cookie", ownOrigin, true, none, "POST", 200},
		{"our page with bearer", ownOrigin, false, "Bearer token", "POST", 200},
		{"script with bearer", none, false, "Bearer token", "POST", 200},
		{"script with bearer, spelt small", none, true, "bearer token", "POST", 200},
		{"cookie alone", none, true, none, "POST", 403},
		{"cookie and another scheme", none, true, "Basic dG9rZW4=", "POST", 403},
		{"foreign page with cookie", otherOrigin, true, none, "POST", 403},
		{"foreign page with bearer", otherOrigin, false, "Bearer token", "POST", 403},
		{"sandboxed page", "null", true, none, "POST", 403},
		{"empty origin", "", true, none, "POST", 403},
		{"empty origin with bearer", "", false, "Bearer token", "POST", 403},
		{"our host without TLS", "http://backup.example.com", true, none, "POST", 403},
		{"our host, other port", ownOrigin + ":8443", true, none, "POST", 403},
		{"our host as prefix", ownOrigin + ".evil.example.com", true, none, "POST", 403},
		{"our host in other case", "https://BACKUP.example.com", true, none, "POST", 403},
		{"reading from our page", none, true, none, "GET", 200},
		{"reading from a foreign page", otherOrigin, true, none, "GET", 200},
		{"nobody from our page", ownOrigin, false, none, "POST", 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, admin)
			b.service.backup = sample()
			r := request("GET", "/backups/list", "")
			if c.method == "POST" {
				r = request("POST", "/backups/create", `{"type":"full"}`)
			}
			r.Header.Del("Authorization")
			if c.origin != none {
				r.Header.Set("Origin", c.origin)
			}
			if c.bearer != none {
				r.Header.Set("Authorization", c.bearer)
			}
			if c.cookie {
				r.AddCookie(&http.Cookie{Name: "session", Value: "token"})
			}
			w := b.do(r)
			if w.Code != c.status {
				t.Errorf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if asked := len(b.service.calls) > 0; asked != (c.status == 200) {
				t.Errorf("the service was asked: %v", asked)
			}
		})
	}
}

func TestTwoOriginsAreNoneOfOurs(t *testing.T) {
	b := newBench(t, admin)
	r := request("POST", "/backups/create", `{"type":"full"}`)
	r.Header["Origin"] = []string{ownOrigin, otherOrigin}
	wantProblem(t, b.do(r), 403)
}

// TestActorFromContext is how the Lambda functions sign callers in.
func TestActorFromContext(t *testing.T) {
	service := &fakeService{}
	h := httpapi.New(httpapi.Config{Service: service, Now: func() time.Time { return now }})
	b := &bench{Handler: h}
	wantProblem(t, b.do(request("GET", "/backups/stats", "")), 401)
	r := request("GET", "/backups/stats", "")
	if w := b.do(r.WithContext(httpapi.WithActor(context.Background(), viewer))); w.Code != 200 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

// TestAuditLines checks who, when, from where, what and how it ended.
func TestAuditLines(t *testing.T) {
	line := func(e backup.AuditEntry) []backup.AuditEntry {
		e.Time, e.Address = now, "203.0.113.7"
		return []backup.AuditEntry{e}
	}
	byAdmin := func(e backup.AuditEntry) []backup.AuditEntry {
		e.Actor, e.Role = "admin@example.com (a1)", backup.RoleAdmin
		return line(e)
	}
	post := func(path, body string) *http.Request { return request("POST", path, body) }
	restoreBody := `{"backup_path":"` + backupID + `","safety_backup":false}`
	restoreArgs := map[string]string{"components": "[]", "paths": "0", "dry_run": "false", "safety_backup": "false"}
	nobody := request("DELETE", "/backups/delete?backup_path="+backupID, "")
	nobody.Header.Del("Authorization")
	failed := operation(backup.VerbRestore, backup.StatusFailed)
	failed.Errors = []string{"The disk is full."}
	for _, c := range []struct {
		name  string
		actor backup.Actor
		r     *http.Request
		set   func(*fakeService)
		want  []backup.AuditEntry
	}{
		{"reading leaves none", admin, request("GET", "/backups/list", ""), func(*fakeService) {}, nil},
		{"an unknown address leaves none", admin, post("/backups/x/y/z", "{}"), func(*fakeService) {}, nil},
		{"completed", admin, post("/backups/create", `{"type":"full"}`), func(f *fakeService) { f.backup = sample() }, byAdmin(backup.AuditEntry{
			Action: "create", Subject: backupID, Outcome: "completed", Status: 200, Detail: "The backup is complete.", Arguments: map[string]string{"type": "full"},
		})},
		{"accepted", admin, post("/backups/restore", restoreBody), func(f *fakeService) { f.operation = operation(backup.VerbRestore, backup.StatusRunning) }, byAdmin(backup.AuditEntry{
			Action: "restore", Subject: backupID, Outcome: "accepted", Status: 504, Detail: "The restore has started. Ask at the Location how far it is.", Arguments: restoreArgs,
		})},
		{"failed", admin, post("/backups/restore", restoreBody), func(f *fakeService) { f.operation = failed }, byAdmin(backup.AuditEntry{
			Action: "restore", Subject: backupID, Outcome: "failed", Status: 500, Detail: "The disk is full.", Arguments: restoreArgs,
		})},
		{"refused by role", viewer, request("DELETE", "/backups/delete?backup_path="+backupID, ""), func(*fakeService) {}, line(backup.AuditEntry{
			Actor: "viewer@example.com (v1)", Role: backup.RoleViewer, Action: "delete", Subject: backupID, Outcome: "refused", Status: 403, Detail: "Only members of backup-admins may do this.",
		})},
		{"refused to nobody", admin, nobody, func(*fakeService) {}, line(backup.AuditEntry{
			Action: "delete", Subject: backupID, Outcome: "refused", Status: 401, Detail: "Sign in first.",
		})},
		{"refused as not valid", admin, post("/backups/create", `{"type":"x"}`), func(*fakeService) {}, byAdmin(backup.AuditEntry{
			Action: "create", Outcome: "refused", Status: 422,
			Detail: `The request is not valid: body.type: expected value to be one of "full, database, storage".`,
		})},
		{"failed inside", admin, request("POST", "/backups/rotate?dry_run=true", ""), func(f *fakeService) { f.err = errors.New("inside") }, byAdmin(backup.AuditEntry{
			Action: "rotate", Outcome: "failed", Status: 500, Arguments: map[string]string{"dry_run": "true", "max_backups": "0"},
			Detail: "Something went wrong inside the service. It was logged; try again, and ask the administrator if it stays.",
		})},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, c.actor)
			c.set(b.service)
			b.do(c.r)
			if diff := cmp.Diff(c.want, b.audit.entries); diff != "" {
				t.Errorf("audit (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFailingAuditDoesNotChangeTheAnswer(t *testing.T) {
	b := newBench(t, admin)
	b.audit.err = errors.New("table is away")
	b.service.backup = sample()
	if w := b.do(request("POST", "/backups/create", `{"type":"full"}`)); w.Code != 200 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if !strings.Contains(b.log.String(), "table is away") || !strings.Contains(b.log.String(), "admin@example.com") {
		t.Errorf("log: %s", b.log)
	}
}

func TestAuditLineIsWrittenThoughTheCallerHasGone(t *testing.T) {
	b := newBench(t, admin)
	ctx, cancel := context.WithCancel(context.Background())
	b.service.hook = func(context.Context) { cancel() }
	b.do(request("POST", "/backups/rotate", "").WithContext(ctx))
	if len(b.audit.entries) != 1 {
		t.Errorf("%d lines; log %s", len(b.audit.entries), b.log)
	}
}

func TestOverlongSubjectIsCutInTheAuditLine(t *testing.T) {
	b := newBench(t, admin)
	b.do(request("DELETE", "/backups/delete?backup_path="+strings.Repeat("%C3%BC", 3000), ""))
	if len(b.audit.entries) != 1 || len(b.audit.entries[0].Subject) > 510 {
		t.Errorf("audit: %+v", b.audit.entries)
	}
}

func TestHeadersKeepBrowsersCareful(t *testing.T) {
	b := newBench(t, admin)
	for _, r := range []*http.Request{request("GET", "/backups/list", ""), request("GET", "/nothing", ""), request("GET", "/openapi.json", "")} {
		h := b.do(r).Header()
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s %s: %q", r.URL, name, got)
			}
		}
		if h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: other origins are allowed", r.URL)
		}
	}
}
