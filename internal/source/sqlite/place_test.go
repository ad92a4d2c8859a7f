package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

func TestCopiesOfKilledProcessesAreRemovedAndOthersAreNot(t *testing.T) {
	path, scratch := filepath.Join(t.TempDir(), "app_data.db"), t.TempDir()
	create(t, path, plain, "old", 10)
	abandoned := filepath.Join(scratch, "vertex-backup-database-123")
	foreign := filepath.Join(scratch, "something-else")
	for _, dir := range []string{abandoned, foreign} {
		try(t, os.Mkdir(dir, 0o700))
		try(t, os.WriteFile(filepath.Join(dir, "copy.db"), []byte("left"), 0o600))
	}
	d := sqlite.New(path, scratch, impatient())
	var open []backup.Snapshot
	for range 2 { // the second must not take the first one's place for abandoned
		s, err := d.Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
		try(t, err)
		open = append(open, s)
	}
	if _, err := os.Stat(abandoned); !os.IsNotExist(err) {
		t.Errorf("the abandoned copy is still there: %v", err)
	}
	if places, _ := filepath.Glob(filepath.Join(scratch, "*", "copy.db")); len(places) != 3 {
		t.Errorf("copies = %q, want both that are open and what is not ours", places)
	}
	for _, s := range open {
		try(t, s.Close())
	}
	if places, _ := filepath.Glob(filepath.Join(scratch, "*")); len(places) != 1 {
		t.Errorf("left in scratch: %q", places)
	}
}
