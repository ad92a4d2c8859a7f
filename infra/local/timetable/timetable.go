package timetable

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/jonboulle/clockwork"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/schedule"
)

// Timetable fires jobs until it is stopped. It is a [backup.Scheduler].
type Timetable struct {
	scheduler gocron.Scheduler
	clock     clockwork.Clock
	fire      func(backup.Job)
	file      file

	stop    sync.Once
	stopped atomic.Bool

	mu        sync.Mutex
	schedules []backup.Schedule // in the order of backup.ScheduleNames
}

// Start begins to call fire, each time in a goroutine of its own, when a job of
// an enabled schedule is due. The schedules are the configured ones, and those
// that were changed since, which path keeps. A crontab that makes no sense is
// errs.ErrInvalid.
func Start(configured app.Schedules, path string, clock clockwork.Clock, fire func(backup.Job)) (*Timetable, error) {
	schedules, err := settings(configured)
	if err != nil {
		return nil, err
	}
	t := &Timetable{clock: clock, fire: fire, file: file(path), schedules: schedules}
	if err := t.file.load(schedules); err != nil {
		return nil, err
	}
	if t.scheduler, err = gocron.NewScheduler(gocron.WithLocation(configured.Zone), gocron.WithClock(clock)); err != nil {
		return nil, fmt.Errorf("timetable: %w", err)
	}
	for _, one := range schedules {
		if err := t.arm(one); err != nil {
			_ = t.scheduler.Shutdown()
			return nil, err
		}
	}
	t.scheduler.Start()
	return t, nil
}

// settings returns the schedules as they are configured.
func settings(configured app.Schedules) ([]backup.Schedule, error) {
	byName := map[backup.ScheduleName]app.ScheduleSetting{
		backup.ScheduleDatabase: configured.Database, backup.ScheduleStorage: configured.Storage,
		backup.ScheduleFull: configured.Full, backup.ScheduleRotation: configured.Rotation,
	}
	var all []backup.Schedule
	for _, name := range backup.ScheduleNames() {
		set := byName[name]
		one := backup.Schedule{Name: name, Enabled: set.Enabled, Crontab: set.Crontab, Timezone: configured.Zone.String(), Version: 1}
		c, err := schedule.Parse(set.Crontab)
		if err == nil {
			one.Expression, err = c.Expression()
		}
		if err != nil && set.Enabled {
			setting := "BACKUP_" + strings.ToUpper(string(name)) + "_SCHEDULE"
			return nil, errs.New(errs.ErrInvalid, "%s=%q cannot be a schedule. %s", setting, set.Crontab, errs.Detail(err)).Because(err)
		}
		all = append(all, one)
	}
	return all, nil
}

// Schedules implements [backup.Scheduler].
func (t *Timetable) Schedules(context.Context) ([]backup.Schedule, error) { return t.List(), nil }

// List returns the four schedules.
func (t *Timetable) List() []backup.Schedule {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.schedules)
}

// PutSchedule implements [backup.Scheduler]. From now on the schedule fires as it
// is changed, also after the next start.
func (t *Timetable) PutSchedule(_ context.Context, s backup.Schedule) (backup.Schedule, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := slices.IndexFunc(t.schedules, func(x backup.Schedule) bool { return x.Name == s.Name })
	if at < 0 {
		return s, fmt.Errorf("schedule %q: %w", s.Name, errs.ErrNotFound)
	}
	if t.schedules[at].Version != s.Version {
		return s, fmt.Errorf("schedule %q has version %d, not %d: %w", s.Name, t.schedules[at].Version, s.Version, errs.ErrConflict)
	}
	s.Version++
	s.UpdatedAt = t.clock.Now().UTC()
	next := slices.Clone(t.schedules)
	next[at] = s
	if err := t.file.save(next); err != nil {
		return s, err
	}
	t.schedules = next
	return s, t.arm(s)
}

// arm makes a schedule fire as it says, and no more as it said before.
func (t *Timetable) arm(s backup.Schedule) error {
	t.scheduler.RemoveByTags(string(s.Name))
	if !s.Enabled {
		return nil
	}
	clock, err := newClock(s)
	if err != nil {
		return err
	}
	_, err = t.scheduler.NewJob(
		gocron.CronJob(s.Crontab, false),
		gocron.NewTask(func() {
			job := s.Name.Job()
			// The minute that was scheduled is what makes two firings one.
			job.ScheduledTime = t.clock.Now().UTC().Truncate(time.Minute).Format(time.RFC3339)
			t.fire(job)
		}),
		gocron.WithCronImplementation(clock), gocron.WithTags(string(s.Name)), gocron.WithName(string(s.Name)),
	)
	return err
}

// Next returns when the schedules fire next, by name.
func (t *Timetable) Next() map[string]time.Time {
	next := map[string]time.Time{}
	for _, j := range t.scheduler.Jobs() {
		if at, err := j.NextRun(); err == nil {
			next[j.Name()] = at
		}
	}
	return next
}

// Stop ends the firing, at the first call. What was fired goes on.
func (t *Timetable) Stop() (err error) {
	t.stop.Do(func() {
		t.stopped.Store(true)
		err = t.scheduler.Shutdown()
	})
	return err
}

// Running reports whether schedules still fire.
func (t *Timetable) Running() bool { return !t.stopped.Load() }

// clock tells gocron when a schedule is due, by package schedule's rule for
// changes of clocks, which is EventBridge Scheduler's.
type clock struct {
	crontab schedule.Crontab
	zone    *time.Location
}

func newClock(s backup.Schedule) (*clock, error) {
	crontab, err := schedule.Parse(s.Crontab)
	if err != nil {
		return nil, err
	}
	zone, err := schedule.Zone(s.Timezone)
	return &clock{crontab, zone}, err
}

// IsValid implements gocron.Cron.
func (c *clock) IsValid(string, *time.Location, time.Time) error { return nil }

// Next implements gocron.Cron.
func (c *clock) Next(after time.Time) time.Time { return c.crontab.Next(after, c.zone) }
