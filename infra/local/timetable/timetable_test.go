package timetable_test

import (
	"errors"
	"os"
	"path/filepath"
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

func on(crontab string) app.ScheduleSetting {
	return app.ScheduleSetting{Enabled: true, Crontab: crontab}
}

func TestEachScheduleFiresItsJobInItsTimeZone(t *testing.T) {
	t.Parallel()
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	clock := clockwork.NewFakeClockAt(time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC)) // Saturday 23:00 in Moscow
	fired := make(chan backup.Job, 10)
	table, err := timetable.Start(app.Schedules{
		Database: on("0 2 * * *"), Storage: app.ScheduleSetting{Crontab: "0 2 * * *"}, Full: on("30 3 * * 0"), Rotation: on("0 4 * * *"), Zone: moscow,
	}, nowhere(t), clock, func(j backup.Job) { fired <- j })
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Stop() }()
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
	table, err := timetable.Start(app.Schedules{Full: on("0 3 * * 0"), Zone: time.UTC}, nowhere(t), clock, func(backup.Job) {})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = table.Stop() }()
	want := map[string]time.Time{"full": time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)}
	if diff := cmp.Diff(want, table.Next()); diff != "" {
		t.Error(diff)
	}
}

func TestABadCrontabIsNamed(t *testing.T) {
	t.Parallel()
	for _, crontab := range []string{"", "0 2 * *", "every day", "61 2 * * *", "0 0 2 * * *"} {
		_, err := timetable.Start(app.Schedules{Rotation: on(crontab), Zone: time.UTC}, nowhere(t), clockwork.NewFakeClock(), func(backup.Job) {})
		if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), "BACKUP_ROTATION_SCHEDULE") {
			t.Errorf("%q: %v", crontab, err)
		}
	}
}

// nowhere returns a path at which there is no file.
func nowhere(t *testing.T) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "schedules.json")
}

func start(t *testing.T, path string, clock clockwork.Clock, fire func(backup.Job)) *timetable.Timetable {
	t.Helper()
	table, err := timetable.Start(app.Schedules{Database: on("0 2 * * *"), Rotation: on("0 4 * * *"), Zone: time.UTC}, path, clock, fire)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = table.Stop() })
	return table
}

func database(t *testing.T, table *timetable.Timetable) backup.Schedule {
	t.Helper()
	all, err := table.Schedules(t.Context())
	if err != nil || len(all) != 4 || all[0].Name != backup.ScheduleDatabase {
		t.Fatal(all, err)
	}
	return all[0]
}

func TestAChangeTakesEffectAtOnceAndOutlivesTheProgram(t *testing.T) {
	t.Parallel()
	clock, path := clockwork.NewFakeClockAt(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)), nowhere(t)
	fired := make(chan backup.Job, 1)
	table := start(t, path, clock, func(j backup.Job) { fired <- j })
	s := database(t, table)
	s.Crontab, s.Timezone, s.UpdatedBy = "30 15 * * *", "Europe/Moscow", "admin@example.com"
	stored, err := table.PutSchedule(t.Context(), s)
	if err != nil || stored.Version == s.Version || !stored.UpdatedAt.Equal(clock.Now()) {
		t.Fatalf("%+v, %v", stored, err)
	}
	if _, err := table.PutSchedule(t.Context(), s); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("a change of an old version: %v", err)
	}
	if got, want := table.Next()["database"], time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("fires at %v, want %v", got, want)
	}
	if err := clock.BlockUntilContext(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	clock.Advance(30 * time.Minute)
	if job := <-fired; job.Kind != backup.KindDatabase || job.ScheduledTime != "2026-11-22T12:30:00Z" {
		t.Errorf("fired %+v", job)
	}
	again := start(t, path, clock, func(backup.Job) {})
	if diff := cmp.Diff(stored, database(t, again)); diff != "" {
		t.Error(diff)
	}
	if _, off := again.Next()["full"]; off {
		t.Error("a schedule that is off fires")
	}
}

func TestAScheduleThatIsSwitchedOffFiresNoMore(t *testing.T) {
	t.Parallel()
	table := start(t, nowhere(t), clockwork.NewFakeClock(), func(backup.Job) {})
	s := database(t, table)
	s.Enabled = false
	s, err := table.PutSchedule(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if next, fires := table.Next()["database"]; fires {
		t.Errorf("fires at %v", next)
	}
	s.Enabled = true
	if _, err := table.PutSchedule(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if _, fires := table.Next()["database"]; !fires {
		t.Error("does not fire again")
	}
}

func TestADamagedFileIsNamed(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"{", `[{"name":"database","crontab":"x","timezone":"UTC"}]`, `[{"name":"full","crontab":"0 2 * * *","timezone":"Moon"}]`} {
		path := nowhere(t)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := timetable.Start(app.Schedules{Zone: time.UTC}, path, clockwork.NewFakeClock(), func(backup.Job) {})
		if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), path) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
