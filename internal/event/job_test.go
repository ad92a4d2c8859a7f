package event_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/event"
)

type jobAnswer struct{ Job, Outcome, Detail string }

func TestJobIsReadFromTheEvent(t *testing.T) {
	tests := map[string]backup.Job{
		"create-schedule-database.json": {Verb: backup.VerbCreate, Kind: backup.KindDatabase, Schedule: "database", ScheduledTime: "2026-11-22T02:00:00Z"},
		"create-schedule-storage.json":  {Verb: backup.VerbCreate, Kind: backup.KindStorage, Schedule: "storage", ScheduledTime: "2026-11-22T03:00:00Z"},
		"create-schedule-full.json":     {Verb: backup.VerbCreate, Kind: backup.KindFull, Schedule: "full", ScheduledTime: "2026-11-22T03:00:00Z"},
		"rotate-schedule.json":          {Verb: backup.VerbRotate, Schedule: "rotation", ScheduledTime: "2026-11-22T04:00:00Z"},
		"restore-async-not-found.json":  {Verb: backup.VerbRestore, ID: "20250101-020000-restore-zzzzzz"},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			var got backup.Job
			h := event.Handler{Job: func(_ context.Context, job backup.Job) error { got = job; return nil }}
			answer := invoke[jobAnswer](t, h, fixture(t, name))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(jobAnswer{Job: string(want.Verb), Outcome: "done"}, answer); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestJobThatCanNeverSucceedIsNotRepeated(t *testing.T) {
	for _, kind := range []error{errs.ErrInvalid, errs.ErrNotFound} {
		t.Run(kind.Error(), func(t *testing.T) {
			var log bytes.Buffer
			h := event.Handler{Log: logTo(&log), Job: func(context.Context, backup.Job) error {
				return fmt.Errorf("load: %w", errs.New(kind, "No such thing.").Because(errors.New("disk 7 on fire")))
			}}
			got := invoke[jobAnswer](t, h, fixture(t, "create-schedule-full.json"))
			if diff := cmp.Diff(jobAnswer{"create", "refused", "No such thing."}, got); diff != "" {
				t.Error(diff)
			}
			if !strings.Contains(log.String(), "disk 7 on fire") {
				t.Errorf("the log lacks the cause: %s", &log)
			}
		})
	}
}

func TestJobThatMaySucceedLaterIsRepeated(t *testing.T) {
	for _, kind := range []error{errs.ErrConflict, errs.ErrUnavailable, errs.ErrCorrupt, errs.ErrNoSpace, context.DeadlineExceeded, errors.New("other")} {
		t.Run(kind.Error(), func(t *testing.T) {
			h := event.Handler{Job: func(context.Context, backup.Job) error { return fmt.Errorf("run: %w", kind) }}
			if out, err := h.Invoke(t.Context(), fixture(t, "create-schedule-full.json")); !errors.Is(err, kind) {
				t.Errorf("Invoke = %s, %v; want the error", out, err)
			}
		})
	}
}

func TestMisreadJobDoesNotRun(t *testing.T) {
	tests := map[string][]byte{
		"misspelt field": fixture(t, "create-job-misspelt.json"),
		"wrong type":     []byte(`{"job":"create","type":7}`),
	}
	for name, payload := range tests {
		t.Run(name, func(t *testing.T) {
			h := event.Handler{Log: logTo(t.Output()), Job: func(context.Context, backup.Job) error { t.Error("job ran"); return nil }}
			got := invoke[jobAnswer](t, h, payload)
			if got.Outcome != "refused" || !strings.HasPrefix(got.Detail, "The job cannot be read") {
				t.Errorf("answer %+v", got)
			}
		})
	}
}
