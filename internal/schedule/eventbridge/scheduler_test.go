package eventbridge_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/schedule/eventbridge"
	"github.com/vertex-ar/backup/internal/schedule/eventbridge/eventbridgetest"
)

func newScheduler(t *testing.T) (*eventbridgetest.Server, *eventbridge.Scheduler) {
	t.Helper()
	s := eventbridgetest.New(t, "vertex")
	client := scheduler.New(scheduler.Options{
		Region: "eu-central-1", BaseEndpoint: &s.URL, Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""), RetryMaxAttempts: 1,
	})
	return s, eventbridge.New(client, "vertex")
}

func TestSchedulesAreReadAsCrontabs(t *testing.T) {
	_, s := newScheduler(t)
	got, err := s.Schedules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const version = eventbridgetest.Begin * 1000
	want := []backup.Schedule{
		{Name: "database", Enabled: true, Crontab: "0 2 * * *", Expression: "cron(0 2 * * ? *)", Timezone: "Europe/Moscow", Version: version},
		{Name: "storage", Crontab: "0 3 * * 0", Expression: "cron(0 3 ? * SUN *)", Timezone: "Europe/Moscow", Version: version},
		{Name: "full", Enabled: true, Expression: "rate(1 day)", Timezone: "Europe/Moscow", Problem: got[2].Problem, Version: version},
		{Name: "rotation", Enabled: true, Crontab: "0 4 * * *", Expression: "cron(0 4 * * ? *)", Timezone: "Europe/Moscow", Version: version},
	}
	if diff := cmp.Diff(want, got); diff != "" || got[2].Problem == "" {
		t.Error(diff, got[2].Problem)
	}
}

func TestAChangeLeavesTheRestOfAScheduleAlone(t *testing.T) {
	f, s := newScheduler(t)
	before := f.Schedules["vertex-database"]
	all, err := s.Schedules(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	one := all[0]
	one.Enabled, one.Crontab, one.Expression, one.Timezone = false, "30 1 * * *", "cron(30 1 * * ? *)", "UTC"
	stored, err := s.PutSchedule(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	if stored.Version == one.Version || stored.UpdatedAt != time.Unix(eventbridgetest.Begin+1, 0).UTC() || stored.Crontab != "30 1 * * *" || stored.Enabled {
		t.Errorf("%+v", stored)
	}
	after := f.Schedules["vertex-database"]
	for _, name := range []string{"Target", "FlexibleTimeWindow", "Description"} {
		if diff := cmp.Diff(before[name], after[name]); diff != "" {
			t.Error(name, diff)
		}
	}
	if after["State"] != "DISABLED" || after["ScheduleExpressionTimezone"] != "UTC" {
		t.Errorf("%v", after)
	}
	if _, err := s.PutSchedule(t.Context(), one); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("a change of what was seen before: %v", err)
	}
}

func TestWhatEventBridgeRefusesIsOfItsKind(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		kind   error
		says   string
	}{
		{http.StatusNotFound, "ResourceNotFoundException", errs.ErrNotFound, "somebody has deleted it"},
		{http.StatusConflict, "ConflictException", errs.ErrConflict, ""},
		{http.StatusBadRequest, "ValidationException", errs.ErrInvalid, "time zone"},
		{http.StatusTooManyRequests, "ThrottlingException", errs.ErrUnavailable, "does not answer"},
		{http.StatusInternalServerError, "InternalServerException", errs.ErrUnavailable, "does not answer"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodPut} {
			if method == http.MethodGet && errors.Is(c.kind, errs.ErrConflict) {
				continue // only changes conflict
			}
			f, s := newScheduler(t)
			all, err := s.Schedules(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			f.Fail = func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method == method {
					eventbridgetest.Refuse(w, c.status, c.code)
				}
				return r.Method == method
			}
			_, err = s.PutSchedule(t.Context(), all[0])
			if !errors.Is(err, c.kind) || !strings.Contains(errs.Detail(err), c.says) {
				t.Errorf("%s at %s: %v", c.code, method, err)
			}
		}
	}
	f, s := newScheduler(t)
	f.Fail = func(w http.ResponseWriter, _ *http.Request) bool {
		eventbridgetest.Refuse(w, http.StatusForbidden, "AccessDeniedException")
		return true
	}
	if _, err := s.Schedules(t.Context()); err == nil || errs.Detail(err) != "" {
		t.Errorf("what is a fault of the deployment: %v", err)
	}
	if f.Requests() != 1 {
		t.Errorf("%d requests", f.Requests())
	}
}

func TestADeletedScheduleIsShownAsAProblem(t *testing.T) {
	f, s := newScheduler(t)
	delete(f.Schedules, "vertex-storage")
	all, err := s.Schedules(t.Context())
	if err != nil || len(all) != 4 || all[1].Enabled || !strings.Contains(all[1].Problem, "somebody has deleted it") || all[0].Problem != "" {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err := s.PutSchedule(t.Context(), all[1]); !errors.Is(err, errs.ErrNotFound) {
		t.Error(err)
	}
}
