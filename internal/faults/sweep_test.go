package faults_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

// whole is a store of which every call is a place for a nap. While one call
// sleeps, all wait: the process is stopped.
type whole struct {
	sleepyStore

	mu *sync.Mutex
}

func newWhole(w *world, p *nap) whole {
	return whole{sleepyStore{w.memory, p}, new(sync.Mutex)}
}

func (s whole) after(call string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nap.after(call)
}

func (s whole) Put(ctx context.Context, key string, r io.Reader, meta map[string]string) error {
	err := s.Store.Put(ctx, key, r, meta)
	s.after("Put " + key)
	return err
}

func (s whole) Get(ctx context.Context, key string) (io.ReadCloser, error) {
	defer s.after("Get " + key)
	return s.Store.Get(ctx, key)
}

func (s whole) Head(ctx context.Context, key string) (blob.Info, error) {
	defer s.after("Head " + key)
	return s.Store.Head(ctx, key)
}

func (s whole) GetRange(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	defer s.after("GetRange " + key)
	return s.Store.GetRange(ctx, key, offset, length)
}

func (s whole) Delete(ctx context.Context, keys ...string) error {
	defer s.after("Delete " + strings.Join(keys, " "))
	return s.Store.Delete(ctx, keys...)
}

// TestCreateThatSleptForADayIsSweptAndKnowsIt lets others delete, sweep and back
// up while a create sleeps for longer than the age at which unnamed archives
// are waste.
func TestCreateThatSleptForADayIsSweptAndKnowsIt(t *testing.T) {
	takeovers, withdrawn := 0, 0
	everyNap(t, func(t *testing.T, p *nap) {
		t.Helper()
		w := newWorld(t)
		base := w.mustCreate(t, backup.KindFull)
		want := map[backup.ID]state{base.ID: observe(t, w.dir)}
		change(t, w)
		changed := observe(t, w.dir)
		p.meanwhile = func() {
			w.clock.Advance(25 * time.Hour)
			other := w.newcomer(t)
			if _, err := other.Delete(t.Context(), admin(), []backup.ID{base.ID}, true); err != nil {
				if !errors.Is(err, errs.ErrConflict) {
					t.Fatalf("Delete of the newcomer = %v", err)
				}
				return // not all of it slept, see TestRestoreThatSlept…
			}
			takeovers++
			if o, err := other.Rotate(t.Context(), admin(), backup.RotateRequest{}); err != nil || o.Status != backup.StatusCompleted {
				t.Fatalf("Rotate of the newcomer = %s %q, %v", o.Status, o.Errors, err)
			}
		}
		sleeper := newService(t, newWhole(w, p), w.records, w.dir, w.clock.Now, nil)
		sleeper.Runner = inline{sleeper}
		b, err := sleeper.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if p.calls < p.n && (err != nil || b.Status != backup.StatusCompleted) {
			t.Errorf("Create without a nap = %s %q, %v", b.Status, b.Errors, err)
		}
		if err == nil && b.Status == backup.StatusCompleted {
			want[b.ID] = changed
		} else {
			withdrawn++
		}
		w.recover(t)
		w.checkBackups(t, want)
		again := w.mustCreate(t, backup.KindFull)
		want[again.ID] = changed
		w.checkBackups(t, want)
		checkNothingRuns(t, w.records)
		w.clock.Advance(25 * time.Hour)
		if _, err := w.svc.Delete(t.Context(), admin(), failedOnes(t, w), false); err != nil && !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("Delete of what failed = %v", err)
		}
		// If nothing failed on record, the sleeper's archives belong to nobody.
		if o, err := w.svc.Rotate(t.Context(), admin(), backup.RotateRequest{}); err != nil || o.Status != backup.StatusCompleted {
			t.Errorf("Rotate = %s %q, %v", o.Status, o.Errors, err)
		}
		checkOnly(t, w, completedOnes(t, w)...)
	})
	if takeovers < 5 || withdrawn < 5 {
		t.Errorf("%d takeovers and %d backups withdrawn, so little was tested", takeovers, withdrawn)
	}
}

