package backup

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// errLost ends a run whose record or lock now belongs to somebody else.
var errLost = errors.New("lease lost to somebody else")

// detached returns a context for the last words of a run, which must be
// written also when the run was cancelled or ran out of time.
func detached(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
}

// live points at the fields of a record that say whether it is being worked on.
type live struct {
	status    *Status
	progress  *Progress
	lease     *Lease
	finished  *time.Time
	cancelled *bool // somebody asked for it
}

// tracker keeps a record alive while its work runs: it renews the lease,
// publishes the progress and notices when the record is no longer its own.
type tracker[R any] struct {
	svc   *Service
	owner string
	meter meter
	get   func(ctx context.Context) (R, error)
	put   func(ctx context.Context, r R) (R, error)
	live  func(r *R) live

	mu     sync.Mutex
	rec    R
	noted  []func(*R)    // what rec has and the catalog has not
	asked  chan struct{} // closed once the record says that the run shall stop
	closed bool
}

func (s *Service) trackBackup(b Backup) *tracker[Backup] {
	return &tracker[Backup]{
		svc: s, owner: rand.Text(), rec: b, asked: make(chan struct{}),
		get:  func(ctx context.Context) (Backup, error) { return s.Catalog.GetBackup(ctx, b.ID) },
		put:  s.Catalog.PutBackup,
		live: func(b *Backup) live { return live{&b.Status, &b.Progress, &b.Lease, &b.FinishedAt, &b.CancelRequested} },
	}
}

func (s *Service) trackOperation(o Operation) *tracker[Operation] {
	return &tracker[Operation]{
		svc: s, owner: rand.Text(), rec: o, asked: make(chan struct{}),
		get: func(ctx context.Context) (Operation, error) { return s.Operations.GetOperation(ctx, o.ID) },
		put: s.Operations.PutOperation,
		live: func(o *Operation) live {
			return live{&o.Status, &o.Progress, &o.Lease, &o.FinishedAt, &o.CancelRequested}
		},
	}
}

// record returns the record as it was last written.
func (t *tracker[R]) record() R {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rec
}

// claim makes a pending record this tracker's own. errLost says that another
// delivery of the same job was faster, or that the record has ended.
func (t *tracker[R]) claim(ctx context.Context) error {
	if *t.live(&t.rec).status != StatusPending {
		return errLost
	}
	return t.update(ctx, func(r *R) { *t.live(r).status = StatusRunning })
}

// update applies change to the record, renews its lease and stores it. When
// somebody changed the record meanwhile (its note, say) and it is still ours,
// change is applied to what is there now. It is errCancelled, and stored all the
// same, when the run shall stop and change does not end it.
func (t *tracker[R]) update(ctx context.Context, change func(*R)) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for range 5 {
		next := t.rec
		l := t.live(&next)
		if !*l.cancelled { // a run that shall stop gets no further
			*l.progress = t.meter.now()
		}
		*l.lease = Lease{Owner: t.owner, Expires: t.svc.Now().UTC().Add(t.svc.Timing.Lease)}
		change(&next)
		saved, err := t.put(ctx, next)
		if err == nil {
			t.rec, t.noted = saved, nil
			return t.heed()
		}
		if !errors.Is(err, errs.ErrConflict) {
			return err
		}
		if err := t.refresh(ctx); err != nil {
			return err
		}
	}
	return fmt.Errorf("record changes too often: %w", errs.ErrConflict)
}

// note changes the record here only; the next update stores it.
func (t *tracker[R]) note(change func(*R)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.rec)
	t.noted = append(t.noted, change)
}

// refresh reads the record anew and checks that it is still ours.
func (t *tracker[R]) refresh(ctx context.Context) error {
	fresh, err := t.get(ctx)
	if errors.Is(err, errs.ErrNotFound) {
		return errLost
	}
	if err != nil {
		return err
	}
	if l := t.live(&fresh); l.status.Finished() || l.lease.Owner != t.owner {
		return errLost
	}
	t.rec = fresh
	for _, change := range t.noted {
		change(&t.rec)
	}
	return nil
}

// run does work while the record's heart beats. The context of work ends when
// the record is lost.
func (t *tracker[R]) run(ctx context.Context, work func(ctx context.Context) error) error {
	beat := func(ctx context.Context) (time.Time, error) {
		err := t.update(ctx, func(*R) {})
		r := t.record()
		return t.live(&r).lease.Expires, err
	}
	return t.svc.alive(ctx, beat, work)
}

// alive does work and beats at every heartbeat. Work's context ends with
// errLost when a beat says so, or when beats failed until the lease expired.
func (s *Service) alive(ctx context.Context, beat func(context.Context) (time.Time, error), work func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(s.Timing.Heartbeat)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			expires, err := beat(ctx)
			if errors.Is(err, errLost) || (err != nil && s.Now().After(expires)) {
				cancel(fmt.Errorf("%w: %w", errLost, err))
				return
			}
		}
	}()
	err := work(ctx)
	close(stop)
	<-stopped
	return because(ctx, err)
}

// because adds to the error of work why its context ended: its lease was lost, or
// somebody cancelled it.
func because(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	if err == nil || !errors.Is(cause, errLost) && !errors.Is(cause, errCancelled) || errors.Is(err, cause) {
		return err
	}
	return fmt.Errorf("%w: %w", cause, err)
}

// sleep waits for d or the end of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
