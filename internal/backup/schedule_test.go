package backup_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog/faultcatalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// fakeScheduler keeps schedules; put fails where it says.
type fakeScheduler struct {
	all  []backup.Schedule
	puts int
	fail func(put int) error
}

func newScheduler() *fakeScheduler {
	f := &fakeScheduler{}
	for _, name := range backup.ScheduleNames() {
		f.all = append(f.all, backup.Schedule{
			Name: name, Enabled: name != backup.ScheduleStorage, Crontab: "0 2 * * *", Expression: "cron(0 2 * * ? *)", Timezone: "Europe/Moscow", Version: 1,
		})
	}
	return f
}

func (f *fakeScheduler) Schedules(context.Context) ([]backup.Schedule, error) {
	return append([]backup.Schedule(nil), f.all...), nil
}

func (f *fakeScheduler) PutSchedule(_ context.Context, s backup.Schedule) (backup.Schedule, error) {
	f.puts++
	if f.fail != nil {
		if err := f.fail(f.puts); err != nil {
			return s, err
		}
	}
	for i, one := range f.all {
		if one.Name != s.Name {
			continue
		}
		if one.Version != s.Version {
			return s, errs.ErrConflict
		}
		s.Version++
		f.all[i] = s
		return s, nil
	}
	return s, errs.ErrNotFound
}

func newScheduleRig(t *testing.T) (*rig, *fakeScheduler) {
	t.Helper()
	r, f := newRig(t), newScheduler()
	r.svc.Scheduler = f
	return r, f
}

func stateOf(t *testing.T, r *rig, name backup.ScheduleName) backup.ScheduleState {
	t.Helper()
	all, err := r.svc.Schedules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no schedule %s", name)
	return backup.ScheduleState{}
}