func idsOf(t *testing.T, w *world, status backup.Status) []backup.ID {
	t.Helper()
	res, err := w.svc.List(t.Context(), backup.ListRequest{Status: status})
	if err != nil {
		t.Fatal(err)
	}
	var ids []backup.ID
	for _, b := range res.Backups {
		ids = append(ids, b.ID)
	}
	return ids
}

func failedOnes(t *testing.T, w *world) []backup.ID {
	t.Helper()
	return idsOf(t, w, backup.StatusFailed)
}

func completedOnes(t *testing.T, w *world) []backup.ID {
	t.Helper()
	return idsOf(t, w, backup.StatusCompleted)
}

// atCommit is a store in which something happens right before and right after
// a manifest is written.
type atCommit struct {
	blob.Store

	before, after func()
}

func (s atCommit) Put(ctx context.Context, key string, r io.Reader, meta map[string]string) error {
	if !strings.HasPrefix(key, "manifests/") {
		return s.Store.Put(ctx, key, r, meta)
	}
	s.before()
	defer s.after()
	return s.Store.Put(ctx, key, r, meta)
}

// TestCommitWithoutTheLockIsNotBelieved takes the lock away from a create right
// before it writes its manifest, by a machine whose clock is ahead, so that the
// record still seems to be worked on. What the backup shares is deleted. Then
// the create goes on, or dies as soon as the manifest is there.
func TestCommitWithoutTheLockIsNotBelieved(t *testing.T) {
	t.Parallel()
	for name, dies := range map[string]bool{"it goes on": false, "it dies": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			base := w.mustCreate(t, backup.KindFull)
			want := map[backup.ID]state{}
			committed, wake := make(chan struct{}), make(chan struct{})
			var run sync.WaitGroup
			store := atCommit{Store: w.memory, before: func() { w.stealLock(t); w.mustRemove(t, base.ID) }, after: func() {
				close(committed)
				if dies {
					<-wake
				}
			}}
			sleeper := newService(t, store, w.records, w.dir, w.clock.Now, nil)
			sleeper.Runner = inline{sleeper}
			run.Go(func() {
				b, err := sleeper.Create(context.WithoutCancel(t.Context()), admin(), backup.CreateRequest{Kind: backup.KindFull})
				if !dies && (err != nil || b.Status != backup.StatusFailed) {
					t.Errorf("Create without the lock = %s, %v, want failed", b.Status, err)
				}
			})
			<-committed
			if !dies {
				run.Wait()
			}
			w.clock.Advance(2 * backup.DefaultTiming().Lease)
			again := w.mustCreate(t, backup.KindFull) // declares it dead
			want[again.ID] = observe(t, w.dir)
			if n := w.checkBackups(t, want); n != 1 {
				t.Errorf("%d backups are listed as completed, want 1", n)
			}
			if failed := failedOnes(t, w); len(failed) != 1 {
				t.Errorf("%d backups failed, want 1", len(failed))
			}
			close(wake)
			run.Wait()
			w.checkBackups(t, want)
		})
	}
}

// stealLock takes the lock away from whoever holds it.
func (w *world) stealLock(t *testing.T) {
	t.Helper()
	l, err := w.records.AcquireLock(t.Context(), "repository", "20261122-020000-rotate-aaaaaa", w.clock.Now().Add(time.Hour), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.records.ReleaseLock(t.Context(), l); err != nil {
		t.Fatal(err)
	}
}

// mustRemove deletes a backup, by somebody else.
func (w *world) mustRemove(t *testing.T, id backup.ID) {
	t.Helper()
	if _, err := w.svc.Delete(t.Context(), admin(), []backup.ID{id}, true); err != nil {
		t.Fatal(err)
	}
}
