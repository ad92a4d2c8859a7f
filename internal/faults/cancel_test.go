package faults_test

import (
	"context"
	"errors"
	"io"
	"iter"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// canceller cancels the run of a world at its n-th call to the store, to the
// installation's files or for a new record, and holds that call until the run must have noticed.
type canceller struct {
	ask func() error // cancels whatever runs
	at  int

	mu     sync.Mutex
	calls  int
	asked  bool
	answer error
}

func (c *canceller) step(string, string) error {
	c.mu.Lock()
	c.calls++
	now := c.calls == c.at
	c.mu.Unlock()
	if now {
		err := c.ask()
		c.mu.Lock()
		c.asked, c.answer = true, err
		c.mu.Unlock()
		time.Sleep(8 * heartbeat)
	}
	return nil
}

// accepted reports whether somebody was told that the run would stop.
func (c *canceller) accepted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked && c.answer == nil
}

const heartbeat = time.Millisecond

// stepping is a store that tells a canceller of each call.
type stepping struct {
	blob.Store

	c *canceller
}

func (s stepping) Get(ctx context.Context, key string) (io.ReadCloser, error) {
	_ = s.c.step("get", key)
	return s.Store.Get(ctx, key)
}

func (s stepping) GetRange(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	_ = s.c.step("get", key)
	return s.Store.GetRange(ctx, key, offset, length)
}

func (s stepping) Head(ctx context.Context, key string) (blob.Info, error) {
	_ = s.c.step("head", key)
	return s.Store.Head(ctx, key)
}

func (s stepping) List(ctx context.Context, prefix string) iter.Seq2[blob.Info, error] {
	_ = s.c.step("list", prefix)
	return s.Store.List(ctx, prefix)
}

func (s stepping) Put(ctx context.Context, key string, r io.Reader, metadata map[string]string) error {
	_ = s.c.step("put", key)
	return s.Store.Put(ctx, key, r, metadata)
}

func (s stepping) Delete(ctx context.Context, keys ...string) error {
	_ = s.c.step("delete", "")
	return s.Store.Delete(ctx, keys...)
}

// recording is a catalog that tells a canceller of each new backup, when it is
// there and has not begun.
type recording struct {
	catalog.Catalog

	c *canceller
}

func (r recording) PutBackup(ctx context.Context, b backup.Backup) (backup.Backup, error) {
	saved, err := r.Catalog.PutBackup(ctx, b)
	if b.Version == 0 {
		_ = r.c.step("record", string(b.ID))
	}
	return saved, err
}

// cancelAt makes the world's next run one that is cancelled at its n-th call.
func (w *world) cancelAt(t *testing.T, n int) *canceller {
	t.Helper()
	plain := w.svc
	c := &canceller{at: n}
	c.ask = func() error { return cancelWhatRuns(plain) }
	w.svc = newService(t, stepping{w.memory, c}, recording{w.records, c}, w.dir, w.clock.Now, c.step)
	w.svc.Runner = inline{w.svc}
	w.svc.Timing.Heartbeat = heartbeat
	return c
}

// errIdle says that there was nothing to cancel yet, or any more.
var errIdle = errors.New("nothing runs")

// cancelWhatRuns cancels the operation that runs, or else the backup.
func cancelWhatRuns(svc *backup.Service) error {
	ctx := context.Background()
	ops, err := svc.ListOperations(ctx, backup.OperationsRequest{Active: true})
	if err != nil {
		return err
	}
	for _, o := range ops.Operations {
		_, err := svc.Cancel(ctx, admin(), o.ID)
		return err
	}
	running, err := svc.List(ctx, backup.ListRequest{Status: backup.StatusRunning})
	if err != nil {
		return err
	}
	for _, b := range running.Backups {
		_, err := svc.Cancel(ctx, admin(), b.ID)
		return err
	}
	return errIdle
}

// everyStep cancels at the first call, then stride calls later, and so on until
// the run has no such call. Some must be cancelled.
func everyStep(t *testing.T, stride int, check func(t *testing.T, n int) (met, cancelled bool)) {
	t.Helper()
	cancelled, met := 0, true
	n := 1
	for ; met; n += stride {
		asked, was := check(t, n)
		if met = asked; was {
			cancelled++
		}
		if t.Failed() {
			t.Fatalf("at step %d", n)
		}
	}
	if cancelled == 0 {
		t.Errorf("none of %d steps was cancelled", n)
	}
}

// honest holds how a run ended to what was said: who was told that it would stop
// finds it cancelled, and nobody else. What has no commit may have ended before
// it could notice.
func honest(t *testing.T, c *canceller, ended backup.Status, commits bool) {
	t.Helper()
	want := backup.StatusCompleted
	if c.accepted() {
		want = backup.StatusCancelled
	}
	if ended != want && (commits || ended != backup.StatusCompleted) {
		t.Errorf("it ended %s, want %s; the answer was %v", ended, want, c.answer)
	}
	if c.answer != nil && !errors.Is(c.answer, errs.ErrConflict) && !errors.Is(c.answer, errIdle) {
		t.Errorf("Cancel = %v", c.answer)
	}
}