func TestSchedulesTellTheirNextAndLastRuns(t *testing.T) {
	r, f := newScheduleRig(t)
	for _, job := range []backup.Job{
		{Verb: backup.VerbCreate, Kind: backup.KindDatabase, Schedule: "database", ScheduledTime: "2026-11-22T02:00:00Z"},
		{Verb: backup.VerbCreate, Kind: backup.KindFull}, // nobody's schedule
		{Verb: backup.VerbRotate, Schedule: "rotation", ScheduledTime: "2026-11-22T04:00:00Z"},
	} {
		if err := r.svc.Run(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	database, full, rotation := stateOf(t, r, "database"), stateOf(t, r, "full"), stateOf(t, r, "rotation")
	if database.LastRun == nil || database.LastRun.Status != backup.StatusCompleted || rotation.LastRun == nil || full.LastRun != nil {
		t.Errorf("last runs: %+v, %+v, %+v", database.LastRun, rotation.LastRun, full.LastRun)
	}
	if len(database.NextRuns) != 5 || database.NextRuns[0].Format("15:04 -0700") != "02:00 +0300" || !database.NextRuns[0].After(r.svc.Now()) {
		t.Errorf("next runs: %v", database.NextRuns)
	}
	if off := stateOf(t, r, "storage"); len(off.NextRuns) != 0 {
		t.Errorf("a schedule that is off runs at %v", off.NextRuns)
	}
	f.all[0].Crontab = "" // what EventBridge has is no crontab
	if strange := stateOf(t, r, "database"); len(strange.NextRuns) != 0 {
		t.Errorf("nobody knows when this runs: %v", strange.NextRuns)
	}
}

func TestAScheduleIsChanged(t *testing.T) {
	r, f := newScheduleRig(t)
	s, err := r.svc.PutSchedule(t.Context(), admin(), "storage", backup.ScheduleChange{Enabled: true, Crontab: " 30  3 * * 7", Timezone: "Asia/Tokyo", Version: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := backup.Schedule{
		Name: "storage", Enabled: true, Crontab: "30 3 * * 7", Expression: "cron(30 3 ? * SUN *)", Timezone: "Asia/Tokyo",
		UpdatedBy: admin().Name(), Version: 2,
	}
	if diff := cmp.Diff(want, s.Schedule); diff != "" || len(s.NextRuns) != 5 || s.NextRuns[0].Weekday() != time.Sunday {
		t.Error(diff, s.NextRuns)
	}
	if f.all[1] != want {
		t.Errorf("kept as %+v", f.all[1])
	}
}

func TestAWrongChangeOfAScheduleIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		schedule backup.ScheduleName
		change   backup.ScheduleChange
		kind     error
	}{
		"no such schedule":  {"hourly", backup.ScheduleChange{Crontab: "0 2 * * *"}, errs.ErrNotFound},
		"no crontab":        {"full", backup.ScheduleChange{Crontab: "daily"}, errs.ErrInvalid},
		"inexpressible":     {"full", backup.ScheduleChange{Crontab: "0 2 1 * 1"}, errs.ErrInvalid},
		"no such zone":      {"full", backup.ScheduleChange{Crontab: "0 2 * * *", Timezone: "Mars/Olympus"}, errs.ErrInvalid},
		"changed meanwhile": {"full", backup.ScheduleChange{Crontab: "0 2 * * *", Version: 7}, errs.ErrConflict},
		"changed just now":  {"full", backup.ScheduleChange{Crontab: "0 2 * * *"}, errs.ErrConflict},
		"scheduler is away": {"full", backup.ScheduleChange{Crontab: "0 2 * * *"}, errs.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			r, f := newScheduleRig(t)
			f.fail = func(int) error { return c.kind }
			_, err := r.svc.PutSchedule(t.Context(), admin(), c.schedule, c.change)
			if !errors.Is(err, c.kind) || errs.Detail(err) == "" && !errors.Is(c.kind, errs.ErrUnavailable) {
				t.Errorf("%v", err)
			}
			if f.all[2] != newScheduler().all[2] {
				t.Errorf("changed to %+v", f.all[2])
			}
		})
	}
}

func TestAScheduleCanBeRunNow(t *testing.T) {
	r, _ := newScheduleRig(t)
	b, o, err := r.svc.RunSchedule(t.Context(), admin(), "database")
	if err != nil || o != nil || b.Kind != backup.KindDatabase || b.Reason != backup.ReasonManual || b.CreatedBy != admin().Name() {
		t.Errorf("%+v, %+v, %v", b, o, err)
	}
	b, o, err = r.svc.RunSchedule(t.Context(), admin(), "rotation")
	if err != nil || b != nil || o.Verb != backup.VerbRotate || o.CreatedBy != admin().Name() {
		t.Errorf("%+v, %+v, %v", b, o, err)
	}
	if _, _, err = r.svc.RunSchedule(t.Context(), admin(), "hourly"); !errors.Is(err, errs.ErrNotFound) {
		t.Error(err)
	}
}

func TestExportedSchedulesCanBeImported(t *testing.T) {
	r, f := newScheduleRig(t)
	c, err := r.svc.ExportSchedules(t.Context())
	if err != nil || len(c.Schedules) != 4 || c.Timezone != "Europe/Moscow" {
		t.Fatalf("%+v, %v", c, err)
	}
	if changes, _, err := r.svc.ImportSchedules(t.Context(), admin(), c, false); err != nil || len(changes) != 0 || f.puts != 0 {
		t.Errorf("what is there changes %v in %d calls, %v", changes, f.puts, err)
	}
	c.Schedules[1].Enabled, c.Schedules[3].Crontab = true, "0 5 * * *"
	want := []backup.ScheduleDifference{
		{Name: "storage", Field: "enabled", From: "false", To: "true"}, {Name: "rotation", Field: "crontab", From: "0 2 * * *", To: "0 5 * * *"},
	}
	for _, dry := range []bool{true, false} {
		changes, states, err := r.svc.ImportSchedules(t.Context(), admin(), c, dry)
		if diff := cmp.Diff(want, changes); diff != "" || err != nil {
			t.Error(diff, err)
		}
		if len(states) > 0 == dry {
			t.Errorf("dry run %v: told of %d schedules", dry, len(states))
		}
		if done := f.all[1].Enabled && f.all[3].Crontab == "0 5 * * *"; done == dry {
			t.Errorf("dry run %v: done %v", dry, done)
		}
	}
	f.all[0].Crontab = ""
	if _, err := r.svc.ExportSchedules(t.Context()); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("what is no crontab: %v", err)
	}
}

