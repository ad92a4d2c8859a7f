package faults_test

import (
	"errors"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

func TestDeleteSurvivesEveryFault(t *testing.T) {
	t.Parallel()
	everyFault(t, false, func(t *testing.T, f fault) bool {
		t.Helper()
		w := newWorld(t)
		doomed := w.mustCreate(t, backup.KindFull)
		want := map[backup.ID]state{doomed.ID: observe(t, w.dir)}
		change(t, w)
		kept := w.mustCreate(t, backup.KindFull)
		want[kept.ID] = observe(t, w.dir)

		f.into(t, w)
		_, err := w.svc.Delete(t.Context(), admin(), []backup.ID{doomed.ID}, false)
		fired := f.fired(w)
		if err == nil {
			delete(want, doomed.ID)
		}
		w.recover(t)
		w.checkBackups(t, want)
		if _, err := w.svc.Delete(t.Context(), admin(), []backup.ID{doomed.ID}, false); err != nil && !errors.Is(err, errs.ErrNotFound) {
			t.Errorf("second Delete = %v, want it to end the job", err)
		}
		if n := w.checkBackups(t, want); n != 1 {
			t.Errorf("%d backups left, want the other one", n)
		}
		checkOnly(t, w, kept.ID)
		return fired
	})
}

// checkOnly checks that the repository holds nothing but the manifests of ids
// and the archives that those name.
func checkOnly(t *testing.T, w *world, ids ...backup.ID) {
	t.Helper()
	known := namedBy(t, w.svc.Repository, ids...)
	known["format.json"] = true
	for _, id := range ids {
		known[w.manifestOf(t, id)] = true
	}
	for key := range w.memory.Contents() {
		if !known[key] {
			t.Errorf("%s is left in the repository", key)
		}
	}
}

// manifestOf returns the key of the generation of a manifest that counts.
func (w *world) manifestOf(t *testing.T, id backup.ID) string {
	t.Helper()
	b, err := w.records.GetBackup(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for info, err := range w.memory.List(t.Context(), "manifests/"+string(id)+".") {
		if err != nil {
			t.Fatal(err)
		}
		info, err := w.memory.Head(t.Context(), info.Key)
		if err != nil {
			t.Fatal(err)
		}
		if info.Metadata["sha256"] == b.Checksum {
			return info.Key
		}
	}
	t.Errorf("no manifest of %s is the one of its record", id)
	return ""
}

func TestRotateSurvivesEveryFault(t *testing.T) {
	t.Parallel()
	everyFault(t, false, func(t *testing.T, f fault) bool {
		t.Helper()
		w := newWorld(t)
		want := map[backup.ID]state{}
		var ids []backup.ID
		for range 4 {
			b := w.mustCreate(t, backup.KindStorage)
			want[b.ID] = storageOnly(observe(t, w.dir))
			ids = append(ids, b.ID)
			change(t, w)
		}
		f.into(t, w)
		_, _ = w.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		fired := f.fired(w)
		w.recover(t)
		if n := w.checkBackups(t, want); n < 2 {
			t.Errorf("%d backups left, want at least 2", n)
		}
		op, err := w.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil || op.Status != backup.StatusCompleted {
			t.Fatalf("second Rotate = %s %v, %v", op.Status, op.Errors, err)
		}
		if n := w.checkBackups(t, want); n != 2 {
			t.Errorf("%d backups left, want 2", n)
		}
		checkOnly(t, w, ids[2:]...)
		checkNothingRuns(t, w.records)
		return fired
	})
}

// storageOnly is a state without its database.
func storageOnly(s state) state {
	only := state{}
	for p, v := range s {
		if p != "database" {
			only[p] = v
		}
	}
	return only
}
