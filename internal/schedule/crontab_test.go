package schedule_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/schedule"
)

func mustParse(t *testing.T, text string) schedule.Crontab {
	t.Helper()
	c, err := schedule.Parse(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return c
}

func TestCrontabBecomesExpressionAndComesBack(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ crontab, expression, back string }{
		{"0 2 * * *", "cron(0 2 * * ? *)", "0 2 * * *"},
		{"0 3 * * 0", "cron(0 3 ? * SUN *)", "0 3 * * 0"},
		{"0 3 * * 7", "cron(0 3 ? * SUN *)", "0 3 * * 0"},
		{"0 3 * * sun", "cron(0 3 ? * SUN *)", "0 3 * * 0"},
		{"  30   4  1 * *  ", "cron(30 4 1 * ? *)", "30 4 1 * *"},
		{"*/15 * * * *", "cron(0/15 * * * ? *)", "*/15 * * * *"},
		{"*/30 */12 * * *", "cron(0,30 0,12 * * ? *)", "0,30 0,12 * * *"},
		{"5-59/15 * * * *", "cron(5/15 * * * ? *)", "5-59/15 * * * *"},
		{"0-30/10 * * * *", "cron(0,10,20,30 * * * ? *)", "0,10,20,30 * * * *"},
		{"0 8-18 * * 1-5", "cron(0 8-18 ? * MON-FRI *)", "0 8-18 * * 1-5"},
		{"0 8-18 * * MON-Fri", "cron(0 8-18 ? * MON-FRI *)", "0 8-18 * * 1-5"},
		{"0 0 * * 5-7", "cron(0 0 ? * SUN,FRI,SAT *)", "0 0 * * 0,5,6"},
		{"0 0 * * FRI-7", "cron(0 0 ? * SUN,FRI,SAT *)", "0 0 * * 0,5,6"},
		{"0 0 * * 1-7/2", "cron(0 0 ? * SUN,MON,WED,FRI *)", "0 0 * * 0,1,3,5"},
		{"0 0 * * 7-7", "cron(0 0 ? * SUN *)", "0 0 * * 0"},
		{"0 0 * * */2", "cron(0 0 ? * SUN,TUE,THU,SAT *)", "0 0 * * */2"},
		{"0 0 * * 1,3", "cron(0 0 ? * MON,WED *)", "0 0 * * 1,3"},
		{"0 0 */2 * *", "cron(0 0 1/2 * ? *)", "0 0 */2 * *"},
		{"0 0 1-31 * *", "cron(0 0 * * ? *)", "0 0 * * *"},
		{"0 0 1,15 JAN,JUL *", "cron(0 0 1,15 1,7 ? *)", "0 0 1,15 1,7 *"},
		{"0 0 1 */3 *", "cron(0 0 1 1/3 ? *)", "0 0 1 */3 *"},
		{"0 0 29 2 *", "cron(0 0 29 2 ? *)", "0 0 29 2 *"},
		{"0 0 31 2,3 *", "cron(0 0 31 2,3 ? *)", "0 0 31 2,3 *"},
		{"0-59 0-23 1-31 1-12 *", "cron(* * * * ? *)", "* * * * *"},
		{"*/1 * * * *", "cron(* * * * ? *)", "* * * * *"},
		{"0,1,2,10 2 * * *", "cron(0-2,10 2 * * ? *)", "0-2,10 2 * * *"},
	} {
		tab := mustParse(t, c.crontab)
		if got, want := tab.String(), strings.Join(strings.Fields(c.crontab), " "); got != want {
			t.Errorf("%q is shown as %q", c.crontab, got)
		}
		got, err := tab.Expression()
		if err != nil || got != c.expression {
			t.Errorf("%q became %q, %v, want %q", c.crontab, got, err, c.expression)
			continue
		}
		back, err := schedule.FromExpression(got)
		if err != nil || back.String() != c.back || !back.Same(tab) {
			t.Errorf("%q came back as %q, %v, want %q", got, back, err, c.back)
		}
	}
}

