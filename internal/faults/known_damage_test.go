package faults_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// harms are ways to damage a backup: its own archive, or its manifest. other is
// another backup.
func harms() map[string]func(t *testing.T, w *world, b, other backup.Backup) {
	return map[string]func(t *testing.T, w *world, b, other backup.Backup){
		"the content of an archive is spoiled": func(_ *testing.T, w *world, b, _ backup.Backup) {
			for key := range w.memory.Contents() {
				if strings.HasPrefix(key, "archives/"+string(b.ID)) && strings.HasSuffix(key, ".tar.zst") {
					w.memory.Change(key, func(c []byte) []byte {
						for i := range c {
							c[i] ^= 1
						}
						return c
					})
				}
			}
		},
		"an archive is lost": func(t *testing.T, w *world, b, _ backup.Backup) {
			t.Helper()
			for key := range w.memory.Contents() {
				if strings.HasPrefix(key, "archives/"+string(b.ID)) {
					remove(t, w, key)
				}
			}
		},
		"the manifest is lost": func(t *testing.T, w *world, b, _ backup.Backup) {
			t.Helper()
			remove(t, w, w.manifestOf(t, b.ID))
		},
		"a byte of the manifest is flipped": func(t *testing.T, w *world, b, _ backup.Backup) {
			t.Helper()
			w.memory.FlipBit(w.manifestOf(t, b.ID), 30)
		},
		"the manifest is cut off": func(t *testing.T, w *world, b, _ backup.Backup) {
			t.Helper()
			w.memory.Truncate(w.manifestOf(t, b.ID), 5)
		},
		"the manifest is another's": func(t *testing.T, w *world, b, other backup.Backup) {
			t.Helper()
			content := w.memory.Contents()[w.manifestOf(t, other.ID)]
			w.memory.Change(w.manifestOf(t, b.ID), func([]byte) []byte { return content })
		},
	}
}

func remove(t *testing.T, w *world, key string) {
	t.Helper()
	if err := w.memory.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
}

// finders are all that reads a backup to see whether it is whole.
func finders() map[string]func(t *testing.T, w *world, id backup.ID) {
	verify := func(deep bool) func(t *testing.T, w *world, id backup.ID) {
		return func(t *testing.T, w *world, id backup.ID) {
			t.Helper()
			if o, err := w.svc.Verify(t.Context(), admin(), backup.VerifyRequest{ID: id, Deep: deep}); err != nil || o.VerifyResult == nil {
				t.Fatalf("Verify = %+v, %v", o, err)
			}
		}
	}
	return map[string]func(t *testing.T, w *world, id backup.ID){
		"a deep verification": verify(true), "a shallow verification": verify(false),
		"a drill": func(t *testing.T, w *world, id backup.ID) {
			t.Helper()
			if r, err := w.svc.Drill(t.Context(), backup.DrillRequest{ID: id}, func(backup.Progress) {}); err == nil && r.LostCount == 0 {
				t.Errorf("the drill found nothing: %+v", r)
			}
		},
		"a restore test": func(t *testing.T, w *world, id backup.ID) {
			t.Helper()
			if r, err := w.svc.RestoreTest(t.Context(), id); err != nil || r.CanRestore {
				t.Errorf("RestoreTest = %+v, %v", r, err)
			}
		},
		"a restore": func(t *testing.T, w *world, id backup.ID) {
			t.Helper()
			if err := os.RemoveAll(w.storage()); err != nil { // so that it needs all that is stored
				t.Fatal(err)
			}
			if o, err := w.svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: id, Compare: true}); err != nil || o.Status != backup.StatusFailed {
				t.Errorf("Restore = %s, %v", o.Status, err)
			}
		},
	}
}

