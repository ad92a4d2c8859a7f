package backup

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// lockRepository is the lock that everything holds that changes the repository
// or the installation.
const lockRepository = "repository"

// goodbyes is how often a request looks again for a lock whose holder has ended.
const goodbyes = 20

// acquire takes the repository's lock for owner and waits for it as long as
// wait says.
func (s *Service) acquire(ctx context.Context, owner ID, wait time.Duration) (Lock, error) {
	s.setClock(ctx) // a machine that is ahead would take a living lock for a dead one
	deadline := s.Now().Add(wait)
	for try := 0; ; try++ {
		l, err := s.Locks.AcquireLock(ctx, lockRepository, owner, s.Now().UTC(), s.Timing.Lease)
		if err == nil || !errors.Is(err, errs.ErrConflict) {
			return l, err
		}
		if !s.Now().Before(deadline) && (try >= goodbyes || !s.leaving(ctx)) {
			return Lock{}, s.busy(ctx).Because(err)
		}
		if err := sleep(ctx, s.Timing.Poll); err != nil {
			return Lock{}, err
		}
	}
}

// leaving reports whether the lock is free by now or held for a backup that has
// ended: its record says so a moment before its run lets go, and whoever has
// read that may rightly ask for the next thing.
func (s *Service) leaving(ctx context.Context) bool {
	l, err := s.Locks.GetLock(ctx, lockRepository)
	if err != nil {
		return errors.Is(err, errs.ErrNotFound)
	}
	b, err := s.Catalog.GetBackup(ctx, l.Owner)
	return err == nil && b.Status.Finished()
}

// tryAgain is how long who asks for the repository is told to wait for a holder that
// is at work.
const tryAgain = 10 * time.Second

// missedBeats is how many heartbeats a holder misses before it is said to be silent.
const missedBeats = 3

// busy says who holds the repository, and, of a holder that has fallen silent,
// until when.
func (s *Service) busy(ctx context.Context) *errs.Error {
	l, err := s.Locks.GetLock(ctx, lockRepository)
	if err != nil {
		return busyWith("Another operation").RetryAfter(tryAgain)
	}
	left := l.Expires.Sub(s.Now())
	silent := s.Timing.Lease - left
	if silent < missedBeats*s.Timing.Heartbeat {
		return busyWith("Another operation (" + string(l.Owner) + ")").RetryAfter(tryAgain)
	}
	return errs.New(errs.ErrConflict, "%s has not been heard from for %d seconds; it was probably interrupted. Unless it comes back, its place is free at %s UTC. Try again then.",
		l.Owner, int(silent.Seconds()), l.Expires.UTC().Format(time.TimeOnly)).RetryAfter(max(left, 0) + time.Second)
}

func busyWith(holder string) *errs.Error {
	return errs.New(errs.ErrConflict, "%s is working on the backups. Wait until it has ended, then try again.", holder)
}

// held is the repository's lock in the hands of a run. A run that stood still
// for longer than its lease may have lost it without knowing: whoever holds the
// lock calls still right before what others must not meet.
type held struct {
	svc     *Service
	mu      sync.Mutex // of lock, which is renewed by one at a time
	lock    Lock
	expires atomic.Int64 // of lock, nanoseconds since 1970
}

// exclusive does work while it holds the repository's lock, for which it
// waits as long as a job may.
func (s *Service) exclusive(ctx context.Context, owner ID, work func(context.Context, *held) error) error {
	lock, err := s.acquire(ctx, owner, s.Timing.LockWait)
	if err != nil {
		return err
	}
	return s.hold(ctx, lock, work)
}

// hold does work while the repository's lock is renewed, then releases it. The
// context of work ends when the lock is lost.
func (s *Service) hold(ctx context.Context, l Lock, work func(ctx context.Context, lock *held) error) error {
	h := &held{svc: s, lock: l}
	h.expires.Store(l.Expires.UnixNano())
	err := s.alive(ctx, h.renew, func(ctx context.Context) error {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		err := work(wakeful{ctx, h, cancel}, h) //nolint:contextcheck // it inherits ctx
		if err == nil && h.expired() && errors.Is(h.still(ctx), errLost) {
			err = errLost // a successor was at work before this was done
		}
		return lostBecause(ctx, err)
	})
	ctx, cancel := detached(ctx)
	defer cancel()
	if rerr := s.Locks.ReleaseLock(ctx, l); rerr != nil {
		s.Log.WarnContext(ctx, "lock not released; it will expire", "err", rerr, "owner", string(l.Owner))
	}
	return err
}

// renew extends the lock and returns until when. errLost says that it is
// somebody else's.
func (h *held) renew(ctx context.Context) (time.Time, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	// A wakeful context would come back here for the answer that is being asked
	// for; one that is derived from it ends with it and does not ask.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	renewed, err := h.svc.Locks.RenewLock(ctx, h.lock, h.svc.Now().UTC(), h.svc.Timing.Lease)
	switch {
	case err == nil:
		h.lock = renewed
		h.expires.Store(renewed.Expires.UnixNano())
	case errors.Is(err, errs.ErrConflict):
		err = errLost
	}
	return h.lock.Expires, err
}

// still makes sure that the lock is ours, for the length of a lease from now.
func (h *held) still(ctx context.Context) error {
	_, err := h.renew(ctx)
	return err
}

// token returns the lock's fencing token.
func (h *held) token() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lock.Token
}

func (h *held) expired() bool { return h.svc.Now().UnixNano() > h.expires.Load() }

// wakeful is the context of work under a lock. Work asks it before each step.
// When it has slept through its lease (a process that was stopped, a machine
// that was suspended), the first question finds out whether the lock is still
// ours: the next heartbeat would come some steps too late.
type wakeful struct {
	context.Context //nolint:containedctx // it is one

	lock   *held
	cancel context.CancelCauseFunc
}

// Err implements context.Context.
func (w wakeful) Err() error {
	if err := w.Context.Err(); err != nil || !w.lock.expired() {
		return err
	}
	if err := w.lock.still(w.Context); err != nil {
		w.cancel(fmt.Errorf("%w: %w", errLost, err))
	}
	return w.Context.Err()
}
