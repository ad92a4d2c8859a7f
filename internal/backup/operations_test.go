package backup_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
)

// put stores an operation as it is.
func (r *rig) putOperation(t *testing.T, o backup.Operation) backup.Operation {
	t.Helper()
	saved, err := r.catalog.PutOperation(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func ids(operations []backup.Operation) []backup.ID {
	var all []backup.ID
	for _, o := range operations {
		all = append(all, o.ID)
	}
	return all
}

func TestOperationsAreListedNewestFirstInPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		var want []backup.ID
		for range 5 {
			o, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{DryRun: true})
			if err != nil {
				t.Fatal(err)
			}
			want = append([]backup.ID{o.ID}, want...)
			time.Sleep(time.Minute)
		}
		var seen []backup.ID
		for cursor, pages := "", 0; pages == 0 || cursor != ""; pages++ {
			res, err := r.svc.ListOperations(t.Context(), backup.OperationsRequest{Limit: 2, Cursor: cursor})
			if err != nil || len(res.Operations) > 2 {
				t.Fatalf("ListOperations = %d operations, %v", len(res.Operations), err)
			}
			seen, cursor = append(seen, ids(res.Operations)...), res.Next
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Error(diff)
		}
	})
}

func TestActiveOperationsAreThoseThatSomebodyWorksOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		now := time.Now().UTC()
		for _, o := range []backup.Operation{
			{ID: backup.NewID(now, "verify"), Verb: backup.VerbVerify, Status: backup.StatusRunning, Lease: backup.Lease{Expires: now.Add(-time.Second)}},
			{ID: backup.NewID(now, "rotate"), Verb: backup.VerbRotate, Status: backup.StatusCompleted},
		} {
			r.putOperation(t, o)
		}
		running := r.putOperation(t, backup.Operation{ID: backup.NewID(now, "restore"), Verb: backup.VerbRestore, Status: backup.StatusRunning, Lease: backup.Lease{Expires: now.Add(time.Minute)}})
		res, err := r.svc.ListOperations(t.Context(), backup.OperationsRequest{Active: true})
		if diff := cmp.Diff([]backup.ID{running.ID}, ids(res.Operations)); err != nil || diff != "" || res.Next != "" {
			t.Errorf("%v, next %q\n%s", err, res.Next, diff)
		}
	})
}

func TestUndoableIsARestoreThatLeftASafetyBackup(t *testing.T) {
	safe := &backup.RestoreResult{SafetyBackupID: "20261122-020000-full-k3x9qa"}
	for name, tt := range map[string]struct {
		o    backup.Operation
		want bool
	}{
		"completed": {backup.Operation{Verb: backup.VerbRestore, Status: backup.StatusCompleted, RestoreResult: safe}, true},
		"failed":    {backup.Operation{Verb: backup.VerbRestore, Status: backup.StatusFailed, RestoreResult: safe}, true},
		"running":   {backup.Operation{Verb: backup.VerbRestore, Status: backup.StatusRunning, RestoreResult: safe}, false},
		"cancelled": {backup.Operation{Verb: backup.VerbRestore, Status: backup.StatusCancelled, RestoreResult: safe}, false},
		"without":   {backup.Operation{Verb: backup.VerbRestore, Status: backup.StatusCompleted, RestoreResult: &backup.RestoreResult{}}, false},
		"no result": {backup.Operation{Verb: backup.VerbRestore, Status: backup.StatusCompleted}, false},
		"dry run":   {backup.Operation{Verb: backup.VerbRestore, Status: backup.StatusCompleted, Restore: &backup.RestoreRequest{DryRun: true}, RestoreResult: safe}, false},
		"verify":    {backup.Operation{Verb: backup.VerbVerify, Status: backup.StatusCompleted}, false},
	} {
		if got := tt.o.Undoable(); got != tt.want {
			t.Errorf("%s: Undoable() = %v", name, got)
		}
	}
}

func TestStatsTellWhetherAllIsWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		full := r.create(t, backup.KindFull, backup.StatusCompleted)
		time.Sleep(time.Hour)
		if _, err := r.svc.Verify(t.Context(), admin(), backup.VerifyRequest{ID: full.ID, Deep: true}); err != nil {
			t.Fatal(err)
		}
		media := r.create(t, backup.KindStorage, backup.StatusCompleted)
		time.Sleep(time.Hour)
		r.database.missing = true
		r.create(t, backup.KindFull, backup.StatusPartial)
		time.Sleep(time.Hour)
		failed := r.create(t, backup.KindDatabase, backup.StatusFailed)
		time.Sleep(time.Hour)
		r.database.missing = false
		now := time.Now().UTC()
		restore := func(status backup.Status, req backup.RestoreRequest) backup.Operation {
			time.Sleep(time.Second)
			return r.putOperation(t, backup.Operation{ID: backup.NewID(time.Now(), "restore"), Verb: backup.VerbRestore, Status: status, FinishedAt: now, Restore: &req, Lease: backup.Lease{Expires: now.Add(time.Minute)}})
		}
		restored := restore(backup.StatusFailed, backup.RestoreRequest{})
		restore(backup.StatusCompleted, backup.RestoreRequest{DryRun: true})
		restore(backup.StatusRunning, backup.RestoreRequest{})

		st, err := r.svc.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if st.LastVerified == nil || st.LastVerified.ID != full.ID {
			t.Errorf("LastVerified = %+v, want %s", st.LastVerified, full.ID)
		}
		if st.LastFailure == nil || st.LastFailure.ID != failed.ID {
			t.Errorf("LastFailure = %+v, want %s", st.LastFailure, failed.ID)
		}
		if st.LastRestore == nil || st.LastRestore.ID != restored.ID {
			t.Errorf("LastRestore = %+v, want %s", st.LastRestore, restored.ID)
		}
		if db, storage := st.NewestComponent[backup.ComponentDatabase].ID, st.NewestComponent[backup.ComponentStorage].ID; db != full.ID || storage != media.ID {
			t.Errorf("NewestComponent = %s and %s, want %s and %s", db, storage, full.ID, media.ID)
		}
	})
}

func TestAFailureBeforeAGoodBackupIsHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.database.missing = true
		r.create(t, backup.KindDatabase, backup.StatusFailed)
		time.Sleep(time.Hour)
		r.database.missing = false
		good := r.create(t, backup.KindDatabase, backup.StatusCompleted)
		r.repo.report = backup.VerifyReport{DamagedArchiveCount: 1, DamagedArchives: []string{"x"}}
		if _, err := r.svc.Verify(t.Context(), admin(), backup.VerifyRequest{ID: good.ID, Deep: true}); err != nil {
			t.Fatal(err)
		}
		st, err := r.svc.Stats(t.Context())
		if err != nil || st.LastFailure != nil || st.Damaged != 1 || st.LastVerified != nil {
			t.Errorf("Stats = %+v, %v; want no failure, one damaged, none verified", st, err)
		}
	})
}
