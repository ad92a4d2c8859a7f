package timetable_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"github.com/vertex-ar/backup/infra/local/timetable"
	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

func on(crontab string) app.Schedule { return app.Schedule{Enabled: true, Crontab: crontab} }

func TestEachScheduleFiresItsJobInItsTimeZone(t *testing.T) {
	t.Parallel()
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	clock := clockwork.NewFakeClockAt(time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)) // Saturday 23:00 in Moscow
	fired := make(chan backup.Job, 10)
	table, err := timetable.Start(app.Schedules{
		Database: on("0 2 * * *"), Storage: app.Schedule{Crontab: "0 2 * * *"}, Full: on("30 3 * * 0"), Rotation: on("0 4 * * *"), Zone: moscow,
	}, clock, func(j backup.Job) { fired <- j })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Stop(t.Context()) }()
	var got []backup.Job
	for len(got) < 3 {
		if err := clock.BlockUntilContext(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		clock.Advance(10 * time.Minute)
		select {
		case j := <-fired:
			got = append(got, j)
		case <-time.After(10 * time.Millisecond):
		}
	}
	want := []backup.Job{
		{Verb: backup.VerbCreate, Kind: backup.KindDatabase, Schedule: "database", ScheduledTime: "2026-11-21T23:00:00Z"},
		{Verb: backup.VerbCreate, Kind: backup.KindFull, Schedule: "full", ScheduledTime: "2026-11-22T00:30:00Z"},
		{Verb: backup.VerbRotate, Schedule: "rotation", ScheduledTime: "2026-11-22T01:00:00Z"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNextNamesTheEnabledSchedules(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
	table, err := timetable.Start(app.Schedules{Full: on("0 3 * * 0"), Zone: time.UTC}, clock, func(backup.Job) {})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Stop(t.Context()) }()
	want := map[string]time.Time{"full": time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)}
	if diff := cmp.Diff(want, table.Next()); diff != "" {
		t.Error(diff)
	}
}

func TestABadCrontabIsNamed(t *testing.T) {
	t.Parallel()
	for _, crontab := range []string{"", "0 2 * *", "every day", "61 2 * * *", "0 0 2 * * *"} {
		_, err := timetable.Start(app.Schedules{Rotation: on(crontab), Zone: time.UTC}, clockwork.NewFakeClock(), func(backup.Job) {})
		if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), "BACKUP_ROTATION_SCHEDULE") {
			t.Errorf("%q: %v", crontab, err)
		}
	}
}
