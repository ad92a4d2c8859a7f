package backup

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
)

// errCancelled ends a run that somebody asked to stop.
var errCancelled = errors.New("cancelled")

// Cancel asks the run of a backup or an operation to stop, and reports whether
// it has ended by that. A run that has begun sees it at its next heartbeat; it ends
// as cancelled and leaves what it worked on as it was. It is errs.ErrConflict when
// the run has ended, or has come to the step after which it has to end as a whole.
func (s *Service) Cancel(ctx context.Context, _ Actor, id ID) (ended bool, err error) {
	if id.IsBackup() {
		ended, err = cancel(ctx, id, s.trackBackup(Backup{ID: id}))
		if errors.Is(err, errs.ErrNotFound) {
			err = noSuchBackup(id).Because(err)
		}
		return ended, err
	}
	ended, err = cancel(ctx, id, s.trackOperation(Operation{ID: id}))
	if errors.Is(err, errs.ErrNotFound) {
		err = noSuchOperation(id).Because(err)
	}
	return ended, err
}

// IsBackup reports whether the ID is of a backup; others are of operations.
func (id ID) IsBackup() bool {
	parts := strings.Split(string(id), "-")
	return len(parts) == 4 && Kind(parts[2]).Valid()
}

// cancel writes the wish into the record that t knows how to read. One that waits
// for its run is ended here: the run finds it so.
func cancel[R any](ctx context.Context, id ID, t *tracker[R]) (ended bool, err error) {
	for range 10 {
		r, err := t.get(ctx)
		if err != nil {
			return false, err
		}
		l := t.live(&r)
		if err := t.svc.refuseCancel(id, l); err != nil {
			return false, err
		}
		if *l.cancel {
			return false, nil
		}
		*l.cancel = true
		waits := *l.status == StatusPending
		if waits {
			t.cancelled(&r)
		}
		_, err = t.put(ctx, r)
		if err == nil && waits {
			t.svc.letGo(ctx, id)
		}
		if !errors.Is(err, errs.ErrConflict) {
			return waits, err
		}
	}
	return false, beingChanged(id)
}

// cancelled is the change that ends a record whose run was cancelled.
func (t *tracker[R]) cancelled(r *R) {
	l := t.live(r)
	*l.status, *l.finished, *l.lease = StatusCancelled, t.svc.Now().UTC(), Lease{}
}

// phaseCommit is the phase of a run that cannot be cancelled any more.
const phaseCommit = "commit"

// refuseCancel says why a run cannot be cancelled.
func (s *Service) refuseCancel(id ID, l live) error {
	switch {
	case *l.status == StatusDeleting:
		return errs.New(errs.ErrConflict, "Backup %s is being deleted, which cannot be cancelled.", id)
	case l.status.Finished() || dead(*l.status, *l.lease, s.Now()):
		return errs.New(errs.ErrConflict, "%s has ended already. Reload the page to see how.", id)
	case *l.status == StatusRunning && l.progress.Phase == phaseCommit:
		return errs.New(errs.ErrConflict, "It is too late to cancel %s: it is just being ended. Wait a moment.", id)
	}
	return nil
}

// letGo frees the lock that a request took for work that does not begin any more.
func (s *Service) letGo(ctx context.Context, id ID) {
	l, err := s.Locks.GetLock(ctx, lockRepository)
	if err == nil && l.Owner == id {
		err = s.Locks.ReleaseLock(ctx, l)
	}
	if err != nil && !errors.Is(err, errs.ErrNotFound) {
		s.Log.WarnContext(ctx, "lock not released; it will expire", "err", err, "owner", string(id))
	}
}

// cancelledBecause adds to the error of work that it was cancelled, which is
// why its context ended.
func cancelledBecause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, errCancelled) && !errors.Is(err, errCancelled) {
		return fmt.Errorf("%w: %w", errCancelled, err)
	}
	return err
}

// unlessCancelled returns nil for the error of a run that was cancelled: it did
// what it was asked for.
func unlessCancelled(err error) error {
	if errors.Is(err, errCancelled) {
		return nil
	}
	return err
}

// heed ends the run's context if somebody asked for it and it is not in a step
// that has to be ended. The tracker is locked.
func (t *tracker[R]) heed() {
	if t.stop != nil && *t.live(&t.rec).cancel && !t.sealed && t.steps == 0 {
		t.stop(errCancelled)
	}
}

// whole does a step that a cancel must not break off; one that was asked for
// meanwhile takes effect after it.
func (t *tracker[R]) whole(step func() error) error {
	t.mu.Lock()
	t.steps++
	t.mu.Unlock()
	err := step()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.steps--
	t.heed()
	return err
}

// seal begins the commit. The record says so from now on, and whoever asks to
// cancel later is refused; who has asked before is heeded now.
func (t *tracker[R]) seal(ctx context.Context) error {
	t.meter.phase(phaseCommit, 0, 0)
	if err := t.update(ctx, func(*R) {}); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if *t.live(&t.rec).cancel {
		return errCancelled
	}
	t.sealed = true
	return nil
}
