package schedule

import (
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// Runs returns the next n runs after a time, by the wall clock of a zone. It is
// shorter when the next leap years are too far away.
func (c Crontab) Runs(after time.Time, zone *time.Location, n int) []time.Time {
	runs := make([]time.Time, 0, n)
	for wall := c.wallAfter(wallOf(after, zone)); len(runs) < n && !wall.IsZero(); wall = c.wallAfter(wall) {
		if at, exists := instant(wall, zone); exists && at.After(after) {
			runs = append(runs, at)
		}
	}
	return runs
}

// Next returns the next run after a time, by the wall clock of a zone; the zero
// time when there is none for years.
func (c Crontab) Next(after time.Time, zone *time.Location) time.Time {
	if runs := c.Runs(after, zone, 1); len(runs) > 0 {
		return runs[0]
	}
	return time.Time{}
}

// wallAfter returns the next time that the clock on the wall has to show. Such
// times are written as if they were UTC, which never changes its clocks.
func (c Crontab) wallAfter(wall time.Time) time.Time {
	spec := *c.spec
	spec.Location = time.UTC
	return spec.Next(wall)
}

// wallOf returns what the clock shows at a time.
func wallOf(at time.Time, zone *time.Location) time.Time {
	t := at.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// instant returns when the clock shows wall for the first time, and whether it
// ever does.
func instant(wall time.Time, zone *time.Location) (at time.Time, exists bool) {
	at = time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	if !wallOf(at, zone).Equal(wall) {
		return time.Time{}, false
	}
	begin, _ := at.ZoneBounds()
	if begin.IsZero() {
		return at, true
	}
	_, before := begin.Add(-time.Second).Zone() // the offset until the last change of clocks
	if earlier := wall.Add(-time.Duration(before) * time.Second).In(zone); earlier.Before(at) && wallOf(earlier, zone).Equal(wall) {
		return earlier, true
	}
	return at, true
}

// longestZone is the longest name of a zone that EventBridge takes.
const longestZone = 50

// Zone returns the time zone of a name such as Europe/Moscow; errs.ErrInvalid.
func Zone(name string) (*time.Location, error) {
	wrong := errs.New(errs.ErrInvalid, "There is no such time zone. Give a name such as Europe/Moscow or UTC.")
	if name == "" || name == "Local" || len(name) > longestZone {
		return nil, wrong
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, wrong.Because(err)
	}
	return zone, nil
}
