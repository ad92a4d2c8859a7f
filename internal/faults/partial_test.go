package faults_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// TestRestoreOfWhatCouldNotBeReadRemovesNothing restores from a backup that was
// taken while the media's disk was not mounted.
func TestRestoreOfWhatCouldNotBeReadRemovesNothing(t *testing.T) {
	w := newWorld(t)
	away := filepath.Join(w.dir, "away")
	if err := os.Rename(w.storage(), away); err != nil {
		t.Fatal(err)
	}
	b, err := w.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
	if err != nil || b.Status != backup.StatusPartial || b.StorageOK || !b.DatabaseOK {
		t.Fatalf("Create without media = %+v, %v, want partial", b, err)
	}
	if err := os.Rename(away, w.storage()); err != nil {
		t.Fatal(err)
	}
	media := storageOnly(observe(t, w.dir))

	op, err := w.svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: b.ID, Components: []backup.Component{backup.ComponentStorage}})
	if err != nil || op.Status != backup.StatusFailed || len(op.Errors) != 1 {
		t.Errorf("restore of the media alone = %s %q, %v, want it refused", op.Status, op.Errors, err)
	}
	op, err = w.svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: b.ID})
	if err != nil || op.Status != backup.StatusCompleted || len(op.Warnings) != 1 {
		t.Errorf("restore of the rest = %s %q %q, %v, want it done with a warning", op.Status, op.Errors, op.Warnings, err)
	}
	if d := diff(media, storageOnly(observe(t, w.dir))); len(d) > 0 {
		t.Errorf("the restores changed media that they do not have: %q", d)
	}
}

// TestRestoreFromAPartialBackupRemovesNothing restores from a backup in which
// one file could not be read.
func TestRestoreFromAPartialBackupRemovesNothing(t *testing.T) {
	w := newWorld(t)
	w.files.err = errors.New("input/output error")
	w.files.hookOnly = "open storage/a.jpg"
	b, err := w.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindStorage})
	if err != nil || b.Status != backup.StatusPartial || !strings.Contains(strings.Join(b.Errors, "\n"), "storage/a.jpg") {
		t.Fatalf("Create with an unreadable file = %s %q, %v, want partial and the file named", b.Status, b.Errors, err)
	}
	w.files.hookOnly = ""
	before := observe(t, w.dir)
	op, err := w.svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: b.ID})
	if err != nil || op.Status != backup.StatusCompleted {
		t.Fatalf("Restore = %s %q, %v", op.Status, op.Errors, err)
	}
	if d := diff(before, observe(t, w.dir)); len(d) > 0 {
		t.Errorf("restoring a partial backup changed %q", d)
	}
}

func TestRestoreOfPathsThatTheBackupLacksIsRefused(t *testing.T) {
	w := newWorld(t)
	b := w.mustCreate(t, backup.KindFull)
	op, err := w.svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: b.ID, Paths: []string{"storage/a.jpg", "storage/none"}})
	if err != nil || op.Status != backup.StatusFailed || !strings.Contains(strings.Join(op.Errors, ""), "storage/none") {
		t.Errorf("Restore = %s %q, %v, want it to fail and name the path", op.Status, op.Errors, err)
	}
	_, err = w.svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: b.ID, Paths: []string{"storage/../x"}})
	if !errors.Is(err, errs.ErrInvalid) {
		t.Errorf("Restore of a path with .. = %v, want ErrInvalid", err)
	}
}

// TestPathsAreRestoredAndNothingElse restores what is asked for into an empty
// tree. Names that begin alike stand between a directory and what is in it.
func TestPathsAreRestoredAndNothingElse(t *testing.T) {
	files := []string{"a", "d-x", "d.x", "d/a", "d/e-x", "d/e/f", "d/e/g", "d0", "e/f"}
	for _, asked := range [][]string{
		{"a"}, {"d"}, {"d/e"}, {"d/e/g"}, {"d.x", "d/e/f"}, {"d0", "d"}, {"d/e", "d/e/f", "e"}, {""}, {"a", "d-x", "d.x", "d", "d0", "e"},
	} {
		w := newWorld(t)
		for _, f := range files {
			path := filepath.Join(w.storage(), f)
			if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
				t.Fatal(err)
			}
			write(t, path, f)
		}
		req := backup.RestoreRequest{ID: w.mustCreate(t, backup.KindFull).ID}
		for _, p := range asked {
			req.Paths = append(req.Paths, strings.TrimSuffix("storage/"+p, "/"))
		}
		if err := os.RemoveAll(w.storage()); err != nil {
			t.Fatal(err)
		}
		op, err := w.svc.Restore(t.Context(), admin(), req)
		if err != nil || op.Status != backup.StatusCompleted {
			t.Fatalf("Restore of %q = %s %q, %v", asked, op.Status, op.Errors, err)
		}
		for _, f := range files {
			wanted := slices.ContainsFunc(asked, func(p string) bool { return p == "" || f == p || strings.HasPrefix(f, p+"/") })
			content, err := os.ReadFile(filepath.Join(w.storage(), f))
			if wanted && string(content) != f || !wanted && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("after a restore of %q: %s holds %q, %v", asked, f, content, err)
			}
		}
	}
}