func TestWhatIsNoCrontab(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                    "five fields",
		"0 2 * *":                             "five fields",
		"0 0 2 * * *":                         "five fields",
		"@daily":                              "five fields",
		"@every 1h":                           "five fields",
		"TZ=UTC 0 2 * * *":                    "five fields",
		"TZ=UTC 0 2 * *":                      "minute",
		"@daily 0 2 * *":                      "minute",
		"every day at two o":                  "minute",
		"60 2 * * *":                          "minute",
		"-1 2 * * *":                          "minute",
		"+1 2 * * *":                          "minute",
		"1,,2 2 * * *":                        "minute",
		"1, 2 * * *":                          "minute",
		", 2 * * *":                           "minute",
		"*-5 2 * * *":                         "minute",
		"1-2-3 2 * * *":                       "minute",
		"*/2/3 2 * * *":                       "minute",
		"*/0 2 * * *":                         "minute",
		"*/x 2 * * *":                         "minute",
		"5/15 2 * * *":                        "minute", // read in different ways
		"30-10 2 * * *":                       "minute",
		"1.5 2 * * *":                         "minute",
		"1e1 2 * * *":                         "minute",
		"٣ 2 * * *":                           "minute",
		"0 24 * * *":                          "hour",
		"0 22-2 * * *":                        "hour",
		"0 2am * * *":                         "hour",
		"0 2 0 * *":                           "day of the month",
		"0 2 32 * *":                          "day of the month",
		"0 2 L * *":                           "day of the month",
		"0 2 15W * *":                         "day of the month",
		"0 2 ? * 1":                           "day of the month",
		"0 2 * 13 *":                          "month",
		"0 2 * JANUARY *":                     "month",
		"0 2 * MON *":                         "month",
		"0 2 * * 8":                           "day of the week",
		"0 2 * * 2-8":                         "day of the week",
		"0 2 * * 7-1":                         "day of the week",
		"0 2 * * FRI-MON":                     "day of the week",
		"0 2 * * XXX-7":                       "day of the week",
		"0 2 * * 8-7":                         "day of the week",
		"0 2 * * 1-7/0":                       "day of the week",
		"0 2 * * 6L":                          "day of the week",
		"0 2 * * 1#2":                         "day of the week",
		"0 2 * * пн":                          "day of the week",
		"0 0 30 2 *":                          "No such day ever comes",
		"0 0 31 2,4,6,9,11 *":                 "No such day ever comes",
		strings.Repeat("0", 300) + " 2 * * *": "five fields",
		"\x00 2 * * *":                        "minute",
	} {
		_, err := schedule.Parse(text)
		if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), want) {
			t.Errorf("%q: %v, want a sentence with %q", text, err, want)
		}
	}
}

func TestWhatEventBridgeCannotExpressIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"0 0 1 * 1", "0 0 1-31 * 1", "0 0 */2 * MON", "0 0 13 * 0-6"} {
		_, err := mustParse(t, text).Expression()
		if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), "only one of them") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestExpressionsThatPeopleWrite(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		"cron(0 2 * * ? *)":               "0 2 * * *",
		" cron( 0  2 * *  ? * ) ":         "0 2 * * *",
		"cron(0 3 ? * 1 *)":               "0 3 * * 0",
		"cron(0 3 ? * 7 *)":               "0 3 * * 6",
		"cron(0 3 ? * 2-6 *)":             "0 3 * * 1-5",
		"cron(0 3 ? * mon-fri *)":         "0 3 * * 1-5",
		"cron(0 3 ? * * *)":               "0 3 * * *",
		"cron(0 3 ? * 1/2 *)":             "0 3 * * */2",
		"cron(10/20 3 * JAN,MAR-MAY ? *)": "10-59/20 3 * 1,3-5 *",
		"cron(*/5 * * * ? *)":             "*/5 * * * *",
		"cron(0-10/5 * * * ? *)":          "0,5,10 * * * *",
	} {
		got, err := schedule.FromExpression(expression)
		if err != nil || got.String() != want {
			t.Errorf("%q is %q, %v, want %q", expression, got, err, want)
		}
	}
}

func TestExpressionsThatNoCrontabMeans(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		"":                               "form cron",
		"rate(1 day)":                    "form cron",
		"at(2026-11-22T02:00:00)":        "form cron",
		"0 2 * * *":                      "form cron",
		"cron(0 2 * * ?)":                "six fields",
		"cron(0 2 * * ? 2026)":           "years",
		"cron(0 2 * * * *)":              "a ? in exactly one",
		"cron(0 2 ? * ? *)":              "a ? in exactly one",
		"cron(? 2 * * ? *)":              "minute",
		"cron(0 2 L * ? *)":              "values",
		"cron(0 2 3W * ? *)":             "values",
		"cron(0 2 ? * 6L *)":             "values",
		"cron(0 2 ? * 3#2 *)":            "day of the week",
		"cron(0 2 ? * 0 *)":              "day of the week",
		"cron(0 2 ? * 8 *)":              "day of the week",
		"cron(0 2 ? * FRI-MON *)":        "values",
		"cron(99 2 * * ? *)":             "values",
		"cron(0 2 * * ? *) cron(0 2 * )": "six fields",
	} {
		_, err := schedule.FromExpression(expression)
		if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), want) {
			t.Errorf("%q: %v, want a sentence with %q", expression, err, want)
		}
	}
}
