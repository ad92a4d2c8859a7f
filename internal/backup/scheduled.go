package backup

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// rememberSchedule is how long a schedule's delivery is remembered: longer
// than EventBridge and Lambda retry.
const rememberSchedule = 48 * time.Hour

// runScheduled carries out what a schedule asks for, once for each schedule
// and time however often the event arrives.
func (s *Service) runScheduled(ctx context.Context, job Job) error {
	if err := s.reapIfFree(ctx, job.Verb); err != nil {
		return err
	}
	switch job.Verb {
	case VerbCreate:
		return s.scheduledCreate(ctx, job)
	case VerbRotate:
		return s.scheduledRotate(ctx, job)
	case VerbRestore, VerbVerify, VerbReencrypt:
	}
	return errs.New(errs.ErrInvalid, "A schedule cannot ask for the job %q.", job.Verb)
}

func (j Job) by() string {
	if j.Schedule == "" {
		return "direct invocation"
	}
	return "schedule"
}

func (s *Service) scheduledCreate(ctx context.Context, job Job) error {
	req := CreateRequest{Kind: job.Kind, Reason: ReasonSchedule}
	if job.Schedule == "" {
		req.Reason = ReasonManual
	}
	if err := req.validate(); err != nil {
		return err
	}
	b := s.newBackup(req, job.by())
	first, err := s.first(ctx, job, b.ID, func(ctx context.Context, id ID) (Status, error) {
		b, err := s.Get(ctx, id)
		return b.Status, err
	})
	if err != nil || !first {
		return err
	}
	if _, err := s.Catalog.PutBackup(ctx, b); err != nil {
		return err
	}
	return s.runCreate(ctx, b.ID, job.Reread)
}

func (s *Service) scheduledRotate(ctx context.Context, job Job) error {
	o := s.newOperation(VerbRotate, job.by())
	o.Rotate = &RotateRequest{}
	first, err := s.first(ctx, job, o.ID, func(ctx context.Context, id ID) (Status, error) {
		o, err := s.GetOperation(ctx, id)
		return o.Status, err
	})
	if err != nil || !first {
		return err
	}
	if _, err := s.Operations.PutOperation(ctx, o); err != nil {
		return err
	}
	return s.runOperation(ctx, o.ID, s.rotate)
}

// first reports whether the job's delivery is the first one, or the first
// after one whose run failed or never began.
func (s *Service) first(ctx context.Context, job Job, id ID, status func(context.Context, ID) (Status, error)) (bool, error) {
	if job.Schedule == "" || job.ScheduledTime == "" {
		return true, nil
	}
	key := fmt.Sprintf("%s@%s", job.Schedule, job.ScheduledTime)
	expires := s.Now().UTC().Add(rememberSchedule)
	bound, err := s.Idempotency.Remember(ctx, key, id, "", expires)
	if err != nil || bound == id {
		return err == nil, err
	}
	st, err := status(ctx, bound)
	switch {
	case errors.Is(err, errs.ErrNotFound) && s.Now().Before(bound.Time().Add(s.Timing.Lease)):
		// Its record is being written, or its writer has just died.
		return false, fmt.Errorf("another delivery of %s has just begun: %w", key, errs.ErrUnavailable)
	case errors.Is(err, errs.ErrNotFound), err == nil && st == StatusFailed:
		bound, err = s.Idempotency.Remember(ctx, key, id, bound, expires)
		return err == nil && bound == id, err
	}
	return false, err
}
