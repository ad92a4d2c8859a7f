package schedule_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/schedule"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := schedule.Zone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestNextRuns has the clock changes of the zones that have odd ones.
func TestNextRuns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, crontab, zone, after string
		want                       []string
	}{
		{"every day", "0 2 * * *", "UTC", "2026-11-22T02:00:00Z", []string{"2026-11-23T02:00:00Z", "2026-11-24T02:00:00Z"}},
		{"a second before", "0 2 * * *", "UTC", "2026-11-22T01:59:59.999Z", []string{"2026-11-22T02:00:00Z"}},
		{"the zone's day of the week", "30 1 * * 0", "Europe/Moscow", "2026-11-21T20:00:00Z", []string{"2026-11-22T01:30:00+03:00", "2026-11-29T01:30:00+03:00"}},
		{"end of the month", "0 0 31 * *", "UTC", "2026-01-31T12:00:00Z", []string{"2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"}},
		{"leap day", "0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", []string{"2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"}},

		{"the skipped hour is skipped", "30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", []string{"2026-03-09T02:30:00-04:00", "2026-03-10T02:30:00-04:00"}},
		{"around the skipped hour", "0 1-3 * * *", "America/New_York", "2026-03-08T05:00:00Z", []string{"2026-03-08T01:00:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-09T01:00:00-04:00"}},
		{"minutes go on after the skipped hour", "*/30 * * * *", "Europe/Berlin", "2026-03-29T00:30:00Z", []string{"2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00"}},
		{"Sunday's run in the skipped hour waits a week", "15 2 * * 0", "Europe/Berlin", "2026-03-28T12:00:00Z", []string{"2026-04-05T02:15:00+02:00"}},

		{"the repeated hour runs once, first", "30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z", []string{"2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"}},
		{"between the two", "30 1 * * *", "America/New_York", "2026-11-01T05:45:00Z", []string{"2026-11-02T01:30:00-05:00"}},
		{"in the second", "45 1 * * *", "America/New_York", "2026-11-01T06:30:00Z", []string{"2026-11-02T01:45:00-05:00"}},
		{"minutes pause in the repeated hour", "*/30 * * * *", "America/New_York", "2026-11-01T05:00:00Z", []string{"2026-11-01T01:30:00-04:00", "2026-11-01T02:00:00-05:00"}},
		{"the hour after", "0 2 * * *", "America/New_York", "2026-11-01T05:45:00Z", []string{"2026-11-01T02:00:00-05:00"}},

		{"half an hour is skipped", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T10:00:00Z", []string{"2026-10-05T02:15:00+11:00"}},
		{"half an hour is repeated", "45 1 * * *", "Australia/Lord_Howe", "2026-04-04T13:00:00Z", []string{"2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"}},
		{"midnight is skipped", "0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00Z", []string{"2018-11-05T00:00:00-02:00"}},
		{"a day is skipped", "0 12 * * *", "Pacific/Apia", "2011-12-29T23:00:00Z", []string{"2011-12-31T12:00:00+14:00"}},
		{"a day is skipped, by its date", "0 12 30 * *", "Pacific/Apia", "2011-12-29T00:00:00Z", []string{"2012-01-30T12:00:00+14:00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			after, err := time.Parse(time.RFC3339Nano, c.after)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, at := range mustParse(t, c.crontab).Runs(after, zone(t, c.zone), len(c.want)) {
				got = append(got, at.Format(time.RFC3339))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%s in %s after %s (-want +got):\n%s", c.crontab, c.zone, c.after, diff)
			}
		})
	}
}

// TestRunsFollowOneAnother asks for a year's runs at once and one by one, in
// zones that change their clocks.
func TestRunsFollowOneAnother(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"UTC", "Europe/Moscow", "America/New_York", "Australia/Lord_Howe", "America/St_Johns"} {
		z, c := zone(t, name), mustParse(t, "*/20 * * * *")
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for i, want := range c.Runs(at, z, 3*24*366) {
			next := c.Next(at, z)
			if !next.Equal(want) || !next.After(at) || next.Minute()%20 != 0 {
				t.Fatalf("%s: run %d after %v is %v, want %v", name, i, at, next, want)
			}
			at = next
		}
	}
}

func TestWhatIsNoTimeZone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "Local", "Europe/Nowhere", "../UTC", "/etc/localtime", "+03:00", "Europe/Moscow\x00", "Москва"} {
		if _, err := schedule.Zone(name); !errors.Is(err, errs.ErrInvalid) || errs.Detail(err) == "" {
			t.Errorf("%q: %v", name, err)
		}
	}
}
