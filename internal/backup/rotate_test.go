package backup_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// tenDays takes a database backup on each of ten days and returns them oldest first.
func tenDays(t *testing.T, r *rig) []backup.Backup {
	t.Helper()
	var bs []backup.Backup
	for range 10 {
		bs = append(bs, r.create(t, backup.KindDatabase, backup.StatusCompleted))
		time.Sleep(24 * time.Hour)
	}
	return bs
}

func TestRotateKeepsTheNewestSeven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		bs := tenDays(t, r)
		dry, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{DryRun: true})
		if err != nil || len(dry.RotateResult.Removed[backup.KindDatabase]) != 3 || len(r.repo.committed) != 10 {
			t.Fatalf("dry run = %+v, %v; manifests %d, want a plan and nothing done", dry.RotateResult, err, len(r.repo.committed))
		}
		op, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil || op.Status != backup.StatusCompleted {
			t.Fatalf("Rotate = %s %v, %v", op.Status, op.Errors, err)
		}
		gone := op.RotateResult.Removed[backup.KindDatabase]
		if len(gone) != 3 || gone[0] != bs[0].ID || gone[2] != bs[2].ID || len(op.RotateResult.Kept) != 7 || op.RotateResult.Freed != 30 {
			t.Errorf("Rotate removed %v, kept %d, freed %d", gone, len(op.RotateResult.Kept), op.RotateResult.Freed)
		}
		if len(r.repo.committed) != 7 {
			t.Errorf("%d manifests left, want 7", len(r.repo.committed))
		}
		again, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil || len(again.RotateResult.Removed) != 0 {
			t.Errorf("second Rotate removed %v, %v, want nothing", again.RotateResult.Removed, err)
		}
	})
}

func TestRotateThatStoppedIsEndedByTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		tenDays(t, r)
		n := 0
		r.repo.atRemove = func() error {
			if n++; n == 2 {
				return errs.ErrUnavailable
			}
			return nil
		}
		op, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil || op.Status != backup.StatusFailed || len(op.RotateResult.Removed[backup.KindDatabase]) != 1 {
			t.Fatalf("Rotate with the storage away = %s %+v, %v", op.Status, op.RotateResult, err)
		}
		op, err = r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil || op.Status != backup.StatusCompleted || len(r.repo.committed) != 7 {
			t.Errorf("second Rotate = %s, %v; %d manifests, want 7", op.Status, err, len(r.repo.committed))
		}
	})
}

func TestRotateRefusesNonsense(t *testing.T) {
	r := newRig(t)
	for _, n := range []int{-1, 501} {
		if _, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{MaxBackups: n}); !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("Rotate to %d = %v, want ErrInvalid", n, err)
		}
	}
}

func TestScheduledRotationRunsOnceForEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		tenDays(t, r)
		job := backup.Job{Verb: backup.VerbRotate, Schedule: "rotation", ScheduledTime: "2026-11-22T04:00:00Z"}
		for range 2 {
			if err := r.svc.Run(t.Context(), job); err != nil {
				t.Fatal(err)
			}
		}
		ops, _ := r.catalog.ListOperations(t.Context(), "", 10)
		if len(ops) != 1 || len(r.repo.committed) != 7 {
			t.Errorf("%d rotations, %d manifests, want 1 and 7", len(ops), len(r.repo.committed))
		}
	})
}

// TestRotateGoesOnWhenARecordChanges lets a verification write its date into a
// record between the policy's answer and the removal.
func TestRotateGoesOnWhenARecordChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		bs := tenDays(t, r)
		r.repo.atRemove = func() error { // while the first goes, the second changes
			r.repo.atRemove = nil
			b, err := r.catalog.GetBackup(t.Context(), bs[1].ID)
			if err != nil {
				return err
			}
			b.VerifiedAt = time.Now().UTC()
			_, err = r.catalog.PutBackup(t.Context(), b)
			return err
		}
		op, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil || op.Status != backup.StatusCompleted || len(r.repo.committed) != 7 {
			t.Errorf("Rotate = %s %q, %v; %d manifests, want 7", op.Status, op.Errors, err, len(r.repo.committed))
		}
	})
}