func TestAnImportIsAllOrNothing(t *testing.T) {
	good := backup.ScheduleConfig{Version: 1, Timezone: "UTC"}
	for _, name := range backup.ScheduleNames() {
		good.Schedules = append(good.Schedules, backup.ScheduleSetting{Name: name, Enabled: true, Crontab: "0 6 * * *"})
	}
	for put := 1; put <= 4; put++ {
		for _, kind := range []error{errs.ErrUnavailable, errs.ErrConflict} {
			t.Run(fmt.Sprintf("%v at change %d", kind, put), func(t *testing.T) {
				r, f := newScheduleRig(t)
				f.fail = func(n int) error {
					if n == put {
						return kind
					}
					return nil
				}
				if _, _, err := r.svc.ImportSchedules(t.Context(), admin(), good, false); !errors.Is(err, kind) {
					t.Error(err)
				}
				for i, one := range f.all {
					one.Version = 1
					if one != newScheduler().all[i] {
						t.Errorf("left as %+v", one)
					}
				}
				if _, _, err := r.svc.ImportSchedules(t.Context(), admin(), good, false); err != nil {
					t.Errorf("the second try: %v", err)
				}
			})
		}
	}
	r, f := newScheduleRig(t)
	f.fail = func(n int) error {
		if n > 1 {
			return errs.ErrUnavailable
		}
		return nil
	}
	if _, _, err := r.svc.ImportSchedules(t.Context(), admin(), good, false); !strings.Contains(errs.Detail(err), "stopped in the middle") {
		t.Errorf("what could not be taken back: %v", err)
	}
}

func TestAScheduleThatNoCrontabSaysCanBeTurnedOff(t *testing.T) {
	r, f := newScheduleRig(t)
	f.all[2].Crontab, f.all[2].Expression = "", "rate(1 day)"
	s, err := r.svc.PutSchedule(t.Context(), admin(), "full", backup.ScheduleChange{})
	if err != nil || s.Enabled || s.Expression != "rate(1 day)" {
		t.Errorf("%+v, %v", s.Schedule, err)
	}
	if _, err := r.svc.PutSchedule(t.Context(), admin(), "database", backup.ScheduleChange{}); !errors.Is(err, errs.ErrInvalid) {
		t.Errorf("one that has a crontab: %v", err)
	}
}

// careless is a scheduler that does not compare versions in the step that
// changes, as EventBridge does not.
type careless struct{ fakeScheduler }

func (c *careless) PutSchedule(_ context.Context, s backup.Schedule) (backup.Schedule, error) {
	time.Sleep(100 * time.Millisecond)
	s.Version++
	for i := range c.all {
		if c.all[i].Name == s.Name {
			c.all[i] = s
		}
	}
	return s, nil
}

func TestOfTwoChangesAtOnceNoneIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, f := newScheduleRig(t)
		r.svc.Scheduler = &careless{*f}
		failures := make([]error, 5)
		var all sync.WaitGroup
		for i := range failures {
			all.Go(func() {
				crontab := fmt.Sprintf("%d 2 * * *", i)
				if i == 0 {
					_, _, failures[i] = r.svc.ImportSchedules(t.Context(), admin(), backup.ScheduleConfig{
						Version: 1, Timezone: "UTC", Schedules: []backup.ScheduleSetting{{Name: "full", Enabled: true, Crontab: crontab}},
					}, false)
					return
				}
				_, failures[i] = r.svc.PutSchedule(t.Context(), admin(), "full", backup.ScheduleChange{Enabled: true, Crontab: crontab, Version: 1})
			})
		}
		all.Wait()
		succeeded := 0
		for i, err := range failures {
			switch {
			case err == nil:
				succeeded++
			case i == 0 || !errors.Is(err, errs.ErrConflict):
				t.Errorf("change %d: %v", i, err)
			}
		}
		// The import takes what is there; of the others at most one saw version 1.
		if succeeded < 1 || succeeded > 2 {
			t.Errorf("%d succeeded", succeeded)
		}
	})
}

func TestWhoDiedWhileHeChangedASchedulesHoldsNobodyUpForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := newScheduleRig(t)
		if _, err := r.catalog.AcquireLock(t.Context(), "schedules", "dead", time.Now(), r.svc.Timing.Lease); err != nil {
			t.Fatal(err)
		}
		change := backup.ScheduleChange{Crontab: "0 2 * * *"}
		if _, err := r.svc.PutSchedule(t.Context(), admin(), "full", change); !errors.Is(err, errs.ErrConflict) || !strings.Contains(errs.Detail(err), "at this moment") {
			t.Error(err)
		}
		time.Sleep(r.svc.Timing.Lease)
		if _, err := r.svc.PutSchedule(t.Context(), admin(), "full", change); err != nil {
			t.Error(err)
		}
	})
}

