package backup

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/schedule"
)

// ScheduleName names one of the four schedules.
type ScheduleName string

// The schedules.
const (
	ScheduleDatabase ScheduleName = "database"
	ScheduleStorage  ScheduleName = "storage"
	ScheduleFull     ScheduleName = "full"
	ScheduleRotation ScheduleName = "rotation"
)

// ScheduleNames lists the schedules in their usual order.
func ScheduleNames() []ScheduleName {
	return []ScheduleName{ScheduleDatabase, ScheduleStorage, ScheduleFull, ScheduleRotation}
}

// Valid reports whether there is such a schedule.
func (n ScheduleName) Valid() bool { return slices.Contains(ScheduleNames(), n) }

// Job returns what the schedule asks for, without its time.
func (n ScheduleName) Job() Job {
	if n == ScheduleRotation {
		return Job{Verb: VerbRotate, Schedule: string(n)}
	}
	return Job{Verb: VerbCreate, Kind: Kind(n), Schedule: string(n)}
}

// Schedule is when one of the four jobs runs, as the scheduler keeps it.
type Schedule struct {
	Name       ScheduleName `json:"name"`
	Enabled    bool         `json:"enabled"`
	Crontab    string       `json:"crontab"`              // five fields; "" if no crontab says what Expression does
	Expression string       `json:"expression,omitempty"` // EventBridge Scheduler's
	Timezone   string       `json:"timezone"`             // such as Europe/Moscow
	Problem    string       `json:"-"`                    // why Crontab is "", in a sentence
	UpdatedAt  time.Time    `json:"updated_at,omitzero"`  // zero: as it was configured
	UpdatedBy  string       `json:"updated_by,omitempty"` // "" if the scheduler does not know
	// Version is another one after each change.
	Version int64 `json:"version"`
}

// Scheduler keeps the four schedules and starts their jobs.
type Scheduler interface {
	// Schedules returns all four, in the order of [ScheduleNames].
	Schedules(ctx context.Context) ([]Schedule, error)
	// PutSchedule changes one; s.Version is the one that was read, else
	// errs.ErrConflict. It returns the schedule as it is now.
	PutSchedule(ctx context.Context, s Schedule) (Schedule, error)
}

// SchedulerRunning reports whether schedules are fired. A scheduler that can stop
// says so itself; EventBridge Scheduler never does.
func (s *Service) SchedulerRunning() bool {
	stoppable, ok := s.Scheduler.(interface{ Running() bool })
	return s.Scheduler != nil && (!ok || stoppable.Running())
}

// ScheduleState is a schedule with what came of it and what comes.
type ScheduleState struct {
	Schedule

	NextRuns []time.Time // in the schedule's time zone; none if it is off
	LastRun  *ScheduleRun
}

// ScheduleRun is the backup or the rotation that a schedule started last.
type ScheduleRun struct {
	ID         ID
	Status     Status
	StartedAt  time.Time
	FinishedAt time.Time
	Errors     []string
}

// shownRuns is how many coming runs are told.
const shownRuns = 5

// lastRunsWithin bounds how many records are searched for the last runs.
const lastRunsWithin = 1000

// Schedules returns the four schedules.
func (s *Service) Schedules(ctx context.Context) ([]ScheduleState, error) {
	all, err := s.Scheduler.Schedules(ctx)
	if err != nil {
		return nil, err
	}
	last, err := s.lastRuns(ctx)
	if err != nil {
		return nil, err
	}
	return s.scheduleStates(all, last), nil
}

func (s *Service) scheduleStates(all []Schedule, last map[ScheduleName]*ScheduleRun) []ScheduleState {
	states := make([]ScheduleState, 0, len(all))
	for _, one := range all {
		states = append(states, s.scheduleState(one, last[one.Name]))
	}
	return states
}

// changedStates returns schedules that have just been changed. That a last run
// cannot be read must not look as if the change had failed.
func (s *Service) changedStates(ctx context.Context, all []Schedule) []ScheduleState {
	last, err := s.lastRuns(ctx)
	if err != nil {
		s.Log.WarnContext(ctx, "last runs of schedules not read", "err", err)
	}
	return s.scheduleStates(all, last)
}

func (s *Service) scheduleState(one Schedule, last *ScheduleRun) ScheduleState {
	state := ScheduleState{Schedule: one, LastRun: last}
	if one.Enabled {
		// A schedule of which nobody here knows when it comes is shown without.
		state.NextRuns, _ = nextRuns(one.Crontab, one.Timezone, s.Now())
	}
	return state
}

func nextRuns(crontab, timezone string, after time.Time) ([]time.Time, error) {
	zone, err := schedule.Zone(timezone)
	if err != nil {
		return nil, err
	}
	c, err := schedule.Parse(crontab)
	if err != nil {
		return nil, err
	}
	return c.Runs(after, zone, shownRuns), nil
}

