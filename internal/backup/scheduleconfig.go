package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
)

// ScheduleConfigVersion is the version of the form in which schedules are exported.
const ScheduleConfigVersion = 1

// ScheduleConfig is the schedules as a file keeps them.
type ScheduleConfig struct {
	Version   int
	Timezone  string
	Schedules []ScheduleSetting
}

// ScheduleSetting is one schedule of a file.
type ScheduleSetting struct {
	Name    ScheduleName
	Enabled bool
	Crontab string
}

// ScheduleDifference is one value that an import changes.
type ScheduleDifference struct {
	Name     ScheduleName
	Field    string // enabled, crontab, timezone
	From, To string
}

// ExportSchedules returns the schedules as a file keeps them. The file has one
// time zone: the first schedule's.
func (s *Service) ExportSchedules(ctx context.Context) (ScheduleConfig, error) {
	all, err := s.Scheduler.Schedules(ctx)
	if err != nil {
		return ScheduleConfig{}, err
	}
	c := ScheduleConfig{Version: ScheduleConfigVersion, Timezone: all[0].Timezone}
	for _, one := range all {
		if one.Crontab == "" {
			return c, errs.New(errs.ErrConflict, "The schedule %s cannot be written as a crontab, so it cannot be exported. Give it a crontab first.", one.Name)
		}
		c.Schedules = append(c.Schedules, ScheduleSetting{one.Name, one.Enabled, one.Crontab})
	}
	return c, nil
}

// ImportSchedules brings the schedules to the state of a file and returns what
// that changes: all of it or, when something is wrong, nothing. A dry run only
// says it.
func (s *Service) ImportSchedules(ctx context.Context, actor Actor, c ScheduleConfig, dryRun bool) ([]ScheduleDifference, error) {
	all, err := s.Scheduler.Schedules(ctx)
	if err != nil {
		return nil, err
	}
	next, err := c.apply(all, actor)
	if err != nil {
		return nil, err
	}
	var differences []ScheduleDifference
	var changed []int
	for i := range all {
		d := difference(all[i], next[i])
		if len(d) > 0 {
			changed = append(changed, i)
		}
		differences = append(differences, d...)
	}
	if dryRun {
		return differences, nil
	}
	for n, i := range changed {
		stored, err := s.Scheduler.PutSchedule(ctx, next[i])
		if err != nil {
			return nil, s.takeBack(ctx, all, next, changed[:n], err)
		}
		next[i] = stored
	}
	return differences, nil
}

// takeBack undoes the changes of an import that failed.
func (s *Service) takeBack(ctx context.Context, before, stored []Schedule, changed []int, cause error) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	for _, i := range changed {
		old := before[i]
		old.Version = stored[i].Version
		if _, err := s.Scheduler.PutSchedule(ctx, old); err != nil {
			return errs.New(errs.ErrUnavailable, "The import stopped in the middle: some schedules are as in the file, others as before. Look at them and import again.").
				Because(errors.Join(cause, err))
		}
	}
	if errors.Is(cause, errs.ErrConflict) {
		return changedMeanwhile().Because(cause)
	}
	return cause
}

// apply returns the schedules as the file wants them. What is wrong in the file
// is said all at once.
func (c ScheduleConfig) apply(all []Schedule, actor Actor) ([]Schedule, error) {
	if c.Version != ScheduleConfigVersion {
		return nil, errs.New(errs.ErrInvalid, "The file has version %d; this program reads version %d. Export the schedules from an installation of this version.", c.Version, ScheduleConfigVersion)
	}
	next := slices.Clone(all)
	var faults []string
	var seen []ScheduleName
	for i, set := range c.Schedules {
		switch {
		case !set.Name.Valid():
			faults = append(faults, fmt.Sprintf("Entry %d of the file names no schedule that there is.", i+1))
			continue
		case slices.Contains(seen, set.Name):
			faults = append(faults, fmt.Sprintf("The file has the schedule %s twice.", set.Name))
		}
		seen = append(seen, set.Name)
		at := slices.Index(ScheduleNames(), set.Name)
		one, err := all[at].with(ScheduleChange{Enabled: set.Enabled, Crontab: set.Crontab, Timezone: c.Timezone}, actor)
		if err != nil {
			faults = append(faults, fmt.Sprintf("The schedule %s: ", set.Name)+errs.Detail(err))
		}
		next[at] = one
	}
	if len(c.Schedules) == 0 {
		faults = append(faults, "The file has no schedules.")
	}
	if len(faults) > 0 {
		return nil, errs.New(errs.ErrInvalid, "%s", strings.Join(faults, " "))
	}
	return next, nil
}

func difference(from, to Schedule) []ScheduleDifference {
	var d []ScheduleDifference
	for _, f := range []struct{ name, from, to string }{
		{"enabled", strconv.FormatBool(from.Enabled), strconv.FormatBool(to.Enabled)},
		{"crontab", from.Crontab, to.Crontab},
		{"timezone", from.Timezone, to.Timezone},
	} {
		if f.from != f.to {
			d = append(d, ScheduleDifference{from.Name, f.name, f.from, f.to})
		}
	}
	return d
}
