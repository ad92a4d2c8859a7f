package backup_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

func TestCreateRecordsWhatItStored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		want := backup.Backup{
			ID: b.ID, Kind: backup.KindFull, Status: backup.StatusCompleted, CreatedAt: b.CreatedAt, FinishedAt: b.FinishedAt,
			StoredSize: 79, LogicalSize: 79, FileCount: 3, Checksum: "sum-" + string(b.ID), DatabaseOK: true, StorageOK: true,
			Amounts: []backup.Amount{{Component: backup.ComponentDatabase, Files: 1, Bytes: 31}, {Component: backup.ComponentStorage, Files: 2, Bytes: 48}},
			Reason:  backup.ReasonManual, CreatedBy: "admin@example.com", Version: b.Version,
			Progress: backup.Progress{Phase: "done", DoneBytes: 79, TotalBytes: 79, DoneFiles: 3, TotalFiles: 3},
		}
		if diff := cmp.Diff(want, b); diff != "" {
			t.Errorf("Create (-want +got):\n%s", diff)
		}
	})
}

func TestCreateRefusesBadRequests(t *testing.T) {
	r := newRig(t)
	for name, req := range map[string]backup.CreateRequest{
		"unknown type":       {Kind: "everything"},
		"no type":            {},
		"long note":          {Kind: backup.KindFull, Note: strings.Repeat("ж", 1001)},
		"control characters": {Kind: backup.KindFull, Note: "a\x00b"},
		"not UTF-8":          {Kind: backup.KindFull, Note: "\xff"},
	} {
		if _, err := r.svc.Create(t.Context(), admin(), req); !errors.Is(err, errs.ErrInvalid) || errs.Detail(err) == "" {
			t.Errorf("%s: Create = %v, want ErrInvalid with a sentence", name, err)
		}
	}
	if bs, _ := r.catalog.ListBackups(t.Context(), "", 10); len(bs) != 0 {
		t.Errorf("refused requests left %d records", len(bs))
	}
}

func TestFullBackupSavesWhatItCan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.database.missing = true
		b := r.create(t, backup.KindFull, backup.StatusPartial)
		if b.DatabaseOK || !b.StorageOK || !slices.Equal(b.Errors, []string{"The source is missing."}) {
			t.Errorf("partial backup = %+v", b)
		}
		r.create(t, backup.KindDatabase, backup.StatusFailed)
		r.storage.missing = true
		if b := r.create(t, backup.KindFull, backup.StatusFailed); len(b.Errors) == 0 {
			t.Error("failed backup says no reason")
		}
	})
}

func TestMissingMediaThatTheDatabaseNamesAreWarnings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.database.references = []string{"storage/0.jpg", "storage/a.jpg", "storage/aa.jpg", "storage/z.jpg"}
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		var missing []string
		for _, w := range b.Warnings {
			name, _, _ := strings.Cut(w, ": the database names this file")
			missing = append(missing, name)
		}
		if diff := cmp.Diff([]string{"storage/0.jpg", "storage/aa.jpg", "storage/z.jpg"}, missing); diff != "" {
			t.Errorf("missing media (-want +got):\n%s", diff)
		}
	})
}

func TestSecondCreateIsRefusedWhileOneRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.block = make(chan struct{})
		first, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil || first.Status != backup.StatusRunning {
			t.Fatalf("Create = %s, %v, want it still running after the wait", first.Status, err)
		}
		_, err = r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindDatabase})
		if !errors.Is(err, errs.ErrConflict) || !strings.Contains(errs.Detail(err), string(first.ID)) {
			t.Errorf("second Create = %v, want a conflict that names %s", err, first.ID)
		}
		_, err = r.svc.Delete(t.Context(), admin(), []backup.ID{first.ID}, true)
		if !errors.Is(err, errs.ErrConflict) {
			t.Errorf("Delete of the running backup = %v, want a conflict", err)
		}
		close(r.storage.block)
		r.runner.wg.Wait()
		if b, err := r.svc.Get(t.Context(), first.ID); err != nil || b.Status != backup.StatusCompleted {
			t.Errorf("first backup ended %s, %v, want completed", b.Status, err)
		}
	})
}

