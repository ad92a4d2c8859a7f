package backup_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

func TestRotateAndDeleteSayWhatTheySwept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		bs := tenDays(t, r)
		waste := backup.Cleared{Objects: 2, Bytes: 500}
		r.repo.waste = waste
		dry, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{DryRun: true})
		if err != nil || dry.RotateResult.Swept != waste || dry.RotateResult.Freed != 530 || r.repo.waste != waste {
			t.Errorf("dry run = %+v, %v, want 30 and 500 bytes freed, and nothing done", dry.RotateResult, err)
		}
		if diff := cmp.Diff([]backup.ID{bs[0].ID, bs[1].ID, bs[2].ID}, r.repo.swept.Without); diff != "" {
			t.Errorf("the plan was for the removal of others (-want +got):\n%s", diff)
		}
		op, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil || op.RotateResult.Swept != waste || op.RotateResult.Freed != 530 || r.repo.waste.Objects != 0 {
			t.Errorf("Rotate = %+v, %v, want what the dry run said", op.RotateResult, err)
		}
		if len(r.repo.swept.Checksums) != 7 || r.repo.swept.Checksums[bs[9].ID] != bs[9].Checksum {
			t.Errorf("swept with %+v, want the checksums of the seven that are left", r.repo.swept)
		}
		r.repo.waste = waste
		res, err := r.svc.Delete(t.Context(), admin(), []backup.ID{bs[9].ID}, false)
		if err != nil || res.Swept != waste || res.Bytes != 10 {
			t.Errorf("Delete = %+v, %v", res, err)
		}
	})
}

func TestRotateWarnsWhenItCannotSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		tenDays(t, r)
		r.repo.unswept = errs.New(errs.ErrCorrupt, "The list of files of backup X is damaged.")
		for _, dry := range []bool{true, false} {
			op, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{DryRun: dry})
			want := []string{"What no backup needs any more could not be told and stays. The list of files of backup X is damaged."}
			if err != nil || op.Status != backup.StatusCompleted || !cmp.Equal(op.Warnings, want) {
				t.Errorf("Rotate, dry run %t = %s, %q, %v, want completed with a warning", dry, op.Status, op.Warnings, err)
			}
		}
		r.repo.unswept = errs.ErrUnavailable
		op, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil || op.Status != backup.StatusFailed {
			t.Errorf("Rotate with the storage away = %s, %v, want failed", op.Status, err)
		}
	})
}

// TestDeadRunThatLacksArchivesFailed is the kill -9 of a run that slept at its
// commit until somebody had swept what it needs.
func TestDeadRunThatLacksArchivesFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.runner.lose = true
		dead, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindStorage})
		if err != nil {
			t.Fatal(err)
		}
		r.repo.committed[dead.ID] = backup.Backup{ID: dead.ID, Kind: dead.Kind, Status: backup.StatusCompleted}
		r.repo.report.DamagedArchiveCount = 1
		time.Sleep(2 * r.svc.Timing.Lease)
		r.runner.lose = false
		r.create(t, backup.KindDatabase, backup.StatusCompleted)
		if b, err := r.svc.Get(t.Context(), dead.ID); err != nil || b.Status != backup.StatusFailed {
			t.Errorf("dead run = %+v, %v, want failed", b, err)
		}
	})
}
