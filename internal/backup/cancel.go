package backup

import (
	"context"
	"errors"

	"github.com/vertex-ar/backup/internal/errs"
)

// errCancelled ends a run that somebody wants to stop.
var errCancelled = errors.New("cancelled by a user")

// phaseCommit is the phase from which on a backup or a restore is carried to its
// end. Whoever asks for a stop and the run write the same record: the one who comes
// second sees what the first has written, so a commit never meets a stop.
const phaseCommit = "commit"

// Cancel asks a running backup or operation to stop. It sees that at its next
// heartbeat, and leaves what was there before or something that is finished. What
// has not begun yet ends at once. To ask twice is no error; errs.ErrConflict says
// that it has ended, or is about to.
func (s *Service) Cancel(ctx context.Context, actor Actor, id ID) error {
	entry := AuditEntry{Actor: actor.Name(), Action: string(VerbCreate), Subject: string(id), Outcome: string(StatusCancelled)}
	b, err := s.Catalog.GetBackup(ctx, id)
	if err == nil {
		return cancelRun(ctx, s.trackBackup(b), id, entry)
	}
	if !errors.Is(err, errs.ErrNotFound) {
		return err
	}
	o, err := s.GetOperation(ctx, id)
	if err != nil {
		return err
	}
	entry.Action, entry.Subject = string(o.Verb), string(o.BackupID)
	return cancelRun(ctx, s.trackOperation(o), id, entry)
}

// cancelRun writes into the record of t that its run shall stop. entry tells of one
// that never began.
func cancelRun[R any](ctx context.Context, t *tracker[R], id ID, entry AuditEntry) error {
	for range 5 {
		l := t.live(&t.rec)
		if err := t.svc.stop(l, id); err != nil {
			return err
		}
		_, err := t.put(ctx, t.rec)
		if err == nil && l.status.Finished() {
			t.svc.logOutcome(ctx, entry)
			t.svc.releaseFor(ctx, id)
		}
		if !errors.Is(err, errs.ErrConflict) {
			return err
		}
		if t.rec, err = t.get(ctx); err != nil {
			return err
		}
	}
	return errs.New(errs.ErrConflict, "The record of %s is being changed by somebody else. Try again in a minute.", id)
}

// stop changes a record so that its run stops. One that nobody has begun has ended
// thereby.
func (s *Service) stop(l live, id ID) error {
	now := s.Now().UTC()
	switch st := *l.status; {
	case st != StatusPending && st != StatusRunning || dead(st, *l.lease, now):
		return errs.New(errs.ErrConflict, "%s has ended already, so there is nothing to cancel.", id)
	case st == StatusPending:
		*l.status, *l.finished, *l.lease = StatusCancelled, now, Lease{}
	case l.progress.Phase == phaseCommit:
		return errs.New(errs.ErrConflict, "It is too late to cancel %s: its changes are being made, which ends in a moment.", id)
	}
	*l.cancelled = true
	return nil
}

// releaseFor frees the repository's lock if it is held for a record whose run
// never began; else it expires.
func (s *Service) releaseFor(ctx context.Context, id ID) {
	l, err := s.Locks.GetLock(ctx, lockRepository)
	if errors.Is(err, errs.ErrNotFound) || err == nil && l.Owner != id {
		return
	}
	if err == nil {
		err = s.Locks.ReleaseLock(ctx, l)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "lock of a cancelled run not released; it will expire", "err", err, "owner", string(id))
	}
}

// heed returns errCancelled if the record says that the run shall stop. The
// tracker's mutex is held.
func (t *tracker[R]) heed() error {
	l := t.live(&t.rec)
	if !*l.cancelled || l.status.Finished() {
		return nil
	}
	if !t.closed {
		t.closed = true
		close(t.asked)
	}
	return errCancelled
}

// wanted is errCancelled once the run shall stop. Work that must not be interrupted
// asks it before each step.
func (t *tracker[R]) wanted() error {
	select {
	case <-t.asked:
		return errCancelled
	default:
		return nil
	}
}

// interruptibly does work whose context ends when the run shall stop.
func (t *tracker[R]) interruptibly(ctx context.Context, work func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-t.asked:
			cancel(errCancelled)
		case <-ctx.Done():
		}
	}()
	return because(ctx, work(ctx))
}

// interruptible is interruptibly for work that has a result.
func interruptible[T any](ctx context.Context, t *tracker[Operation], work func(context.Context) (T, error)) (result T, err error) {
	err = t.interruptibly(ctx, func(ctx context.Context) (err error) {
		result, err = work(ctx)
		return err
	})
	return result, err
}
