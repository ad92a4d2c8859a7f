package faults_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// undo undoes a restore, which must succeed.
func (w *world) undo(t *testing.T, id backup.ID) backup.Operation {
	t.Helper()
	w.clock.Advance(time.Minute)
	o, err := w.svc.Undo(t.Context(), admin(), id)
	if err != nil || o.Status != backup.StatusCompleted || o.UndoOf != id || !o.Undoable() {
		t.Fatalf("Undo(%s) = %+v, %v, want completed and undoable", id, o, err)
	}
	return o
}

// mustRestore restores, with a safety backup.
func (w *world) mustRestore(t *testing.T, req backup.RestoreRequest) backup.Operation {
	t.Helper()
	w.clock.Advance(time.Minute)
	req.Compare, req.SafetyBackup = true, true
	o, err := w.svc.Restore(t.Context(), admin(), req)
	if err != nil || o.Status != backup.StatusCompleted {
		t.Fatalf("Restore = %s %v, %v", o.Status, o.Errors, err)
	}
	return o
}

func (w *world) is(t *testing.T, want state, when string) {
	t.Helper()
	if d := diff(want, observe(t, w.dir)); len(d) > 0 {
		t.Errorf("%s %q differ", when, d)
	}
}

// TestUndoBringsBackEveryByte undoes restores of the whole and of parts, and the
// undo itself.
func TestUndoBringsBackEveryByte(t *testing.T) {
	t.Parallel()
	for name, req := range map[string]backup.RestoreRequest{
		"everything":   {},
		"the database": {Components: []backup.Component{backup.ComponentDatabase}},
		"the media":    {Components: []backup.Component{backup.ComponentStorage}},
		"some files":   {Paths: []string{"storage/a.jpg", "storage/sub"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			req.ID = w.mustCreate(t, backup.KindFull).ID
			change(t, w)
			before := observe(t, w.dir)
			restored := w.mustRestore(t, req)
			after := observe(t, w.dir)
			undone := w.undo(t, restored.ID)
			w.is(t, before, "after the undo")
			again := w.undo(t, undone.ID)
			w.is(t, after, "after the undo of the undo")
			w.undo(t, again.ID)
			w.is(t, before, "after the undo of that")
		})
	}
}

func TestUndoOfARestoreThatFailedInItsCommit(t *testing.T) {
	t.Parallel()
	tested := 0
	for n := 1; ; n++ {
		w := newWorld(t)
		b := w.mustCreate(t, backup.KindFull)
		change(t, w)
		before := observe(t, w.dir)
		w.files.calls, w.files.fail = 0, n
		o, err := w.svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: b.ID, Compare: true, SafetyBackup: true})
		if err != nil {
			t.Fatal(err)
		}
		if w.files.calls < n {
			break
		}
		w.recover(t)
		if o.Status != backup.StatusFailed || !committing(o) {
			continue
		}
		tested++
		w.undo(t, o.ID)
		w.is(t, before, "after the undo")
	}
	if tested == 0 {
		t.Error("no restore failed in its commit")
	}
}

func TestUndoAfterTheSafetyBackupHasGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.mustCreate(t, backup.KindFull)
	change(t, w)
	o := w.mustRestore(t, backup.RestoreRequest{ID: b.ID})
	w.clock.Advance(8 * 24 * time.Hour)
	if r, err := w.svc.Rotate(t.Context(), admin(), backup.RotateRequest{}); err != nil || r.Status != backup.StatusCompleted {
		t.Fatalf("Rotate = %s %v, %v", r.Status, r.Errors, err)
	}
	if _, err := w.svc.Undo(t.Context(), admin(), o.ID); !errors.Is(err, errs.ErrConflict) || errs.Detail(err) == "" {
		t.Errorf("Undo = %v, want a conflict with a sentence", err)
	}
}

// TestUndoBringsBackThatThereWasNothing undoes a restore into a missing database, a
// missing tree, or both.
func TestUndoBringsBackThatThereWasNothing(t *testing.T) {
	t.Parallel()
	for name, gone := range map[string][]string{
		"no database": {"app_data.db"}, "no media": {"storage"}, "neither": {"app_data.db", "storage"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := w.mustCreate(t, backup.KindFull)
			full := observe(t, w.dir)
			for _, g := range gone {
				if err := os.RemoveAll(filepath.Join(w.dir, g)); err != nil {
					t.Fatal(err)
				}
			}
			restored := w.mustRestore(t, backup.RestoreRequest{ID: b.ID})
			w.is(t, full, "after the restore")
			undone := w.undo(t, restored.ID)
			for _, g := range gone {
				if _, err := os.Lstat(filepath.Join(w.dir, g)); !errors.Is(err, os.ErrNotExist) {
					t.Errorf("after the undo there is %s: %v", g, err)
				}
			}
			w.undo(t, undone.ID)
			w.is(t, full, "after the undo of the undo")
		})
	}
}
