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
	status   *Status
	progress *Progress
	lease    *Lease
	finished *time.Time
	cancel   *bool
	warnings *[]string
	version  *int64
}

// tracker keeps a record alive while its work runs: it renews the lease,
// publishes the progress and notices when the record is no longer its own.
type tracker[R any] struct {
	svc   *Service
	id    ID
	owner string
	meter meter
	log   journal
	get   func(ctx context.Context) (R, error)
	put   func(ctx context.Context, r R) (R, error)
	live  func(r *R) live

	mu    sync.Mutex
	rec   R
	noted []func(*R) // changes of rec that are not stored yet

	stop   context.CancelCauseFunc // of the work, while it runs
	steps  int                     // that must not be broken off
	sealed bool                    // the run cannot be cancelled any more
}

func (s *Service) trackBackup(b Backup) *tracker[Backup] {
	t := &tracker[Backup]{
		svc: s, id: b.ID, owner: rand.Text(), rec: b,
		get: func(ctx context.Context) (Backup, error) { return s.Catalog.GetBackup(ctx, b.ID) },
		put: s.Catalog.PutBackup,
		live: func(b *Backup) live {
			return live{&b.Status, &b.Progress, &b.Lease, &b.FinishedAt, &b.CancelRequested, &b.Warnings, &b.Version}
		},
	}
	t.log.now, t.meter.told = s.Now, t.log.phase
	return t
}

func (s *Service) trackOperation(o Operation) *tracker[Operation] {
	t := &tracker[Operation]{
		svc: s, id: o.ID, owner: rand.Text(), rec: o,
		get: func(ctx context.Context) (Operation, error) { return s.Operations.GetOperation(ctx, o.ID) },
		put: s.Operations.PutOperation,
		live: func(o *Operation) live {
			return live{&o.Status, &o.Progress, &o.Lease, &o.FinishedAt, &o.CancelRequested, &o.Warnings, &o.Version}
		},
	}
	t.log.now, t.meter.told = s.Now, t.log.phase
	return t
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
// change is applied to what is there now.
func (t *tracker[R]) update(ctx context.Context, change func(*R)) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for range 5 {
		next := t.rec
		l := t.live(&next)
		*l.progress = t.meter.now()
		*l.lease = Lease{Owner: t.owner, Expires: t.svc.Now().UTC().Add(t.svc.Timing.Lease)}
		change(&next)
		saved, err := t.put(ctx, next)
		if err == nil {
			t.rec, t.noted = saved, nil
			t.heed()
			return nil
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

// refresh reads the record anew and checks that it is still ours, or still
// waits for somebody to begin.
func (t *tracker[R]) refresh(ctx context.Context) error {
	fresh, err := t.get(ctx)
	if errors.Is(err, errs.ErrNotFound) {
		return errLost
	}
	if err != nil {
		return err
	}
	l := t.live(&fresh)
	if l.status.Finished() || *l.status != StatusPending && l.lease.Owner != t.owner {
		return errLost
	}
	t.rec = fresh
	for _, change := range t.noted {
		change(&t.rec)
	}
	return nil
}

// run does work while the record's heart beats. The context of work ends when
// the record is lost, or when somebody has cancelled the run.
func (t *tracker[R]) run(ctx context.Context, work func(ctx context.Context) error) error {
	beat := func(ctx context.Context) (time.Time, error) {
		err := t.update(ctx, func(*R) {})
		t.svc.publish(ctx, t.id, &t.log)
		r := t.record()
		return t.live(&r).lease.Expires, err
	}
	return t.svc.alive(ctx, beat, func(ctx context.Context) error {
		ctx, stop := context.WithCancelCause(ctx)
		defer stop(nil)
		t.mu.Lock()
		t.stop = stop
		t.heed()
		t.mu.Unlock()
		return cancelledBecause(ctx, work(ctx))
	})
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
	return lostBecause(ctx, err)
}

// lostBecause adds to the error of work that its lease was lost, which is why
// its context ended.
func lostBecause(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); err != nil && errors.Is(cause, errLost) && !errors.Is(err, errLost) {
		return fmt.Errorf("%w: %w", cause, err)
	}
	return err
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
