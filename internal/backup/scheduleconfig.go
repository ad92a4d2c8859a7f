package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/schedule"
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
	Name     ScheduleName
	Enabled  bool
	Crontab  string
	Timezone string // "" is that of the file
}

// ConfigFault is something that is wrong in a file of schedules.
type ConfigFault struct {
	Field string // below the file, as in schedules[2].crontab
	Text  string // a sentence
}

// ConfigError is errs.ErrInvalid with all that is wrong in a file of schedules.
type ConfigError struct {
	Faults []ConfigFault
	err    *errs.Error
}

func (e *ConfigError) Error() string { return e.err.Error() }

// Unwrap returns the error with the sentence for the user.
func (e *ConfigError) Unwrap() error { return e.err }

// ScheduleDifference is one value that an import changes.
type ScheduleDifference struct {
	Name     ScheduleName
	Field    string // enabled, crontab, timezone
	From, To string
}

// ExportSchedules returns the schedules as a file keeps them. The file's time
// zone is the first schedule's; others name theirs if it is another.
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
		set := ScheduleSetting{Name: one.Name, Enabled: one.Enabled, Crontab: one.Crontab}
		if one.Timezone != c.Timezone {
			set.Timezone = one.Timezone
		}
		c.Schedules = append(c.Schedules, set)
	}
	return c, nil
}

// ImportSchedules brings the schedules to the state of a file and returns what
// that changes, and how they are then: all of the file or, when something is
// wrong, nothing. A dry run only says it. A file that is wrong is a *ConfigError.
func (s *Service) ImportSchedules(ctx context.Context, actor Actor, c ScheduleConfig, dryRun bool) ([]ScheduleDifference, []ScheduleState, error) {
	if dryRun {
		all, err := s.Scheduler.Schedules(ctx)
		if err != nil {
			return nil, nil, err
		}
		_, _, differences, err := c.apply(all, actor)
		return differences, nil, err
	}
	var differences []ScheduleDifference
	var next []Schedule
	err := s.changing(ctx, func(ctx context.Context) error {
		all, err := s.Scheduler.Schedules(ctx)
		if err != nil {
			return err
		}
		var changed []int
		if next, changed, differences, err = c.apply(all, actor); err != nil {
			return err
		}
		for n, i := range changed {
			stored, err := s.Scheduler.PutSchedule(ctx, next[i])
			if err != nil {
				return s.takeBack(ctx, all, next, changed[:n], err)
			}
			next[i] = stored
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return differences, s.changedStates(ctx, next), nil
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

// apply returns the schedules as the file wants them, which of them that
// changes, and in what. What is wrong in the file is said all at once.
func (c ScheduleConfig) apply(all []Schedule, actor Actor) (next []Schedule, changed []int, differences []ScheduleDifference, err error) {
	next = slices.Clone(all)
	if faults := c.check(next, actor); len(faults) > 0 {
		var lines []string
		for _, f := range faults {
			lines = append(lines, f.Text)
		}
		return nil, nil, nil, &ConfigError{faults, errs.New(errs.ErrInvalid, "%s", strings.Join(lines, " "))}
	}
	for i := range all {
		if d := difference(all[i], next[i]); len(d) > 0 {
			changed, differences = append(changed, i), append(differences, d...)
		}
	}
	return next, changed, differences, nil
}

// check brings next to the state of the file and returns what is wrong in it.
func (c ScheduleConfig) check(next []Schedule, actor Actor) (faults []ConfigFault) {
	if c.Version != ScheduleConfigVersion {
		return []ConfigFault{{"version", fmt.Sprintf("The file has version %d; this program reads version %d. Export the schedules from an installation of this version.", c.Version, ScheduleConfigVersion)}}
	}
	if _, err := schedule.Zone(c.Timezone); err != nil {
		faults = append(faults, ConfigFault{"timezone", errs.Detail(err)})
		c.Timezone = "UTC" // it is wrong once, not at each schedule
	}
	if len(c.Schedules) == 0 {
		faults = append(faults, ConfigFault{"schedules", "The file has no schedules."})
	}
	var seen []ScheduleName
	for i, set := range c.Schedules {
		field := fmt.Sprintf("schedules[%d]", i)
		at := slices.Index(ScheduleNames(), set.Name)
		switch {
		case at < 0:
			faults = append(faults, ConfigFault{field + ".job", fmt.Sprintf("Entry %d of the file names no schedule that there is.", i+1)})
		case slices.Contains(seen, set.Name):
			faults = append(faults, ConfigFault{field + ".job", fmt.Sprintf("The file has the schedule %s twice.", set.Name)})
		default:
			seen = append(seen, set.Name)
			faults = append(faults, set.apply(&next[at], c.Timezone, field, actor)...)
		}
	}
	return faults
}

// apply brings one schedule to the state of its entry in a file.
func (set ScheduleSetting) apply(one *Schedule, timezone, field string, actor Actor) (faults []ConfigFault) {
	if set.Timezone != "" {
		timezone = set.Timezone
	}
	if _, err := schedule.Zone(timezone); err != nil {
		faults = append(faults, ConfigFault{field + ".timezone", fmt.Sprintf("The schedule %s: ", set.Name) + errs.Detail(err)})
		timezone = one.Timezone
	}
	changed, err := one.with(ScheduleChange{Enabled: set.Enabled, Crontab: set.Crontab, Timezone: timezone}, actor)
	if err != nil {
		return append(faults, ConfigFault{field + ".crontab", fmt.Sprintf("The schedule %s: ", set.Name) + errs.Detail(err)})
	}
	if same(one.Crontab, changed.Crontab) { // EventBridge gives back other words for the same moments
		changed.Crontab = one.Crontab
	}
	*one = changed
	return faults
}

// same reports whether two crontabs mean the same moments.
func same(a, b string) bool {
	x, errX := schedule.Parse(a)
	y, errY := schedule.Parse(b)
	return errX == nil && errY == nil && x.Same(y)
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
