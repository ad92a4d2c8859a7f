package faults_test

import (
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
)

// TestEditSurvivesEveryFault: a pin that was promised is in the record and in the
// repository, and one that failed is ended by a second try.
func TestEditSurvivesEveryFault(t *testing.T) {
	t.Parallel()
	everyFault(t, false, func(t *testing.T, f fault) bool {
		t.Helper()
		w := newWorld(t)
		b := w.mustCreate(t, backup.KindFull)
		pin := backup.EditRequest{Pinned: new(true), Note: new("kept")}
		f.into(t, w)
		_, err := w.svc.Edit(t.Context(), admin(), b.ID, pin)
		fired := f.fired(w)
		w.recover(t)
		if err == nil {
			w.checkPinned(t, b.ID)
		}
		if _, err := w.svc.Edit(t.Context(), admin(), b.ID, pin); err != nil {
			t.Errorf("second Edit = %v", err)
		}
		w.checkPinned(t, b.ID)
		return fired
	})
}

func (w *world) checkPinned(t *testing.T, id backup.ID) {
	t.Helper()
	b, err := w.records.GetBackup(t.Context(), id)
	marks, merr := w.svc.Repository.Marks(t.Context(), id)
	if err != nil || merr != nil || !b.Pinned || b.Note != "kept" || !marks[id].Pinned || marks[id].Note != "kept" {
		t.Errorf("the record has %+v, %v, the repository %+v, %v; want it pinned in both", b.Marks(), err, marks, merr)
	}
}