// TestAChangeStandsWhenLastRunsCannotBeRead has a catalog that is away right
// after the change.
func TestAChangeStandsWhenLastRunsCannotBeRead(t *testing.T) {
	r, f := newScheduleRig(t)
	away := faultcatalog.New(r.catalog, faultcatalog.Fault{Call: 3, Onward: true}) // after both of the lock
	r.use(away)
	r.svc.Scheduler = f
	s, err := r.svc.PutSchedule(t.Context(), admin(), "full", backup.ScheduleChange{Crontab: "0 5 * * *"})
	if err != nil || s.Crontab != "0 5 * * *" || f.all[2].Crontab != "0 5 * * *" {
		t.Errorf("%+v, %v; calls %v", s, err, away.Calls())
	}
}

func TestAFileKeepsTimeZonesThatDiffer(t *testing.T) {
	r, f := newScheduleRig(t)
	f.all[3].Timezone = "Asia/Tokyo"
	c, err := r.svc.ExportSchedules(t.Context())
	if err != nil || c.Timezone != "Europe/Moscow" || c.Schedules[0].Timezone != "" || c.Schedules[3].Timezone != "Asia/Tokyo" {
		t.Fatalf("%+v, %v", c, err)
	}
	if changes, _, err := r.svc.ImportSchedules(t.Context(), admin(), c, true); err != nil || len(changes) > 0 {
		t.Errorf("what is there changes %v, %v", changes, err)
	}
	c.Schedules[0].Crontab = "00 2 * * *" // other words
	if changes, _, err := r.svc.ImportSchedules(t.Context(), admin(), c, true); err != nil || len(changes) > 0 {
		t.Errorf("the same moments are a change: %v, %v", changes, err)
	}
}

func TestTheLastRotationIsTheNewestThatRemoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, _ := newScheduleRig(t)
		o, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil {
			t.Fatal(err)
		}
		for range 120 {
			time.Sleep(time.Second)
			if _, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{DryRun: true}); err != nil {
				t.Fatal(err)
			}
		}
		if got := stateOf(t, r, "rotation").LastRun; got == nil || got.ID != o.ID {
			t.Errorf("%+v, want %s", got, o.ID)
		}
	})
}

func TestEveryFaultOfAFileIsNamed(t *testing.T) {
	r, f := newScheduleRig(t)
	_, _, err := r.svc.ImportSchedules(t.Context(), admin(), backup.ScheduleConfig{Version: 1, Timezone: "UTC", Schedules: []backup.ScheduleSetting{
		{Name: "full", Crontab: "0 2 * * *"}, {Name: "hourly", Crontab: "0 * * * *"}, {Name: "full", Crontab: "0 3 * * *"}, {Name: "database", Crontab: "99 2 * * *"},
	}}, false)
	for _, want := range []string{"Entry 2 ", "twice", "The schedule database: The minute of the crontab"} {
		if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), want) {
			t.Errorf("%v lacks %q", err, want)
		}
	}
	for _, c := range []backup.ScheduleConfig{{Version: 2}, {Version: 1, Timezone: "UTC"}} {
		if _, _, err := r.svc.ImportSchedules(t.Context(), admin(), c, false); !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if f.puts != 0 {
		t.Errorf("%d changes", f.puts)
	}
	_, _, err = r.svc.ImportSchedules(t.Context(), admin(), backup.ScheduleConfig{Version: 1, Timezone: "Mars", Schedules: []backup.ScheduleSetting{
		{Name: "full", Crontab: "x"}, {Name: "hourly"}, {Name: "full"}, {Name: "database", Crontab: "0 2 * * *", Timezone: "Venus"},
	}}, true)
	var fields []string
	if wrong, ok := errors.AsType[*backup.ConfigError](err); ok {
		for _, fault := range wrong.Faults {
			fields = append(fields, fault.Field)
		}
	}
	if diff := cmp.Diff([]string{"timezone", "schedules[0].crontab", "schedules[1].job", "schedules[2].job", "schedules[3].timezone"}, fields); diff != "" {
		t.Error(diff)
	}
}
