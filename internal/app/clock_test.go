package app_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/clocktest"
)

func noon() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }

func TestWrongClockIsCorrectedByWhatServicesSay(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ off, want time.Duration }{
		{0, 0}, {time.Second, 0}, {-2 * time.Second, 0}, // as answers differ
		{40 * time.Second, 40 * time.Second}, {-40 * time.Second, -40 * time.Second}, // more than a lease lives
		{time.Hour, time.Hour}, {-70_000 * time.Hour, -70_000 * time.Hour},
	} {
		machine := clocktest.New(noon().Add(tt.off))
		c := app.NewClock(machine.Now)
		for range 3 {
			sent := machine.Now()
			machine.Advance(100 * time.Millisecond)
			c.Hear(noon().Format(http.TimeFormat), sent, machine.Now())
			machine.Advance(-100 * time.Millisecond)
		}
		ahead := c.Ahead(t.Context(), func(context.Context) error { t.Error("it was heard a moment ago"); return nil })
		if (ahead-tt.want).Abs() > time.Second || (c.Now().Sub(noon())-(tt.off-tt.want)).Abs() > time.Second {
			t.Errorf("a machine that is %v off: ahead %v, now %v", tt.off, ahead, c.Now())
		}
	}
}

func TestClockThatWasSetIsBelievedAgain(t *testing.T) {
	t.Parallel()
	machine := clocktest.New(noon().Add(time.Hour))
	c := app.NewClock(machine.Now)
	hear := func() { c.Hear(noon().Format(http.TimeFormat), machine.Now(), machine.Now()) }
	hear()
	machine.Advance(-time.Hour)
	hear()
	if now := c.Now(); !now.Equal(noon()) {
		t.Errorf("now = %v, want %v", now, noon())
	}
}

func TestAnswersThatSayNothingOfTheTimeAreIgnored(t *testing.T) {
	t.Parallel()
	machine := clocktest.New(noon())
	c := app.NewClock(machine.Now)
	c.Hear("", noon(), noon())
	c.Hear("yesterday", noon(), noon())
	c.Hear(noon().Add(-time.Hour).Format(http.TimeFormat), noon().Add(-time.Minute), noon()) // it took a minute
	asked := 0
	ahead := c.Ahead(t.Context(), func(context.Context) error { asked++; return errors.New("away") })
	if ahead != 0 || asked != 1 || !c.Now().Equal(noon()) {
		t.Errorf("ahead %v after %d questions, now %v", ahead, asked, c.Now())
	}
}

// dated answers each request at a time.
type dated struct {
	status int
	date   time.Time
	body   string
}

func (a dated) Do(r *http.Request) (*http.Response, error) {
	header := http.Header{"Date": {a.date.Format(http.TimeFormat)}}
	return &http.Response{StatusCode: a.status, Header: header, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

func TestTimeIsHeardInAnswersOfBothServices(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(ctx context.Context, ac aws.Config) error{
		"S3": func(ctx context.Context, ac aws.Config) error {
			_, err := s3.NewFromConfig(ac).HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String("b")})
			return err
		},
		"DynamoDB": func(ctx context.Context, ac aws.Config) error {
			_, err := dynamodb.NewFromConfig(ac).ListTables(ctx, &dynamodb.ListTablesInput{})
			return err
		},
	} {
		for _, status := range []int{http.StatusOK, http.StatusForbidden} {
			c := app.NewClock(clocktest.New(noon().Add(2 * time.Hour)).Now)
			ac := aws.Config{
				Region: "us-east-1", Credentials: aws.AnonymousCredentials{}, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
				HTTPClient: dated{status, noon(), "{}"},
			}
			c.ListenTo(&ac)
			ahead := c.Ahead(t.Context(), func(ctx context.Context) error { return ask(ctx, ac) })
			if (ahead - 2*time.Hour).Abs() > time.Second {
				t.Errorf("%s, answer %d: ahead %v, want two hours", name, status, ahead)
			}
		}
	}
}