// lastRuns finds what the schedules started last, among the newest records.
func (s *Service) lastRuns(ctx context.Context) (map[ScheduleName]*ScheduleRun, error) {
	last := map[ScheduleName]*ScheduleRun{}
	seen := 0
	err := s.eachBackup(ctx, func(b Backup) bool {
		name := ScheduleName(b.Kind)
		if b.Reason == ReasonSchedule && last[name] == nil {
			last[name] = &ScheduleRun{b.ID, b.Status, b.CreatedAt, b.FinishedAt, b.Errors}
		}
		seen++
		return seen < lastRunsWithin && len(last) < len(Kinds())
	})
	if err != nil {
		return nil, err
	}
	last[ScheduleRotation], err = s.lastRotation(ctx)
	return last, err
}

// lastRotation finds the newest rotation, whoever asked for it; nil if there is
// none among the newest operations.
func (s *Service) lastRotation(ctx context.Context) (*ScheduleRun, error) {
	o, err := s.newestOperation(ctx, lastRunsWithin, func(o Operation) bool {
		return o.Verb == VerbRotate && (o.Rotate == nil || !o.Rotate.DryRun)
	})
	if err != nil || o == nil {
		return nil, err
	}
	return &ScheduleRun{o.ID, o.Status, o.CreatedAt, o.FinishedAt, o.Errors}, nil
}

// PreviewSchedule says what a crontab would mean: EventBridge Scheduler's
// expression of it and the next runs. What cannot be is errs.ErrInvalid with
// the reason.
func (s *Service) PreviewSchedule(crontab, timezone string) (expression string, runs []time.Time, err error) {
	c, err := schedule.Parse(crontab)
	if err != nil {
		return "", nil, err
	}
	if expression, err = c.Expression(); err != nil {
		return "", nil, err
	}
	runs, err = nextRuns(crontab, timezone, s.Now())
	return expression, runs, err
}

// ScheduleChange says how a schedule shall be.
type ScheduleChange struct {
	Enabled  bool
	Crontab  string
	Timezone string // "" is the one that it has
	Version  int64  // of what the user has seen; 0 is whatever is there
}

// PutSchedule changes a schedule. errs.ErrConflict says that somebody else has
// changed it since the user saw it.
func (s *Service) PutSchedule(ctx context.Context, actor Actor, name ScheduleName, change ScheduleChange) (ScheduleState, error) {
	if !name.Valid() {
		return ScheduleState{}, noSuchSchedule()
	}
	var stored Schedule
	err := s.changing(ctx, func(ctx context.Context) error {
		all, err := s.Scheduler.Schedules(ctx)
		if err != nil {
			return err
		}
		present := all[slices.Index(ScheduleNames(), name)]
		if change.Version != 0 && change.Version != present.Version {
			return changedMeanwhile()
		}
		next, err := present.with(change, actor)
		if err != nil {
			return err
		}
		if stored, err = s.Scheduler.PutSchedule(ctx, next); errors.Is(err, errs.ErrConflict) {
			return changedMeanwhile().Because(err)
		}
		return err
	})
	if err != nil {
		return ScheduleState{}, err
	}
	return s.changedStates(ctx, []Schedule{stored})[0], nil
}

func noSuchSchedule() *errs.Error {
	return errs.New(errs.ErrNotFound, "There is no such schedule. The schedules are database, storage, full and rotation.")
}

func changedMeanwhile() *errs.Error {
	return errs.New(errs.ErrConflict, "Somebody else has changed this schedule meanwhile. Look at what it is now, then change it again.")
}

// with returns the schedule as the change wants it. Without a crontab, the
// expression stays that no crontab says: also such a schedule can be turned off.
func (one Schedule) with(change ScheduleChange, actor Actor) (Schedule, error) {
	if change.Crontab != "" || one.Crontab != "" {
		c, err := schedule.Parse(change.Crontab)
		if err != nil {
			return one, err
		}
		if one.Expression, err = c.Expression(); err != nil {
			return one, err
		}
		one.Crontab, one.Problem = c.String(), ""
	}
	if change.Timezone != "" {
		one.Timezone = change.Timezone
	}
	if _, err := schedule.Zone(one.Timezone); err != nil {
		return one, err
	}
	one.Enabled, one.UpdatedBy = change.Enabled, actor.Name()
	return one, nil
}

// RunSchedule does now what a schedule asks for: a backup, or for the rotation an
// operation. One of the two is not nil.
func (s *Service) RunSchedule(ctx context.Context, actor Actor, name ScheduleName) (*Backup, *Operation, error) {
	switch job := name.Job(); {
	case !name.Valid():
		return nil, nil, noSuchSchedule()
	case job.Verb == VerbRotate:
		o, err := s.Rotate(ctx, actor, RotateRequest{})
		return nil, &o, err
	default:
		b, err := s.Create(ctx, actor, CreateRequest{Kind: job.Kind})
		return &b, nil, err
	}
}
