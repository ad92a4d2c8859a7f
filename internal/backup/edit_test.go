package backup_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

func TestEditChangesWhatIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := r.create(t, backup.KindDatabase, backup.StatusCompleted)
		got, err := r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Note: new("Before <b>1.8</b> \U0001F600")})
		if err != nil || got.Note != "Before <b>1.8</b> \U0001F600" || got.Pinned {
			t.Errorf("Edit = %+v, %v, want only the note changed", got, err)
		}
		got, err = r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Pinned: new(true)})
		if err != nil || !got.Pinned || got.Note == "" {
			t.Errorf("Edit = %+v, %v, want pinned with its note", got, err)
		}
		got, err = r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Pinned: new(false), Note: new("")})
		if stored, _ := r.svc.Get(t.Context(), b.ID); err != nil || stored.Pinned || stored.Note != "" || got.Version != stored.Version {
			t.Errorf("Edit = %+v, %v, want it as it was", got, err)
		}
	})
}

func TestEditRefusesBadRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := r.create(t, backup.KindDatabase, backup.StatusCompleted)
		for name, c := range map[string]struct {
			id   backup.ID
			req  backup.EditRequest
			want error
		}{
			"nothing to change": {b.ID, backup.EditRequest{}, errs.ErrInvalid},
			"long note":         {b.ID, backup.EditRequest{Note: new(strings.Repeat("ж", 1001))}, errs.ErrInvalid},
			"control character": {b.ID, backup.EditRequest{Note: new("a\x1bb")}, errs.ErrInvalid},
			"not UTF-8":         {b.ID, backup.EditRequest{Note: new("\xff")}, errs.ErrInvalid},
			"unknown backup":    {"20261122-020000-full-k3x9qa", backup.EditRequest{Pinned: new(true)}, errs.ErrNotFound},
		} {
			if _, err := r.svc.Edit(t.Context(), admin(), c.id, c.req); !errors.Is(err, c.want) || errs.Detail(err) == "" {
				t.Errorf("%s: Edit = %v, want %v with a sentence", name, err, c.want)
			}
		}
		b.Status = backup.StatusDeleting
		if _, err := r.catalog.PutBackup(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if _, err := r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Pinned: new(true)}); !errors.Is(err, errs.ErrConflict) {
			t.Errorf("Edit of what is being deleted = %v, want a conflict", err)
		}
	})
}

func TestWhatPeopleSayIsInTheRepositoryToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := r.create(t, backup.KindDatabase, backup.StatusCompleted)
		b.Pinned, b.Note = true, "of before" // by a program that kept this in the catalog only
		if _, err := r.catalog.PutBackup(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		got, err := r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Accepted: new(true)})
		want := backup.Marks{Pinned: true, Note: "of before", Accepted: true}
		if err != nil || !got.Marks().Equal(want) || !r.repo.marks[b.ID].Equal(want) {
			t.Errorf("Edit = %+v, %v, stored %+v", got.Marks(), err, r.repo.marks[b.ID])
		}
	})
}

// TestEditsAndHeartbeatsKeepEachOther edits a running backup at every moment
// of its heartbeat, and while it waits for its job.
func TestEditsAndHeartbeatsKeepEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.block = make(chan struct{})
		b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 40 {
			time.Sleep(r.svc.Timing.Heartbeat/40 + r.svc.Timing.Heartbeat)
			if _, err := r.svc.Edit(t.Context(), admin(), b.ID, backup.EditRequest{Pinned: new(i%2 == 1), Note: new("kept")}); err != nil {
				t.Fatal(err)
			}
		}
		close(r.storage.block)
		r.runner.wg.Wait()
		b, err = r.svc.Get(t.Context(), b.ID)
		if err != nil || b.Status != backup.StatusCompleted || !b.Pinned || b.Note != "kept" || b.FileCount != 3 {
			t.Errorf("the backup ended as %+v, %v, want completed, pinned and with its note", b, err)
		}
	})
}

// editing edits a backup right before its record is written for the n-th time.
type editing struct {
	catalog.Catalog

	n    int
	edit func(ctx context.Context, b backup.Backup)
}

func (e *editing) PutBackup(ctx context.Context, b backup.Backup) (backup.Backup, error) {
	if e.n--; e.n == 0 {
		e.edit(ctx, b)
	}
	return e.Catalog.PutBackup(ctx, b)
}

func TestAnEditBetweenReadingAndWritingIsNotLost(t *testing.T) {
	for n := range 4 {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			edited := false
			r.use(&editing{r.catalog, n + 2, func(ctx context.Context, b backup.Backup) { // the first write makes the record
				edited = true
				e := *r.svc
				e.Catalog = r.catalog
				if _, err := e.Edit(ctx, admin(), b.ID, backup.EditRequest{Pinned: new(true), Note: new("kept")}); err != nil {
					t.Error(err)
				}
			}})
			b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
			if err != nil || b.Status != backup.StatusCompleted {
				t.Fatalf("before write %d: the backup ended %s %v, %v", n+2, b.Status, b.Errors, err)
			}
			if edited && (!b.Pinned || b.Note != "kept" || b.FileCount != 3) {
				t.Errorf("before write %d: %+v, want the edit and the outcome", n+2, b)
			}
		})
	}
}
