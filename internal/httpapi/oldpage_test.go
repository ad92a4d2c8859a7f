package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

// oldPage lists the requests for work of Vertex AR's own admin page, as it sends
// them. It calls an answer a success when its status says ok, whatever else it says,
// and shows detail otherwise.
func oldPage() map[string]func() *http.Request {
	post := func(path, body string) func() *http.Request {
		return func() *http.Request {
			r := request("POST", path, body)
			r.Header.Del("Authorization")
			r.Header.Set("Cookie", "session=token")
			r.Header.Set("Origin", ownOrigin)
			r.Header.Set("Accept", "*/*")
			return r
		}
	}
	return map[string]func() *http.Request{
		"create":  post("/backups/create", `{"type":"database"}`),
		"restore": post("/backups/restore", `{"backup_path":"`+backupID+`","verify_checksum":true}`),
		"rotate":  post("/backups/rotate", ""),
	}
}

func TestTheOldPageTakesNothingForDoneThatIsNot(t *testing.T) {
	const said = "The disk is full."
	for _, c := range []struct {
		status backup.Status
		http   int
		typ    string
	}{
		{backup.StatusCompleted, http.StatusOK, ""},
		{backup.StatusPartial, http.StatusOK, ""},
		{backup.StatusFailed, http.StatusInternalServerError, "/problems/failed"},
		{backup.StatusCancelled, http.StatusConflict, "/problems/failed"},
		{backup.StatusPending, http.StatusGatewayTimeout, "/problems/still-running"},
		{backup.StatusRunning, http.StatusGatewayTimeout, "/problems/still-running"},
	} {
		for name, newRequest := range oldPage() {
			b := newBench(t, admin)
			b.service.backup = sample()
			b.service.backup.Status, b.service.backup.Errors = c.status, []string{said}
			b.service.operation = operation(backup.Verb(name), c.status)
			b.service.operation.Errors = []string{said}
			w := b.do(newRequest())
			if w.Code != c.http {
				t.Fatalf("%s, %s: status %d: %s", name, c.status, w.Code, w.Body)
			}
			var body struct {
				Type, Detail, Message string
				Success               bool
				Backup, Operation     *struct{ Status backup.Status }
			}
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
				t.Fatal(err)
			}
			record := body.Backup
			if name != "create" {
				record = body.Operation
			}
			if body.Success != c.status.Restorable() || body.Type != c.typ || record == nil || record.Status != c.status {
				t.Errorf("%s, %s: %s", name, c.status, w.Body)
			}
			if c.status == backup.StatusFailed && body.Detail != said {
				t.Errorf("%s: the page would show %q", name, body.Detail)
			}
			if c.typ == "/problems/still-running" && w.Header().Get("Location") == "" {
				t.Errorf("%s, %s: no Location", name, c.status)
			}
			if b.log.Len() > 0 {
				t.Errorf("%s, %s: logged as a fault: %s", name, c.status, b.log)
			}
		}
	}
}

func TestWhoPrefersIsToldThatWorkGoesOn(t *testing.T) {
	for _, header := range []string{"respond-async", "return=minimal, Respond-Async; wait=10"} {
		b := newBench(t, admin)
		b.service.operation = operation(backup.VerbRotate, backup.StatusRunning)
		r := request("POST", "/backups/rotate", "")
		r.Header.Set("Prefer", header)
		w := b.do(r)
		if w.Code != http.StatusAccepted || w.Header().Get("Location") == "" || w.Header().Get("Preference-Applied") != "respond-async" {
			t.Errorf("%s: status %d, %v", header, w.Code, w.Header())
		}
	}
}

func TestACallerWhoGoesAwayIsNoFault(t *testing.T) {
	b := newBench(t, admin)
	ctx, cancel := context.WithCancel(t.Context())
	b.service.hook = func(context.Context) { cancel() }
	b.service.err = context.Canceled
	b.do(request("GET", "/backups/stats", "").WithContext(ctx))
	var line struct{ Level, Msg string }
	if err := json.Unmarshal([]byte(b.log.String()), &line); err != nil || line.Level != "INFO" {
		t.Errorf("logged: %s", b.log)
	}
}

func TestTheScheduleTellsOldAndNewTheTruth(t *testing.T) {
	type answer struct {
		SchedulerRunning bool `json:"scheduler_running"`
		Jobs             map[string]struct {
			Name    string
			NextRun time.Time `json:"next_run"`
		}
		Schedules map[string]string
	}
	ask := func(b *bench) (a answer) {
		if err := json.Unmarshal(b.do(request("GET", "/backups/schedule", "")).Body.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		return a
	}
	b := newBench(t, admin)
	got := ask(b)
	if job, ok := got.Jobs["database_backup"]; !got.SchedulerRunning || len(got.Jobs) != 1 || !ok || job.NextRun.IsZero() {
		t.Errorf("with one schedule on: %+v", got)
	}
	if got.Schedules["rotation"] != "disabled" || got.Schedules["database"] != "0 2 * * *" {
		t.Errorf("schedules %v", got.Schedules)
	}
	b.service.stopped = true
	if ask(b).SchedulerRunning {
		t.Error("a scheduler that has stopped is called running")
	}
	b = newBench(t, admin)
	for i := range b.service.schedules {
		b.service.schedules[i].Enabled = false
	}
	if got := ask(b); got.SchedulerRunning || len(got.Jobs) != 0 {
		t.Errorf("with all schedules off: %+v", got)
	}
}

func TestAnImportSaysWhatItLeavesOut(t *testing.T) {
	for keep, want := range map[string]int{"7": 0, "30": 1} {
		b := newBench(t, admin)
		w := b.do(request("POST", "/backups/schedule/import", `{"config":{"version":1,"timezone":"UTC","schedules":[],"retention":{"max_backups":`+keep+`}}}`))
		var got struct{ Warnings []string }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got.Warnings) != want {
			t.Errorf("max_backups %s: %d, %s", keep, w.Code, w.Body)
		}
	}
}
