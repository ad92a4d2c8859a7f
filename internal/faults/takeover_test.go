package faults_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

// nap puts a process to sleep once, at its n-th call, until its leases have
// expired and somebody else has done something. Its heart does not beat, as
// that of a process that is stopped. It sleeps after a call, not before it:
// between the last look at the lease and the step that follows, nobody can help.
type nap struct {
	n         int
	calls     int
	at        string // the call after which it slept
	meanwhile func()
}

func (p *nap) after(call string) {
	if p.calls++; p.calls == p.n {
		p.at = call
		p.meanwhile()
	}
}

func (p *nap) files(op, path string) error {
	if strings.HasSuffix(op, " done") {
		p.after(op + " " + path)
	}
	return nil
}

// everyNap runs check with a sleep after each call, until there is no such call.
func everyNap(t *testing.T, check func(t *testing.T, p *nap)) {
	t.Helper()
	for n := 1; ; n++ {
		p := &nap{n: n}
		t.Run(fmt.Sprint(n), func(t *testing.T) { check(t, p) })
		if p.calls < n {
			if n < 5 {
				t.Errorf("only %d calls, so little was tested", n-1)
			}
			return
		}
	}
}

// newcomer is a service that starts when all leases have expired.
func (w *world) newcomer(t *testing.T) *backup.Service {
	t.Helper()
	w.clock.Advance(2 * backup.DefaultTiming().Lease)
	svc := newService(t, w.memory, w.records, w.dir, w.clock.Now, nil)
	svc.Runner = inline{svc}
	return svc
}

func TestRestoreThatSleptThroughItsLeaseLeavesTheNextOneAlone(t *testing.T) {
	for _, safety := range []bool{false, true} {
		t.Run(fmt.Sprintf("safety backup %t", safety), func(t *testing.T) {
			takeovers := 0
			everyNap(t, func(t *testing.T, p *nap) {
				t.Helper()
				w := newWorld(t)
				a := w.mustCreate(t, backup.KindFull)
				want := map[backup.ID]state{a.ID: observe(t, w.dir)}
				change(t, w)
				b := w.mustCreate(t, backup.KindFull)
				want[b.ID] = observe(t, w.dir)
				write(t, w.storage()+"/a.jpg", "broken")
				execute(t, w.database(), `DELETE FROM portraits`)

				slept := false
				p.meanwhile = func() {
					op, err := w.newcomer(t).Restore(t.Context(), admin(), backup.RestoreRequest{ID: b.ID, Compare: true})
					if errors.Is(err, errs.ErrConflict) {
						// Not all of it slept: a goroutine of database/sql has
						// asked the context, which has renewed the lock.
						return
					}
					slept = true
					takeovers++
					if err != nil || op.Status != backup.StatusCompleted {
						t.Fatalf("Restore of the newcomer = %s %q, %v", op.Status, op.Errors, err)
					}
				}
				sleeper := newService(t, w.memory, w.records, w.dir, w.clock.Now, p.files)
				sleeper.Runner = inline{sleeper}
				op, err := sleeper.Restore(t.Context(), admin(), backup.RestoreRequest{ID: a.ID, Compare: true, SafetyBackup: safety})
				if err != nil || slept == (op.Status == backup.StatusCompleted) {
					t.Errorf("Restore that slept: %t = %s, %v", slept, op.Status, err)
				}
				shall := a
				if slept {
					shall = b
				}
				if d := diff(want[shall.ID], observe(t, w.dir)); len(d) > 0 {
					t.Errorf("the sleeper (%s) changed %q", p.at, d)
				}
				w.recover(t)
				w.checkBackups(t, want)
				again := w.mustCreate(t, backup.KindFull)
				want[again.ID] = want[shall.ID]
				w.checkBackups(t, want)
				checkNothingRuns(t, w.records)
			})
			if takeovers < 10 {
				t.Errorf("somebody took over only %d times, so little was tested", takeovers)
			}
		})
	}
}

// sleepyStore naps after its calls.
type sleepyStore struct {
	blob.Store

	nap *nap
}

func (s sleepyStore) GetRange(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	defer s.nap.after("GetRange")
	return s.Store.GetRange(ctx, key, offset, length)
}

func (s sleepyStore) Head(ctx context.Context, key string) (blob.Info, error) {
	defer s.nap.after("Head")
	return s.Store.Head(ctx, key)
}

func (s sleepyStore) List(ctx context.Context, key string) iter.Seq2[blob.Info, error] {
	return func(yield func(blob.Info, error) bool) {
		defer s.nap.after("List")
		s.Store.List(ctx, key)(yield)
	}
}

func (s sleepyStore) Delete(ctx context.Context, keys ...string) error {
	defer s.nap.after("Delete")
	return s.Store.Delete(ctx, keys...)
}

// removals are what removes the two older ones of four backups.
var removals = map[string]func(ctx context.Context, svc *backup.Service, old []backup.ID) error{
	"rotate": func(ctx context.Context, svc *backup.Service, _ []backup.ID) error {
		o, err := svc.Rotate(ctx, admin(), backup.RotateRequest{})
		if err == nil && o.Status != backup.StatusCompleted {
			err = fmt.Errorf("%s %q", o.Status, o.Errors)
		}
		return err
	},
	"delete": func(ctx context.Context, svc *backup.Service, old []backup.ID) error {
		_, err := svc.Delete(ctx, admin(), old, false)
		return err
	},
}

// TestRemovalThatSleptThroughItsLeaseLeavesTheLastBackup lets somebody delete
// the newer backups while a removal of the older ones sleeps: what was
// superfluous when it began is now the last.
func TestRemovalThatSleptThroughItsLeaseLeavesTheLastBackup(t *testing.T) {
	for name, remove := range removals {
		t.Run(name, func(t *testing.T) {
			everyNap(t, func(t *testing.T, p *nap) {
				t.Helper()
				w := newWorld(t)
				var ids []backup.ID
				want := map[backup.ID]state{}
				for range 4 {
					b := w.mustCreate(t, backup.KindFull)
					ids = append(ids, b.ID)
					want[b.ID] = observe(t, w.dir)
				}
				p.meanwhile = func() {
					_, _ = w.newcomer(t).Delete(t.Context(), admin(), ids[2:], false) // refused when these are the last
				}
				sleeper := newService(t, sleepyStore{w.memory, p}, w.records, w.dir, w.clock.Now, nil)
				sleeper.Runner = inline{sleeper}
				err := remove(t.Context(), sleeper, ids[:2])
				if p.calls < p.n && err != nil {
					t.Errorf("removal without a nap = %v", err)
				}
				w.recover(t)
				if n := w.checkBackups(t, want); n == 0 {
					t.Error("the last backup is gone")
				}
				w.mustCreate(t, backup.KindFull)
				for _, id := range ids[:2] {
					if err := remove(t.Context(), w.svc, []backup.ID{id}); err != nil && !errors.Is(err, errs.ErrNotFound) {
						t.Errorf("second try, after a nap (%s) = %v", p.at, err)
					}
				}
				checkNothingRuns(t, w.records)
			})
		})
	}
}
