package backup_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

func TestLastBackupOfAComponentIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		full := r.create(t, backup.KindFull, backup.StatusCompleted)
		time.Sleep(time.Second)
		database := r.create(t, backup.KindDatabase, backup.StatusCompleted)

		if c, err := r.svc.CanDelete(t.Context(), database.ID); err != nil || !c.CanDelete || c.IsLastOfKind {
			t.Errorf("CanDelete(database) = %+v, %v, want yes: the full backup holds the database too", c, err)
		}
		c, err := r.svc.CanDelete(t.Context(), full.ID)
		want := backup.CanDelete{
			Reason:         "This would delete the last backup of the storage. Make a new backup first, or delete with force=true.",
			Recommendation: "Keep this backup until there is a newer one.", Total: 2,
			Present: map[backup.Kind]int64{backup.KindFull: 1, backup.KindDatabase: 1}, Kind: backup.KindFull, IsLastOfKind: true,
		}
		if diff := cmp.Diff(want, c); err != nil || diff != "" {
			t.Errorf("CanDelete(full), %v (-want +got):\n%s", err, diff)
		}
		if _, err := r.svc.Delete(t.Context(), admin(), []backup.ID{full.ID}, false); !errors.Is(err, errs.ErrConflict) {
			t.Errorf("Delete(full) = %v, want a conflict", err)
		}
		if _, err := r.svc.Delete(t.Context(), admin(), []backup.ID{database.ID, full.ID}, false); !errors.Is(err, errs.ErrConflict) {
			t.Errorf("Delete(both) = %v, want a conflict", err)
		}
		if bs, _ := r.svc.List(t.Context(), backup.ListRequest{Status: backup.StatusCompleted}); len(bs.Backups) != 2 {
			t.Fatalf("a refused delete left %d backups, want 2", len(bs.Backups))
		}
		res, err := r.svc.Delete(t.Context(), admin(), []backup.ID{database.ID, full.ID, full.ID}, true)
		if err != nil || len(res.Deleted) != 2 || len(r.repo.committed) != 0 {
			t.Errorf("Delete(both, force) = %+v, %v; manifests left %d", res, err, len(r.repo.committed))
		}
	})
}

func TestDeleteChecksAllBeforeItRemovesAny(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		keep := r.create(t, backup.KindFull, backup.StatusCompleted)
		time.Sleep(time.Second)
		pinned := r.create(t, backup.KindFull, backup.StatusCompleted)
		pinned.Pinned = true
		if _, err := r.catalog.PutBackup(t.Context(), pinned); err != nil {
			t.Fatal(err)
		}
		for name, tt := range map[string]struct {
			ids  []backup.ID
			want error
		}{
			"one does not exist": {[]backup.ID{keep.ID, "20200101-000000-full-aaaaaa"}, errs.ErrNotFound},
			"one is pinned":      {[]backup.ID{keep.ID, pinned.ID}, errs.ErrConflict},
			"none is named":      {nil, errs.ErrInvalid},
		} {
			if _, err := r.svc.Delete(t.Context(), admin(), tt.ids, true); !errors.Is(err, tt.want) {
				t.Errorf("%s: Delete = %v, want %v", name, err, tt.want)
			}
		}
		if len(r.repo.committed) != 2 {
			t.Errorf("refused deletes left %d manifests, want 2", len(r.repo.committed))
		}
	})
}

// TestABackupThatMayNotBeRemovedStaysWhatItWas: in a bucket that nothing may be
// deleted from, a backup that was to go can be restored as before.
func TestABackupThatMayNotBeRemovedStaysWhatItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		full := r.create(t, backup.KindFull, backup.StatusCompleted)
		time.Sleep(time.Second)
		r.storage.missing = true
		partial := r.create(t, backup.KindFull, backup.StatusPartial)
		r.repo.atRemove = func() error { return errs.ErrRefused }
		for _, want := range []backup.Backup{full, partial} {
			if _, err := r.svc.Delete(t.Context(), admin(), []backup.ID{want.ID}, true); !errors.Is(err, errs.ErrRefused) {
				t.Errorf("Delete = %v", err)
			}
			if got, err := r.svc.Get(t.Context(), want.ID); err != nil || got.Status != want.Status {
				t.Errorf("the backup is %s, %v, want %s", got.Status, err, want.Status)
			}
		}
	})
}

func TestForceDoesNotReachWhatIsYoung(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.svc.Policy.MinAge = 3 * 24 * time.Hour
		first := r.create(t, backup.KindFull, backup.StatusCompleted)
		time.Sleep(24 * time.Hour)
		second := r.create(t, backup.KindFull, backup.StatusCompleted)
		if _, err := r.svc.Delete(t.Context(), admin(), []backup.ID{first.ID}, true); !errors.Is(err, errs.ErrConflict) {
			t.Errorf("Delete(force) of a young backup = %v, want a conflict", err)
		}
		if _, err := r.svc.Delete(t.Context(), admin(), []backup.ID{first.ID}, false); err != nil {
			t.Errorf("Delete of one of two young backups = %v", err)
		}
		time.Sleep(2 * 24 * time.Hour)
		second, err := r.svc.Get(t.Context(), second.ID)
		if err != nil {
			t.Fatal(err)
		}
		second.Damage = &backup.Damage{Manifest: true}
		if _, err := r.catalog.PutBackup(t.Context(), second); err != nil {
			t.Fatal(err)
		}
		if _, err := r.svc.Delete(t.Context(), admin(), []backup.ID{second.ID}, true); err != nil {
			t.Errorf("Delete(force) of a young backup that is known to be damaged = %v", err)
		}
	})
}

func TestDeleteThatStoppedIsEndedByTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		r.repo.atRemove = func() error { return errs.ErrUnavailable }
		if _, err := r.svc.Delete(t.Context(), admin(), []backup.ID{b.ID}, true); !errors.Is(err, errs.ErrUnavailable) {
			t.Fatalf("Delete with the storage away = %v", err)
		}
		if got, _ := r.svc.Get(t.Context(), b.ID); got.Status != backup.StatusDeleting {
			t.Errorf("half deleted backup is %s, want deleting", got.Status)
		}
		if _, err := r.svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: b.ID}); !errors.Is(err, errs.ErrConflict) {
			t.Errorf("Restore of a half deleted backup = %v, want a conflict", err)
		}
		r.repo.atRemove = nil
		if _, err := r.svc.Delete(t.Context(), admin(), []backup.ID{b.ID}, false); err != nil {
			t.Errorf("second Delete = %v, want it to end the job", err)
		}
		if _, err := r.svc.Get(t.Context(), b.ID); !errors.Is(err, errs.ErrNotFound) {
			t.Errorf("Get after the delete = %v, want ErrNotFound", err)
		}
	})
}
