package schedule_test

import (
	"errors"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/schedule"
)

// FuzzCrontab reads any text: it is refused in a sentence, or its expression
// comes back as a crontab with the same runs.
func FuzzCrontab(f *testing.F) {
	for _, text := range []string{
		"0 2 * * *", "*/5 0-6,8 1 JAN *", "0 0 * * 5-7", "0 0 * * mon-7/3", "5-59/15 * */7 2,11 *", "0 0 30 2 *", "0 0 29 2 *",
		"TZ=UTC 0 0 * *", "@every 1s", "99 * * * *", "0 0 1 * 1", "",
	} {
		f.Add(text)
	}
	newYork, err := schedule.Zone("America/New_York")
	if err != nil {
		f.Fatal(err)
	}
	at := time.Date(2026, 10, 30, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := schedule.Parse(text)
		var expression string
		if err == nil {
			expression, err = c.Expression()
		}
		if err != nil {
			if !errors.Is(err, errs.ErrInvalid) || errs.Detail(err) == "" {
				t.Errorf("%q: %v, want ErrInvalid with a sentence", text, err)
			}
			return
		}
		back, err := schedule.FromExpression(expression)
		if err != nil {
			t.Fatalf("%q became %q, which is none: %v", text, expression, err)
		}
		if again, err := back.Expression(); err != nil || again != expression {
			t.Errorf("%q: %q came back as %q, %v", text, expression, again, err)
		}
		runs, others := c.Runs(at, newYork, 20), back.Runs(at, newYork, 20)
		if len(runs) != len(others) || len(runs) == 0 {
			t.Fatalf("%q has %d runs, %q has %d", text, len(runs), back, len(others))
		}
		for i := range runs {
			if !runs[i].Equal(others[i]) || !runs[i].After(at) {
				t.Fatalf("%q runs at %v, %q at %v", text, runs[i], back, others[i])
			}
		}
	})
}

// FuzzExpression reads any text as an expression: it is refused in a sentence or
// is one whose crontab means it.
func FuzzExpression(f *testing.F) {
	for _, text := range []string{"cron(0 2 * * ? *)", "cron(0/5 8-18 ? 1/2 MON-FRI *)", "cron(0 2 ? * 1,7 *)", "rate(1 day)", "cron(0 2 L * ? *)"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := schedule.FromExpression(text)
		if err != nil {
			if !errors.Is(err, errs.ErrInvalid) || errs.Detail(err) == "" {
				t.Errorf("%q: %v, want ErrInvalid with a sentence", text, err)
			}
			return
		}
		expression, err := c.Expression()
		if err != nil {
			t.Fatalf("%q is %q, which cannot be expressed: %v", text, c, err)
		}
		if again, err := schedule.FromExpression(expression); err != nil || again.String() != c.String() {
			t.Errorf("%q is %q, then %q, %v", text, c, again, err)
		}
	})
}