// TestKnownDamageCounts: whoever finds it, and whatever it is, what is known to be
// damaged protects nothing, with the catalog or without it.
func TestKnownDamageCounts(t *testing.T) {
	t.Parallel()
	for harm, damage := range harms() {
		for finder, find := range finders() {
			if finder == "a shallow verification" && harm == "the content of an archive is spoiled" {
				continue // it reads nothing of archives
			}
			t.Run(harm+", found by "+finder, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				first, now := w.mustCreate(t, backup.KindFull), observe(t, w.dir)
				change(t, w)
				second := w.mustCreate(t, backup.KindFull)
				change(t, w)
				newest := w.mustCreate(t, backup.KindFull)
				for _, id := range []backup.ID{second.ID, newest.ID} {
					b, err := w.svc.Get(t.Context(), id)
					if err != nil {
						t.Fatal(err)
					}
					damage(t, w, b, first)
				}
				change(t, w)
				for _, id := range []backup.ID{second.ID, newest.ID} {
					find(t, w, id)
					if b, err := w.svc.Get(t.Context(), id); err != nil || b.Damage == nil {
						t.Fatalf("%s does not stand in the record of %s: %v", harm, id, err)
					}
					marks, err := w.svc.Repository.Marks(t.Context(), id)
					if err != nil || marks[id].Damage == nil {
						t.Errorf("%s does not stand in the repository: %+v, %v", harm, marks, err)
					}
				}
				w.keepsTheWhole(t, first.ID, second.ID, newest.ID)
				w.checkBackups(t, map[backup.ID]state{first.ID: now})
			})
		}
	}
}

// keepsTheWhole sees that a rotation and deletes leave the one whole backup.
func (w *world) keepsTheWhole(t *testing.T, whole backup.ID, damaged ...backup.ID) {
	t.Helper()
	o, err := w.svc.Rotate(t.Context(), admin(), backup.RotateRequest{MaxBackups: 1})
	if err != nil || o.Status != backup.StatusCompleted {
		t.Fatalf("Rotate = %s %q, %v", o.Status, o.Errors, err)
	}
	i := slices.IndexFunc(o.RotateResult.Kept, func(k backup.Kept) bool { return k.ID == whole })
	if i < 0 || !slices.Contains(o.RotateResult.Kept[i].Reasons, "newest complete full backup") {
		t.Errorf("the rotation keeps %+v, want %s as the newest that is whole", o.RotateResult.Kept, whole)
	}
	if _, err := w.svc.Delete(t.Context(), admin(), []backup.ID{whole}, false); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("the last whole backup is deleted without force: %v", err)
	}
	for _, id := range damaged {
		if r, err := w.svc.RestoreTest(t.Context(), id); err == nil && r.CanRestore {
			t.Errorf("%s can be restored, says the test: %+v", id, r)
		}
		if _, err := w.svc.Delete(t.Context(), admin(), []backup.ID{id}, false); err != nil && !errors.Is(err, errs.ErrNotFound) {
			t.Errorf("Delete(%s) = %v, want damaged ones to go one by one", id, err)
		}
	}
	if all, err := w.svc.List(t.Context(), backup.ListRequest{}); err != nil || len(all.Backups) != 1 || all.Backups[0].ID != whole {
		t.Errorf("left: %s, %v", fmt.Sprint(all.Backups), err)
	}
}

// A deep verification that finds nothing takes back what was found.
func TestADeepVerificationClearsKnownDamage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.mustCreate(t, backup.KindFull)
	key := w.manifestOf(t, b.ID)
	content := w.memory.Contents()[key]
	w.memory.FlipBit(key, 30)
	find := finders()["a deep verification"]
	find(t, w, b.ID)
	w.memory.Change(key, func([]byte) []byte { return content })
	for _, deep := range []bool{false, true} {
		if _, err := w.svc.Verify(t.Context(), admin(), backup.VerifyRequest{ID: b.ID, Deep: deep}); err != nil {
			t.Fatal(err)
		}
		got, err := w.svc.Get(t.Context(), b.ID)
		marks, merr := w.svc.Repository.Marks(t.Context(), b.ID)
		if err != nil || merr != nil || (got.Damage == nil) != deep || (marks[b.ID].Damage == nil) != deep {
			t.Errorf("after a verification, deep %t: %+v and %+v; %v, %v", deep, got.Damage, marks, err, merr)
		}
	}
}
