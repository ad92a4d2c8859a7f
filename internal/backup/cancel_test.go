package backup_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// running starts a full backup that stands still in its copy.
func running(t *testing.T, r *rig) backup.Backup {
	t.Helper()
	r.storage.block = make(chan struct{})
	b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
	if err != nil || b.Status != backup.StatusRunning {
		t.Fatalf("Create = %s, %v, want it running", b.Status, err)
	}
	return b
}

func TestCancelStopsACreateWithinAHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := running(t, r)
		asked := time.Now()
		if ended, err := r.svc.Cancel(t.Context(), admin(), b.ID); err != nil || ended {
			t.Fatalf("Cancel = %v, %v", ended, err)
		}
		if ended, err := r.svc.Cancel(t.Context(), admin(), b.ID); err != nil || ended {
			t.Errorf("second Cancel = %v, %v, want the same answer", ended, err)
		}
		r.runner.wg.Wait()
		if took := time.Since(asked); took > r.svc.Timing.Heartbeat {
			t.Errorf("it stopped after %v", took)
		}
		b, err := r.svc.Get(t.Context(), b.ID)
		if err != nil || b.Status != backup.StatusCancelled || b.FinishedAt.IsZero() || len(b.Errors) > 0 || b.Lease.Owner != "" {
			t.Errorf("the backup ended as %+v, %v, want cancelled", b, err)
		}
		if len(r.repo.committed) > 0 {
			t.Error("a cancelled backup was committed")
		}
		if _, err := r.svc.Cancel(t.Context(), admin(), b.ID); !errors.Is(err, errs.ErrConflict) || errs.Detail(err) == "" {
			t.Errorf("Cancel of what has ended = %v, want a conflict with a sentence", err)
		}
		r.storage.block = nil
		r.create(t, backup.KindFull, backup.StatusCompleted) // the lock is free
	})
}

func TestCancelOfWhatWaitsForItsRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.runner.lose = true
		b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil {
			t.Fatal(err)
		}
		if ended, err := r.svc.Cancel(t.Context(), admin(), b.ID); err != nil || !ended {
			t.Fatalf("Cancel = %v, %v, want it ended", ended, err)
		}
		if b, _ = r.svc.Get(t.Context(), b.ID); b.Status != backup.StatusCancelled || b.FinishedAt.IsZero() {
			t.Errorf("the backup is %s", b.Status)
		}
		if err := r.svc.Run(t.Context(), backup.Job{Verb: backup.VerbCreate, ID: b.ID}); err != nil {
			t.Errorf("the late job = %v, want nothing done", err)
		}
		r.runner.lose = false
		r.create(t, backup.KindFull, backup.StatusCompleted) // the lock is free
	})
}

func TestCancelRefusesWhatCannotBeCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		done := r.create(t, backup.KindFull, backup.StatusCompleted)
		going := put(t, r, func(b *backup.Backup) { b.Status = backup.StatusDeleting })
		dead := put(t, r, func(b *backup.Backup) { b.Status = backup.StatusRunning })
		for name, c := range map[string]struct {
			id   backup.ID
			want error
		}{
			"unknown backup":    {"20261122-020000-full-k3x9qa", errs.ErrNotFound},
			"unknown operation": {"20261122-020000-restore-k3x9qa", errs.ErrNotFound},
			"ended":             {done.ID, errs.ErrConflict},
			"being deleted":     {going.ID, errs.ErrConflict},
			"dead":              {dead.ID, errs.ErrConflict},
		} {
			if _, err := r.svc.Cancel(t.Context(), admin(), c.id); !errors.Is(err, c.want) || errs.Detail(err) == "" {
				t.Errorf("%s: Cancel = %v, want %v with a sentence", name, err, c.want)
			}
		}
	})
}

func TestCancelComesTooLateForACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		var answer error
		r.repo.atCommit = func(ctx context.Context) error {
			all, err := r.svc.List(ctx, backup.ListRequest{})
			if err != nil {
				return err
			}
			_, answer = r.svc.Cancel(ctx, admin(), all.Backups[0].ID)
			time.Sleep(2 * r.svc.Timing.Heartbeat)
			return ctx.Err()
		}
		r.create(t, backup.KindFull, backup.StatusCompleted)
		if !errors.Is(answer, errs.ErrConflict) || errs.Detail(answer) == "" {
			t.Errorf("Cancel in the commit = %v, want a conflict with a sentence", answer)
		}
	})
}

func TestCancelStopsAVerification(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		r.repo.atVerify = func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}
		o, err := r.svc.Verify(t.Context(), admin(), backup.VerifyRequest{ID: b.ID, Deep: true})
		if err != nil || o.Status != backup.StatusRunning {
			t.Fatalf("Verify = %s, %v, want it running", o.Status, err)
		}
		if _, err := r.svc.Cancel(t.Context(), admin(), o.ID); err != nil {
			t.Fatal(err)
		}
		r.runner.wg.Wait()
		o, err = r.svc.GetOperation(t.Context(), o.ID)
		if err != nil || o.Status != backup.StatusCancelled || o.VerifyResult != nil {
			t.Errorf("the verification ended as %+v, %v, want cancelled", o, err)
		}
		if after, _ := r.svc.Get(t.Context(), b.ID); after.Version != b.Version {
			t.Errorf("the backup's record was changed: %+v", after)
		}
	})
}

// TestCancelledRotationEndsTheRemovalThatItIsIn asks for it while the first of
// several backups is being removed.
func TestCancelledRotationEndsTheRemovalThatItIsIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		for range 4 {
			r.create(t, backup.KindDatabase, backup.StatusCompleted)
			time.Sleep(time.Hour)
		}
		removals := 0
		r.repo.atRemove = func() error {
			removals++
			page, err := r.svc.ListOperations(t.Context(), backup.OperationsRequest{Active: true})
			if err != nil {
				return err
			}
			_, err = r.svc.Cancel(t.Context(), admin(), page.Operations[0].ID)
			time.Sleep(3 * r.svc.Timing.Heartbeat)
			return err
		}
		o, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{MaxBackups: 1})
		if err != nil || o.Status != backup.StatusCancelled {
			t.Fatalf("Rotate = %s %v, %v, want cancelled", o.Status, o.Errors, err)
		}
		left, err := r.svc.List(t.Context(), backup.ListRequest{})
		if err != nil || len(left.Backups) != 3 || removals != 1 {
			t.Errorf("%d backups are left after %d removals, %v, want 3 after 1", len(left.Backups), removals, err)
		}
		for _, b := range left.Backups {
			if b.Status != backup.StatusCompleted {
				t.Errorf("backup %s is %s", b.ID, b.Status)
			}
		}
		if gone := o.RotateResult.Removed[backup.KindDatabase]; len(gone) != 1 || o.RotateResult.Freed != 10 {
			t.Errorf("the record says that %v went, %d bytes", gone, o.RotateResult.Freed)
		}
	})
}
