package badinput_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/httpapi"
)

// audited returns the lines of requests, newest first, without those of jobs.
func (g *rig) audited(t *testing.T) []backup.AuditEntry {
	t.Helper()
	g.jobs.wait()
	all, _, err := g.records.ListAudit(t.Context(), g.clock.Now(), "", 1000)
	try(t, err)
	var lines []backup.AuditEntry
	for _, e := range all {
		if e.Status != 0 {
			lines = append(lines, e)
		}
	}
	return lines
}

// TestEveryMutationIsAudited, whatever becomes of it: who, from where, when,
// what and how it ended.
func TestEveryMutationIsAudited(t *testing.T) { //nolint:tparallel // its subtests do, by way of eachRoute
	t.Parallel()
	// A preview is asked for at every key that is pressed.
	eachRoute(t, func(r httpapi.Route) bool { return changesSomething(r) && r.OperationID != "preview-schedule" }, func(t *testing.T, route httpapi.Route) {
		t.Helper()
		t.Parallel()
		admin := backup.AuditEntry{Actor: "admin@example.com (u1)", Role: backup.RoleAdmin, Address: "127.0.0.1", Action: route.OperationID}
		guest := admin
		guest.Actor, guest.Role = "viewer@example.com (u1)", backup.RoleViewer
		nobody := admin
		nobody.Actor, nobody.Role = "", ""
		for name, c := range map[string]struct {
			who     backup.AuditEntry
			change  func(g *rig, r *http.Request)
			id      string // instead of that of a backup
			outcome string
			status  int
		}{
			"allowed":      {who: admin, outcome: "completed", status: 200},
			"nobody":       {who: nobody, change: func(_ *rig, r *http.Request) { r.Header.Del("Authorization") }, outcome: "refused", status: 401},
			"forged token": {who: nobody, change: func(_ *rig, r *http.Request) { r.Header.Set("Authorization", "Bearer x.y.z") }, outcome: "refused", status: 401},
			"no role": {who: backup.AuditEntry{Actor: "admin@example.com (u1)", Address: "127.0.0.1", Action: route.OperationID}, change: func(g *rig, r *http.Request) {
				g.as(t, r, map[string]any{"groups": nil})
			}, outcome: "refused", status: 403},
			"viewer":       {who: guest, change: func(g *rig, r *http.Request) { g.as(t, r, viewer()) }, outcome: refusedUnless(route.Role == backup.RoleViewer), status: statusUnless(route.Role == backup.RoleViewer)},
			"another site": {who: admin, change: func(_ *rig, r *http.Request) { r.Header.Set("Origin", "https://evil.example.com") }, outcome: "refused", status: 403},
			"unknown id":   {who: admin, id: "20261122-020000-full-zzzzzz", outcome: "refused", status: 404},
			"hostile id":   {who: admin, id: "../../" + strings.Repeat("etc/", 2000) + "\x00", outcome: "refused", status: 422},
		} {
			if c.id != "" && !sampleOf(t, route).takesID() {
				continue
			}
			t.Run(name, func(t *testing.T) {
				g := newRig(t)
				id := g.subject(t, route)
				already := len(g.audited(t))
				if c.id != "" {
					id = c.id
				}
				r := g.as(t, g.sample(t, route, id), nil)
				if c.change != nil {
					c.change(g, r)
				}
				a := g.send(t, r)
				if a.status != c.status {
					t.Fatalf("status %d: %s", a.status, a.body)
				}
				lines := g.audited(t)
				if len(lines) != already+1 {
					t.Fatalf("%d lines, want one more than %d: %+v", len(lines), already, lines)
				}
				checkLine(t, g, lines[0], c.who, c.outcome, c.status)
			})
		}
	})
}

// subject makes what the route can be asked for, and returns its id.
func (g *rig) subject(t *testing.T, route httpapi.Route) string {
	t.Helper()
	id := g.create(t, backup.KindFull)
	switch route.OperationID {
	case "undo":
		done := g.restore(t, id, "").ok(t).Operation.ID
		g.clock.Advance(time.Minute)
		return done
	case "cancel":
		b, err := g.records.GetBackup(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		b.ID, b.Version, b.Status = backup.NewID(g.clock.Now(), "full"), 0, backup.StatusPending
		b.Lease.Expires = g.clock.Now().Add(time.Minute)
		if _, err := g.records.PutBackup(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		return string(b.ID)
	}
	return string(id)
}

func refusedUnless(allowed bool) string {
	if allowed {
		return "completed"
	}
	return "refused"
}

func statusUnless(allowed bool) int {
	if allowed {
		return http.StatusOK
	}
	return http.StatusForbidden
}

func checkLine(t *testing.T, g *rig, got, want backup.AuditEntry, outcome string, status int) {
	t.Helper()
	want.Time, want.Outcome, want.Status = g.clock.Now(), outcome, status
	want.Subject, want.Arguments = got.Subject, got.Arguments // another test's
	want.Detail = got.Detail
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("line (-want +got):\n%s", diff)
	}
	if status >= 400 && got.Detail == "" {
		t.Error("it does not say why")
	}
	if len(got.Subject) > 600 || strings.Contains(got.Detail+got.Subject, "eyJ") {
		t.Errorf("line %+v", got)
	}
}

// TestAuditNamesWhatWasAskedFor and how the job ended that came of it.
func TestAuditNamesWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	id := g.create(t, backup.KindFull)
	try(t, removeAll(g.database()))
	g.ask(t, http.MethodPost, "/backups/create", `{"type":"database"}`).failed(t)
	g.restore(t, id, `,"dry_run":true,"components":["storage"]`).ok(t)
	g.delete(t, id, "&force=true").ok(t)
	lines := g.audited(t)
	type line struct{ Action, Subject, Outcome string }
	var got []line
	for _, e := range lines {
		got = append(got, line{e.Action, strings.Split(e.Subject, "-database-")[0], e.Outcome})
	}
	want := []line{
		{"delete", string(id), "completed"},
		{"restore", string(id), "completed"},
		{"create", "20261122-020100", "failed"},
		{"create", string(id), "completed"},
	}
	if len(got) == len(want) { // lines of one time come in any order
		if diff := cmp.Diff(count(want), count(got)); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
	} else {
		t.Errorf("lines %v", got)
	}
	all, _, err := g.records.ListAudit(t.Context(), g.clock.Now(), "", 1000)
	try(t, err)
	var jobs []string
	for _, e := range all {
		if e.Status == 0 {
			jobs = append(jobs, e.Actor+" "+e.Action+" "+e.Outcome)
		}
	}
	wantJobs := []string{"admin@example.com create completed", "admin@example.com create failed", "admin@example.com restore completed"}
	if diff := cmp.Diff(count(wantJobs), count(jobs)); diff != "" {
		t.Errorf("lines of jobs (-want +got):\n%s", diff)
	}
}

// count counts how often each value comes.
func count[T comparable](values []T) map[T]int {
	n := map[T]int{}
	for _, v := range values {
		n[v]++
	}
	return n
}
