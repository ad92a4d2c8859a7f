package event_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/event"
)

func TestEventOfAnotherKindIsRefused(t *testing.T) {
	serves := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("handler ran") })
	runs := func(context.Context, backup.Job) error { t.Error("job ran"); return nil }
	tests := map[string]struct {
		handler event.Handler
		payload []byte
		want    string
	}{
		"job for a function of requests": {event.Handler{HTTP: serves}, fixture(t, "list-job.json"), `This function answers HTTP requests only; it got the job "create".`},
		"request for a function of jobs": {event.Handler{Job: runs}, fixture(t, "create-full.json"), "This function runs jobs only; it got an HTTP request."},
		"notification of S3":             {event.Handler{HTTP: serves, Job: runs}, fixture(t, "create-s3-notification.json"), `The event is neither an HTTP API request (payload format 2.0) nor a job such as {"job":"create","type":"full"}.`},
		"no object":                      {event.Handler{HTTP: serves, Job: runs}, []byte(`"create"`), "The event is not a JSON object."},
		"nothing":                        {event.Handler{HTTP: serves, Job: runs}, nil, "The event is not a JSON object."},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			out, err := tc.handler.Invoke(t.Context(), tc.payload)
			if !errors.Is(err, errs.ErrInvalid) || out != nil {
				t.Fatalf("Invoke = %s, %v; want errs.ErrInvalid", out, err)
			}
			if diff := cmp.Diff(tc.want, errs.Detail(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestContextEndsMarginBeforeDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
		defer cancel()
		start := time.Now()
		h := event.Handler{Margin: 20 * time.Second, Job: func(ctx context.Context, _ backup.Job) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		_, err := h.Invoke(ctx, fixture(t, "create-schedule-full.json"))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Invoke: %v; want the deadline", err)
		}
		if got, want := time.Since(start), 15*time.Minute-20*time.Second; got != want {
			t.Errorf("context ended after %v, want %v", got, want)
		}
	})
}

func TestContextWithoutDeadlineStaysWithoutOne(t *testing.T) {
	h := event.Handler{Margin: time.Second, Job: func(ctx context.Context, _ backup.Job) error {
		if d, ok := ctx.Deadline(); ok {
			t.Errorf("deadline %v", d)
		}
		return ctx.Err()
	}}
	if _, err := h.Invoke(t.Context(), fixture(t, "create-schedule-full.json")); err != nil {
		t.Error(err)
	}
}