func TestLongRunKeepsItsLeaseAndShowsProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.block = make(chan struct{})
		b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		b, err = r.svc.Get(t.Context(), b.ID)
		if err != nil || b.Status != backup.StatusRunning || b.Progress.Phase != "copy" || b.Progress.DoneFiles != 1 {
			t.Errorf("after 10 minutes: %s %+v, %v, want running with the database copied", b.Status, b.Progress, err)
		}
		close(r.storage.block)
		r.runner.wg.Wait()
	})
}

// TestLostJobEndsAsFailed is the kill -9 before the job's first step.
func TestLostJobEndsAsFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.runner.lose = true
		lost, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil || lost.Status != backup.StatusPending {
			t.Fatalf("Create = %s, %v, want pending", lost.Status, err)
		}
		time.Sleep(r.svc.Timing.Lease)
		if b, _ := r.svc.Get(t.Context(), lost.ID); b.Status != backup.StatusFailed || len(b.Errors) != 1 {
			t.Errorf("after the lease the lost backup is %s %q, want failed with a reason", b.Status, b.Errors)
		}
		r.runner.lose = false
		r.create(t, backup.KindFull, backup.StatusCompleted)
		if b, _ := r.catalog.GetBackup(t.Context(), lost.ID); b.Status != backup.StatusFailed {
			t.Errorf("the record of the lost backup is %s, want failed", b.Status)
		}
	})
}

func TestJobThatCannotBeStartedIsFailedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.runner.fail = errors.New("no invocation")
		_, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if !errors.Is(err, errs.ErrUnavailable) {
			t.Errorf("Create = %v, want ErrUnavailable", err)
		}
		bs, _ := r.catalog.ListBackups(t.Context(), "", 10)
		if len(bs) != 1 || bs[0].Status != backup.StatusFailed {
			t.Errorf("records = %+v, want one that failed", bs)
		}
		r.runner.fail = nil
		r.create(t, backup.KindFull, backup.StatusCompleted)
	})
}

func TestDuplicateDeliveryRunsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.block = make(chan struct{})
		b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.svc.Run(t.Context(), backup.Job{Verb: backup.VerbCreate, ID: b.ID}); err != nil {
			t.Errorf("duplicate while it runs = %v, want nil", err)
		}
		close(r.storage.block)
		r.runner.wg.Wait()
		if err := r.svc.Run(t.Context(), backup.Job{Verb: backup.VerbCreate, ID: b.ID}); err != nil {
			t.Errorf("duplicate after the end = %v, want nil", err)
		}
		if r.repo.begins != 1 {
			t.Errorf("the backup was written %d times, want once", r.repo.begins)
		}
	})
}

// TestCommittedBackupOfADeadRunBecomesCompleted is the kill -9 between the
// manifest and the record.
func TestCommittedBackupOfADeadRunBecomesCompleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.runner.lose = true
		dead, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindStorage, Note: "mine"})
		if err != nil {
			t.Fatal(err)
		}
		r.repo.committed[dead.ID] = backup.Backup{
			ID: dead.ID, Kind: dead.Kind, Status: backup.StatusCompleted, CreatedAt: dead.CreatedAt, FileCount: 2, StorageOK: true, Checksum: "sum",
		}
		time.Sleep(r.svc.Timing.Lease)
		r.runner.lose = false
		r.create(t, backup.KindDatabase, backup.StatusCompleted)
		b, err := r.svc.Get(t.Context(), dead.ID)
		if err != nil || b.Status != backup.StatusCompleted || b.FileCount != 2 || b.Note != "mine" || b.Checksum != "sum" {
			t.Errorf("dead run with a manifest = %+v, %v, want completed with the note", b, err)
		}
	})
}

