package backup_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// rotations makes some, an hour apart, newest last.
func rotations(t *testing.T, r *rig, n int) []backup.ID {
	t.Helper()
	var ids []backup.ID
	for range n {
		o, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil || o.Status != backup.StatusCompleted {
			t.Fatalf("Rotate = %s %v, %v", o.Status, o.Errors, err)
		}
		ids = append(ids, o.ID)
		time.Sleep(time.Hour)
	}
	return ids
}

func TestOperationsAreListedNewestFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		want := rotations(t, r, 5)
		slices.Reverse(want)
		var seen []backup.ID
		for cursor := ""; ; {
			page, err := r.svc.ListOperations(t.Context(), backup.OperationsRequest{Limit: 2, Cursor: cursor})
			if err != nil || len(page.Operations) > 2 {
				t.Fatalf("ListOperations = %d operations, %v", len(page.Operations), err)
			}
			for _, o := range page.Operations {
				seen = append(seen, o.ID)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("pages (-want +got):\n%s", diff)
		}
	})
}

func TestActiveOperationsAreThoseThatHaveNotEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		rotations(t, r, 2)
		r.runner.lose = true
		lost, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{DryRun: true})
		if err != nil {
			t.Fatal(err)
		}
		page, err := r.svc.ListOperations(t.Context(), backup.OperationsRequest{Active: true})
		if err != nil || len(page.Operations) != 1 || page.Operations[0].ID != lost.ID || page.Next != "" {
			t.Errorf("active operations = %+v, %v, want the one that waits", page, err)
		}
		time.Sleep(r.svc.Timing.Lease)
		page, err = r.svc.ListOperations(t.Context(), backup.OperationsRequest{Active: true})
		if err != nil || len(page.Operations) != 0 {
			t.Errorf("active operations after its lease = %+v, %v, want none", page, err)
		}
	})
}

func TestListOfOperationsRefusesBadRequests(t *testing.T) {
	r := newRig(t)
	for name, req := range map[string]backup.OperationsRequest{
		"negative limit": {Limit: -1}, "large limit": {Limit: 1001}, "foreign cursor": {Cursor: "../x"},
	} {
		if _, err := r.svc.ListOperations(t.Context(), req); !errors.Is(err, errs.ErrInvalid) || errs.Detail(err) == "" {
			t.Errorf("%s: ListOperations = %v, want ErrInvalid with a sentence", name, err)
		}
	}
}

// put writes a record that some run left behind.
func put(t *testing.T, r *rig, change func(*backup.Backup)) backup.Backup {
	t.Helper()
	time.Sleep(time.Hour)
	now := time.Now().UTC()
	b := backup.Backup{Kind: backup.KindFull, Status: backup.StatusCompleted, CreatedAt: now, FinishedAt: now, Reason: backup.ReasonManual, DatabaseOK: true, StorageOK: true}
	change(&b)
	b.ID = backup.NewID(now, string(b.Kind))
	saved, err := r.catalog.PutBackup(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

func TestStatsTellWhatIsWell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		verified := put(t, r, func(b *backup.Backup) { b.VerifiedAt = b.CreatedAt.Add(24 * time.Hour) })
		put(t, r, func(b *backup.Backup) {
			b.Kind, b.Status, b.Errors = backup.KindDatabase, backup.StatusFailed, []string{"away"}
		})
		full := put(t, r, func(b *backup.Backup) { b.VerifiedAt = b.CreatedAt })
		database := put(t, r, func(b *backup.Backup) { b.Kind, b.StorageOK = backup.KindDatabase, false })
		failed := put(t, r, func(b *backup.Backup) { b.Status, b.DatabaseOK = backup.StatusPartial, false })
		put(t, r, func(b *backup.Backup) {
			b.Damage = &backup.Damage{Archives: []string{"x"}}
			b.Kind = backup.KindDatabase
		})
		put(t, r, func(b *backup.Backup) { b.Reason, b.Status = backup.ReasonPreRestore, backup.StatusFailed })
		put(t, r, func(b *backup.Backup) { b.Reason = backup.ReasonPreRestore })
		for _, o := range []backup.Operation{
			{Verb: backup.VerbRestore, Status: backup.StatusCompleted, BackupID: full.ID, Restore: &backup.RestoreRequest{ID: full.ID}},
			{Verb: backup.VerbRestore, Status: backup.StatusCompleted, BackupID: full.ID, Restore: &backup.RestoreRequest{ID: full.ID, DryRun: true}},
			{Verb: backup.VerbVerify, Status: backup.StatusCompleted, BackupID: full.ID},
		} {
			time.Sleep(time.Minute)
			o.ID = backup.NewID(time.Now(), string(o.Verb))
			if _, err := r.catalog.PutOperation(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
		st, err := r.svc.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if st.LastVerified == nil || st.LastVerified.ID != verified.ID {
			t.Errorf("last verified = %+v, want %s", st.LastVerified, verified.ID)
		}
		if st.LastFailure == nil || st.LastFailure.ID != failed.ID {
			t.Errorf("last failure = %+v, want %s", st.LastFailure, failed.ID)
		}
		if st.LastRestore == nil || st.LastRestore.BackupID != full.ID || st.LastRestore.Restore.DryRun {
			t.Errorf("last restore = %+v, want the one that was no dry run", st.LastRestore)
		}
		if got := st.NewestComponent[backup.ComponentStorage].ID; got != full.ID {
			t.Errorf("newest with the storage = %s, want %s", got, full.ID)
		}
		if got := st.NewestComponent[backup.ComponentDatabase].ID; got <= database.ID {
			t.Errorf("newest with the database = %s, want the damaged one after %s", got, database.ID)
		}
		if st.Damaged != 1 || st.MaxBackups != 7 {
			t.Errorf("damaged %d, at most %d, want 1 and 7", st.Damaged, st.MaxBackups)
		}
	})
}

func TestAFailureThatACompleteBackupFollowedIsNoNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		put(t, r, func(b *backup.Backup) { b.Status = backup.StatusFailed })
		put(t, r, func(*backup.Backup) {})
		st, err := r.svc.Stats(t.Context())
		if err != nil || st.LastFailure != nil {
			t.Errorf("last failure = %+v, %v, want none", st.LastFailure, err)
		}
	})
}
