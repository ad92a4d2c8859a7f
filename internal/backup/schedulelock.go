package backup

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/vertex-ar/backup/internal/errs"
)

// lockSchedules is the lock that is held by whoever changes a schedule.
const lockSchedules = "schedules"

// changing does work while nobody else changes a schedule: EventBridge Scheduler
// cannot compare and change in one step. Work's context ends, with time left to
// take back what was done, before the lock expires.
func (s *Service) changing(ctx context.Context, work func(ctx context.Context) error) error {
	l, err := s.acquireSchedules(ctx)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := detached(ctx)
		defer cancel()
		if err := s.Locks.ReleaseLock(ctx, l); err != nil {
			s.Log.WarnContext(ctx, "lock of the schedules not released; it will expire", "err", err)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, s.Timing.Lease/3)
	defer cancel()
	return work(ctx)
}

// glances is how often a change looks for the lock, which is held for moments.
const glances = 20

// acquireSchedules takes the lock.
func (s *Service) acquireSchedules(ctx context.Context) (Lock, error) {
	owner := ID(rand.Text())
	for try := 1; ; try++ {
		l, err := s.Locks.AcquireLock(ctx, lockSchedules, owner, s.Now().UTC(), s.Timing.Lease)
		if !errors.Is(err, errs.ErrConflict) {
			return l, err
		}
		if try == glances {
			return Lock{}, errs.New(errs.ErrConflict, "Somebody else is changing the schedules at this moment. Look at them again in half a minute, then repeat the change.").Because(err)
		}
		if err := sleep(ctx, s.Timing.Poll); err != nil {
			return Lock{}, err
		}
	}
}
