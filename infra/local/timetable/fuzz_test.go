package timetable_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/vertex-ar/backup/infra/local/timetable"
	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// FuzzCrontab starts any crontab: it is refused in a sentence or fires later.
func FuzzCrontab(f *testing.F) {
	for _, text := range []string{"0 2 * * *", "*/5 0-6,8 1 JAN mon", "@every 1s", "0 0 30 2 *", "TZ=UTC 0 0 * * *", "0 0 1 * 1", "99 * * * *", ""} {
		f.Add(text)
	}
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, crontab string) {
		table, err := timetable.Start(app.Schedules{Full: on(crontab), Zone: time.UTC}, nowhere(t), clockwork.NewFakeClockAt(at), func(backup.Job) {})
		if err != nil {
			if !errors.Is(err, errs.ErrInvalid) || errs.Detail(err) == "" {
				t.Errorf("%q: %v, want ErrInvalid with a detail", crontab, err)
			}
			return
		}
		for name, next := range table.Next() {
			if next.Before(at) && !next.IsZero() {
				t.Errorf("%q: %s fires at %v", crontab, name, next)
			}
		}
		if err := table.Stop(); err != nil {
			t.Error(err)
		}
	})
}
