package eventbridge

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/schedule"
)

// Client is the part of EventBridge Scheduler's client that is used.
type Client interface {
	GetSchedule(ctx context.Context, in *scheduler.GetScheduleInput, opts ...func(*scheduler.Options)) (*scheduler.GetScheduleOutput, error)
	UpdateSchedule(ctx context.Context, in *scheduler.UpdateScheduleInput, opts ...func(*scheduler.Options)) (*scheduler.UpdateScheduleOutput, error)
}

// Scheduler is the four schedules of one stack.
type Scheduler struct {
	client Client
	prefix string
}

// New returns the schedules whose names begin with prefix, as in prefix-database.
func New(client Client, prefix string) *Scheduler {
	return &Scheduler{client: client, prefix: prefix}
}

// Schedules implements [backup.Scheduler]. One that somebody has deleted is shown
// as off, with that for a problem.
func (s *Scheduler) Schedules(ctx context.Context) ([]backup.Schedule, error) {
	var all []backup.Schedule
	for _, name := range backup.ScheduleNames() {
		out, err := s.get(ctx, name)
		switch {
		case err == nil:
			all = append(all, show(name, out))
		case errors.Is(err, errs.ErrNotFound):
			all = append(all, backup.Schedule{Name: name, Timezone: "UTC", Problem: errs.Detail(err)})
		default:
			return nil, err
		}
	}
	return all, nil
}

// PutSchedule implements [backup.Scheduler]. What it does not know of a schedule,
// such as its target, stays as it is.
func (s *Scheduler) PutSchedule(ctx context.Context, one backup.Schedule) (backup.Schedule, error) {
	is, err := s.get(ctx, one.Name)
	if err != nil {
		return one, err
	}
	if version := show(one.Name, is).Version; version != one.Version {
		return one, fmt.Errorf("schedule %s has version %d, not %d: %w", one.Name, version, one.Version, errs.ErrConflict)
	}
	state := types.ScheduleStateDisabled
	if one.Enabled {
		state = types.ScheduleStateEnabled
	}
	// An update sets what it does not name to its default: everything is named.
	_, err = s.client.UpdateSchedule(ctx, &scheduler.UpdateScheduleInput{
		Name: is.Name, GroupName: is.GroupName, Description: is.Description, Target: is.Target,
		FlexibleTimeWindow: is.FlexibleTimeWindow, ActionAfterCompletion: is.ActionAfterCompletion,
		StartDate: is.StartDate, EndDate: is.EndDate, KmsKeyArn: is.KmsKeyArn,
		ScheduleExpression: &one.Expression, ScheduleExpressionTimezone: &one.Timezone, State: state,
	})
	if err != nil {
		return one, classify(ctx, "change", one.Name, err)
	}
	now, err := s.get(ctx, one.Name)
	if err != nil {
		return one, err
	}
	stored := show(one.Name, now)
	stored.UpdatedBy = one.UpdatedBy
	return stored, nil
}

func (s *Scheduler) get(ctx context.Context, name backup.ScheduleName) (*scheduler.GetScheduleOutput, error) {
	out, err := s.client.GetSchedule(ctx, &scheduler.GetScheduleInput{Name: aws.String(s.prefix + "-" + string(name))})
	return out, classify(ctx, "read", name, err)
}

// show returns a schedule in the domain's terms.
func show(name backup.ScheduleName, out *scheduler.GetScheduleOutput) backup.Schedule {
	one := backup.Schedule{
		Name: name, Enabled: out.State == types.ScheduleStateEnabled,
		Expression: aws.ToString(out.ScheduleExpression), Timezone: aws.ToString(out.ScheduleExpressionTimezone),
	}
	if one.Timezone == "" {
		one.Timezone = "UTC"
	}
	c, err := schedule.FromExpression(one.Expression)
	if one.Problem = errs.Detail(err); err == nil {
		one.Crontab = c.String()
	}
	if changed := out.LastModificationDate; changed != nil {
		one.Version = changed.UnixMilli()
		if out.CreationDate == nil || changed.After(*out.CreationDate) {
			one.UpdatedAt = changed.UTC()
		}
	}
	return one
}

// classify says what kind of error an answer of EventBridge is, after the SDK's
// retries.
func classify(ctx context.Context, doing string, name backup.ScheduleName, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s schedule %s: %w: %w", doing, name, ctx.Err(), err)
	}
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return errs.New(errs.ErrNotFound, "The schedule %s is missing in EventBridge Scheduler: somebody has deleted it. Make it there again as template.yaml describes it.", name).Because(err)
	}
	if _, conflict := errors.AsType[*types.ConflictException](err); conflict {
		return fmt.Errorf("%s schedule %s: %w: %w", doing, name, errs.ErrConflict, err)
	}
	if _, refused := errors.AsType[*types.ValidationException](err); refused {
		return errs.New(errs.ErrInvalid, "EventBridge Scheduler does not accept the schedule %s so. Choose another time zone or crontab.", name).Because(err)
	}
	if retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) == aws.TrueTernary {
		return errs.New(errs.ErrUnavailable, "EventBridge Scheduler does not answer at the moment. Try again in a minute.").Because(fmt.Errorf("%s schedule %s: %w", doing, name, err))
	}
	return fmt.Errorf("%s schedule %s: %w", doing, name, err)
}
