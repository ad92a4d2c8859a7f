package timetable

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/jonboulle/clockwork"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// Timetable fires jobs until it is stopped.
type Timetable struct {
	scheduler gocron.Scheduler
	clock     clockwork.Clock
	fire      func(backup.Job)
}

// line is one of the four schedules and what it asks for.
type line struct {
	setting  string // as .env.example names it
	schedule app.Schedule
	job      backup.Job
}

// lines pairs the schedules with their jobs, as template.yaml does.
func lines(s app.Schedules) []line {
	return []line{
		{"BACKUP_DATABASE_SCHEDULE", s.Database, backup.Job{Verb: backup.VerbCreate, Kind: backup.KindDatabase, Schedule: "database"}},
		{"BACKUP_STORAGE_SCHEDULE", s.Storage, backup.Job{Verb: backup.VerbCreate, Kind: backup.KindStorage, Schedule: "storage"}},
		{"BACKUP_FULL_SCHEDULE", s.Full, backup.Job{Verb: backup.VerbCreate, Kind: backup.KindFull, Schedule: "full"}},
		{"BACKUP_ROTATION_SCHEDULE", s.Rotation, backup.Job{Verb: backup.VerbRotate, Schedule: "rotation"}},
	}
}

// Start begins to call fire, each time in a goroutine of its own, when a job
// of an enabled schedule is due. A crontab that makes no sense is
// errs.ErrInvalid.
func Start(s app.Schedules, clock clockwork.Clock, fire func(backup.Job)) (*Timetable, error) {
	scheduler, err := gocron.NewScheduler(gocron.WithLocation(s.Zone), gocron.WithClock(clock))
	if err != nil {
		return nil, fmt.Errorf("timetable: %w", err)
	}
	t := &Timetable{scheduler: scheduler, clock: clock, fire: fire}
	for _, l := range lines(s) {
		if !l.schedule.Enabled {
			continue
		}
		if err := t.add(l); err != nil {
			_ = scheduler.Shutdown()
			return nil, err
		}
	}
	scheduler.Start()
	return t, nil
}

func (t *Timetable) add(l line) error {
	fields := strings.Fields(l.schedule.Crontab)
	if len(fields) != 5 { // the library knows other forms, and panics at some
		return noCrontab(l)
	}
	_, err := t.scheduler.NewJob(
		gocron.CronJob(strings.Join(fields, " "), false),
		gocron.NewTask(func() {
			job := l.job
			// The minute that was scheduled is what makes two firings one.
			job.ScheduledTime = t.clock.Now().UTC().Truncate(time.Minute).Format(time.RFC3339)
			t.fire(job)
		}),
		gocron.WithName(l.job.Schedule),
	)
	if err != nil {
		return noCrontab(l).Because(err)
	}
	return nil
}

func noCrontab(l line) *errs.Error {
	return errs.New(errs.ErrInvalid, "%s=%q is no crontab of five fields, such as \"0 2 * * *\".", l.setting, l.schedule.Crontab)
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

// Stop ends the firing. What was fired goes on.
func (t *Timetable) Stop(ctx context.Context) error {
	return t.scheduler.ShutdownWithContext(ctx)
}
