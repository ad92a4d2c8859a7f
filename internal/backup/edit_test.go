package backup_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

func TestEditChangesOnlyWhatIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		b, err := r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Pinned: new(true)})
		if err != nil || !b.Pinned || b.Note != "" || b.Checksum == "" {
			t.Errorf("Edit = %+v, %v", b, err)
		}
		b, err = r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Note: new("до обновления")})
		if err != nil || !b.Pinned || b.Note != "до обновления" {
			t.Errorf("Edit = %+v, %v", b, err)
		}
		if b, err = r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Pinned: new(false), Note: new("")}); err != nil || b.Pinned || b.Note != "" {
			t.Errorf("Edit = %+v, %v", b, err)
		}
	})
}

func TestEditRefusesBadRequests(t *testing.T) {
	r := newRig(t)
	for name, req := range map[string]backup.EditRequest{
		"nothing":            {},
		"long note":          {Note: new(strings.Repeat("ж", 1001))},
		"control characters": {Note: new("a\x1b[31m")},
		"not UTF-8":          {Note: new("\xff")},
	} {
		if _, err := r.svc.Edit(t.Context(), admin(), "20261122-020000-full-k3x9qa", req); !errors.Is(err, errs.ErrInvalid) || errs.Detail(err) == "" {
			t.Errorf("%s: Edit = %v, want ErrInvalid with a sentence", name, err)
		}
	}
	if _, err := r.svc.Edit(t.Context(), admin(), "20261122-020000-full-k3x9qa", backup.EditRequest{Pinned: new(true)}); !errors.Is(err, errs.ErrNotFound) || errs.Detail(err) == "" {
		t.Errorf("Edit of none = %v, want ErrNotFound", err)
	}
}

func TestEditOfABackupThatIsBeingDeleted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		r.repo.atRemove = func() error {
			_, err := r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Pinned: new(true)})
			if !errors.Is(err, errs.ErrConflict) {
				t.Errorf("Edit = %v, want a conflict", err)
			}
			return nil
		}
		if _, err := r.svc.Delete(t.Context(), admin(), []backup.ID{b.ID}, true); err != nil {
			t.Error(err)
		}
	})
}

// A heartbeat and an edit write the same record; neither takes anything away from
// the other.
func TestEditOfARunningBackupIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.block = make(chan struct{})
		b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil {
			t.Fatal(err)
		}
		svc := *r.svc
		svc.Catalog = &meddler{Catalog: r.catalog, times: 3}
		if _, err := svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Note: new("while it runs")}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(heartbeat)
		if _, err := r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Pinned: new(true)}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * heartbeat)
		close(r.storage.block)
		r.runner.wg.Wait()
		if b := r.wantBackup(t, b.ID, backup.StatusCompleted); b.Note != "while it runs" || !b.Pinned || b.FileCount != 3 {
			t.Errorf("note %q, pinned %v, %d files", b.Note, b.Pinned, b.FileCount)
		}
	})
}

func TestEditGivesUpWhenTheRecordNeverHoldsStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		r.svc.Catalog = &meddler{Catalog: r.catalog, times: 100}
		if _, err := r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Pinned: new(true)}); !errors.Is(err, errs.ErrConflict) {
			t.Errorf("Edit = %v, want a conflict", err)
		}
	})
}