func TestCreateCancelledAtEveryStep(t *testing.T) {
	t.Parallel()
	everyStep(t, 1, func(t *testing.T, n int) (bool, bool) {
		t.Helper()
		w := newWorld(t)
		old := w.mustCreate(t, backup.KindFull)
		want := map[backup.ID]state{old.ID: observe(t, w.dir)}
		change(t, w)
		changed := observe(t, w.dir)
		c := w.cancelAt(t, n)
		b, err := w.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil {
			t.Fatal(err)
		}
		honest(t, c, b.Status, true)
		w.recover(t)
		want[b.ID] = changed
		if listed := w.checkBackups(t, want); listed != 1 && c.accepted() {
			t.Errorf("%d completed backups after a cancelled one, want the old one", listed)
		}
		want[w.mustCreate(t, backup.KindFull).ID] = changed
		w.checkBackups(t, want)
		checkNothingRuns(t, w.records)
		return c.asked, c.accepted()
	})
}

func TestRestoreCancelledAtEveryStep(t *testing.T) {
	t.Parallel()
	everyStep(t, 1, func(t *testing.T, n int) (bool, bool) {
		t.Helper()
		w := newWorld(t)
		b := w.mustCreate(t, backup.KindFull)
		target := observe(t, w.dir)
		change(t, w)
		before := observe(t, w.dir)
		req := backup.RestoreRequest{ID: b.ID, Compare: true, SafetyBackup: true}
		c := w.cancelAt(t, n)
		o, err := w.svc.Restore(t.Context(), admin(), req)
		if err != nil {
			t.Fatal(err)
		}
		honest(t, c, o.Status, true)
		want := target
		if c.accepted() {
			want = before
		}
		if d := diff(want, observe(t, w.dir)); len(d) > 0 {
			t.Errorf("a restore that ended %s left %q different", o.Status, d)
		}
		left, err := filepath.Glob(filepath.Join(w.dir, ".*"))
		if err != nil || len(left) > 0 {
			t.Errorf("it left %q, %v", left, err)
		}
		w.recover(t)
		w.checkBackups(t, map[backup.ID]state{b.ID: target})
		checkNothingRuns(t, w.records)
		if o, err = w.svc.Restore(t.Context(), admin(), req); err != nil || o.Status != backup.StatusCompleted {
			t.Errorf("second Restore = %s %v, %v", o.Status, o.Errors, err)
		}
		if d := diff(target, observe(t, w.dir)); len(d) > 0 {
			t.Errorf("after the second Restore %q differ", d)
		}
		return c.asked, c.accepted()
	})
}

func TestVerifyCancelledAtEveryStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.mustCreate(t, backup.KindFull)
	want := map[backup.ID]state{b.ID: observe(t, w.dir)}
	everyStep(t, 1, func(t *testing.T, n int) (bool, bool) {
		t.Helper()
		c := w.cancelAt(t, n)
		o, err := w.svc.Verify(t.Context(), admin(), backup.VerifyRequest{ID: b.ID, Deep: true})
		if err != nil {
			t.Fatal(err)
		}
		honest(t, c, o.Status, false)
		w.recover(t)
		w.checkBackups(t, want)
		checkNothingRuns(t, w.records)
		return c.asked, o.Status == backup.StatusCancelled
	})
}

func TestRotateCancelledAtEveryStep(t *testing.T) {
	t.Parallel()
	everyStep(t, 4, func(t *testing.T, n int) (bool, bool) {
		t.Helper()
		w := newWorld(t)
		want := map[backup.ID]state{}
		for range 5 {
			want[w.mustCreate(t, backup.KindFull).ID] = observe(t, w.dir)
			change(t, w)
		}
		w.clock.Advance(48 * time.Hour)
		c := w.cancelAt(t, n)
		o, err := w.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil {
			t.Fatal(err)
		}
		honest(t, c, o.Status, false)
		all, err := w.records.ListBackups(t.Context(), "", 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range all {
			if b.Status != backup.StatusCompleted {
				t.Errorf("backup %s is %s after a rotation that ended %s", b.ID, b.Status, o.Status)
			}
		}
		w.recover(t)
		w.checkBackups(t, want)
		if o, err := w.svc.Rotate(t.Context(), admin(), backup.RotateRequest{}); err != nil || o.Status != backup.StatusCompleted {
			t.Errorf("second Rotate = %s %v, %v", o.Status, o.Errors, err)
		}
		if listed := w.checkBackups(t, want); listed != 2 {
			t.Errorf("%d backups after the second rotation, want 2", listed)
		}
		checkNothingRuns(t, w.records)
		return c.asked, o.Status == backup.StatusCancelled
	})
}