// TestRunThatWasDeclaredDeadSettles pauses a run at its commit for longer than
// its lease, as a suspended machine does.
func TestRunThatWasDeclaredDeadSettles(t *testing.T) {
	for name, tt := range map[string]struct {
		meanwhile func(t *testing.T, r *rig, id backup.ID)
		want      backup.Status // "" when the record is gone
	}{
		"and its record stands": {func(t *testing.T, r *rig, _ backup.ID) {
			t.Helper()
			r.create(t, backup.KindDatabase, backup.StatusCompleted)
		}, backup.StatusCompleted},
		"and was deleted": {func(t *testing.T, r *rig, id backup.ID) {
			t.Helper()
			if _, err := r.svc.Delete(t.Context(), admin(), []backup.ID{id}, false); err != nil {
				t.Errorf("Delete of the dead backup = %v", err)
			}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				paused := *r.svc
				paused.Timing.Heartbeat = time.Hour // a paused run has no heartbeat
				id := backup.ID("")
				r.repo.atCommit = func(context.Context) error {
					r.repo.atCommit = nil
					time.Sleep(2 * r.svc.Timing.Lease)
					tt.meanwhile(t, r, id)
					return nil
				}
				r.runner.lose = true
				b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
				if err != nil {
					t.Fatal(err)
				}
				id = b.ID
				r.runner.lose = false
				if err := paused.Run(t.Context(), backup.Job{Verb: backup.VerbCreate, ID: id}); err != nil {
					t.Errorf("paused run = %v", err)
				}
				got, err := r.svc.Get(t.Context(), id)
				if tt.want == "" {
					if !errors.Is(err, errs.ErrNotFound) || len(r.repo.committed) != 0 {
						t.Errorf("after the delete: record %v, manifests %v, want none", err, r.repo.committed)
					}
					return
				}
				if err != nil || got.Status != tt.want || got.Checksum == "" || len(got.Errors) > 0 {
					t.Errorf("record = %+v, %v, want %s", got, err, tt.want)
				}
			})
		})
	}
}

func TestScheduledBackupRunsOnceForEachTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		job := backup.Job{Verb: backup.VerbCreate, Kind: backup.KindDatabase, Schedule: "database", ScheduledTime: "2026-11-22T02:00:00Z"}
		for range 3 {
			if err := r.svc.Run(t.Context(), job); err != nil {
				t.Fatalf("Run = %v", err)
			}
		}
		job.ScheduledTime = "2026-11-23T02:00:00Z"
		if err := r.svc.Run(t.Context(), job); err != nil {
			t.Fatal(err)
		}
		bs, _ := r.catalog.ListBackups(t.Context(), "", 10)
		if len(bs) != 2 {
			t.Fatalf("%d backups, want one for each scheduled time", len(bs))
		}
		for _, b := range bs {
			if b.Status != backup.StatusCompleted || b.Reason != backup.ReasonSchedule || b.CreatedBy != "schedule" {
				t.Errorf("scheduled backup = %+v", b)
			}
		}
	})
}

func TestScheduledBackupIsTriedAgainAfterAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.database.missing = true
		job := backup.Job{Verb: backup.VerbCreate, Kind: backup.KindDatabase, Schedule: "database", ScheduledTime: "2026-11-22T02:00:00Z"}
		if err := r.svc.Run(t.Context(), job); err == nil {
			t.Fatal("Run of a missing database = nil, want an error")
		}
		r.database.missing = false
		if err := r.svc.Run(t.Context(), job); err != nil {
			t.Fatalf("second delivery = %v", err)
		}
		res, err := r.svc.List(t.Context(), backup.ListRequest{Status: backup.StatusCompleted})
		if err != nil || len(res.Backups) != 1 {
			t.Errorf("completed backups = %d, %v, want 1", len(res.Backups), err)
		}
	})
}

func TestScheduledBackupWaitsForTheOneThatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.block = make(chan struct{})
		if _, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull}); err != nil {
			t.Fatal(err)
		}
		go func() {
			time.Sleep(time.Minute)
			close(r.storage.block)
		}()
		if err := r.svc.Run(t.Context(), backup.Job{Verb: backup.VerbCreate, Kind: backup.KindDatabase, Schedule: "database", ScheduledTime: "x"}); err != nil {
			t.Errorf("scheduled backup = %v, want it to wait for its turn", err)
		}
		r.runner.wg.Wait()
	})
}
