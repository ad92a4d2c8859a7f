package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
)

// standing is a scheduler whose schedules nobody changes.
type standing struct{ backup.Scheduler }

func (standing) Schedules(context.Context) ([]backup.Schedule, error) {
	var all []backup.Schedule
	for _, name := range backup.ScheduleNames() {
		all = append(all, backup.Schedule{Name: name, Crontab: "0 2 * * *", Timezone: "UTC", Version: 1})
	}
	return all, nil
}

// TestEveryFaultOfAnImportIsLocated has the domain find the faults of a file.
func TestEveryFaultOfAnImportIsLocated(t *testing.T) {
	b := newBench(t, admin)
	domain := &backup.Service{Scheduler: standing{}}
	_, _, b.service.err = domain.ImportSchedules(t.Context(), admin, backup.ScheduleConfig{Version: 1, Timezone: "Mars", Schedules: []backup.ScheduleSetting{
		{Name: "full", Crontab: "99 2 * * *"}, {Name: "full"},
	}}, true)
	p := wantProblem(t, b.do(request("POST", "/backups/schedule/import", `{"config":{"version":1,"timezone":"Mars","schedules":[]},"dry_run":true}`)), http.StatusUnprocessableEntity)
	var got []any
	for _, fault := range p.Errors {
		got = append(got, fault["location"])
		if text, ok := fault["message"].(string); !ok || !strings.Contains(p.Detail, text) {
			t.Errorf("%q lacks %q", p.Detail, text)
		}
	}
	if diff := cmp.Diff([]any{"body.config.timezone", "body.config.schedules[0].crontab", "body.config.schedules[1].job"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestPreviewsLeaveNoTrace: a page asks at every key that is pressed.
func TestPreviewsLeaveNoTrace(t *testing.T) {
	const body = `{"crontab":"0 2 * * *","timezone":"UTC"}`
	b := newBench(t, viewer)
	if w := b.do(request("POST", "/backups/schedule/preview", body)); w.Code != http.StatusOK || len(b.audit.entries) != 0 {
		t.Errorf("status %d, %d lines", w.Code, len(b.audit.entries))
	}
	b = newBench(t, backup.Actor{Subject: "s"})
	if w := b.do(request("POST", "/backups/schedule/preview", body)); w.Code != http.StatusForbidden || len(b.audit.entries) != 1 {
		t.Errorf("refused: status %d, %d lines", w.Code, len(b.audit.entries))
	}
}
