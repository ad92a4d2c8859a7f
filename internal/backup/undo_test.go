package backup_test

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

func TestUndoRefusesWhatCannotBeUndone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		safe := put(t, r, func(b *backup.Backup) { b.Reason = backup.ReasonPreRestore })
		broken := put(t, r, func(b *backup.Backup) { b.Reason, b.Status = backup.ReasonPreRestore, backup.StatusFailed })
		left := func(id backup.ID) *backup.RestoreResult { return &backup.RestoreResult{SafetyBackupID: id} }
		req := &backup.RestoreRequest{ID: safe.ID, Components: []backup.Component{backup.ComponentDatabase}, SafetyBackup: true}
		for name, o := range map[string]backup.Operation{
			"no restore":            {Verb: backup.VerbVerify, Status: backup.StatusCompleted},
			"dry run":               {Verb: backup.VerbRestore, Status: backup.StatusCompleted, Restore: &backup.RestoreRequest{DryRun: true}, RestoreResult: left(safe.ID)},
			"running":               {Verb: backup.VerbRestore, Status: backup.StatusRunning, Restore: req, RestoreResult: left(safe.ID), Lease: backup.Lease{Owner: "x", Expires: safe.CreatedAt.AddDate(1, 0, 0)}},
			"cancelled":             {Verb: backup.VerbRestore, Status: backup.StatusCancelled, Restore: req, RestoreResult: left(safe.ID)},
			"without safety backup": {Verb: backup.VerbRestore, Status: backup.StatusCompleted, Restore: req},
			"safety backup gone":    {Verb: backup.VerbRestore, Status: backup.StatusCompleted, Restore: req, RestoreResult: left("20250101-000000-full-k3x9qa")},
			"safety backup failed":  {Verb: backup.VerbRestore, Status: backup.StatusFailed, Restore: req, RestoreResult: left(broken.ID)},
		} {
			o.ID = backup.NewID(safe.CreatedAt, string(o.Verb))
			if _, err := r.catalog.PutOperation(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			if _, err := r.svc.Undo(t.Context(), admin(), o.ID); !errors.Is(err, errs.ErrConflict) || errs.Detail(err) == "" {
				t.Errorf("%s: Undo = %v, want a conflict with a sentence", name, err)
			}
			undoable := name == "safety backup gone" || name == "safety backup failed" // which only a look at it tells
			if o.Undoable() != undoable {
				t.Errorf("%s: Undoable = %v", name, o.Undoable())
			}
		}
		if _, err := r.svc.Undo(t.Context(), admin(), "20250101-000000-restore-k3x9qa"); !errors.Is(err, errs.ErrNotFound) {
			t.Errorf("Undo of an unknown restore = %v, want not found", err)
		}
	})
}
