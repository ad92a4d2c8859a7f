package sqlite_test

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
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
	if places, _ := filepath.Glob(filepath.Join(scratch, "*")); len(places) != 3 {
		t.Errorf("places = %q, want both that are open and what is not ours", places)
	}
	for _, s := range open {
		try(t, s.Close())
	}
	if places, _ := filepath.Glob(filepath.Join(scratch, "*")); len(places) != 1 {
		t.Errorf("left in scratch: %q", places)
	}
}

// TestAnOpenSnapshotHasNoFileToBeLeft is what a process that is killed leaves: nothing
// that holds rows.
func TestAnOpenSnapshotHasNoFileToBeLeft(t *testing.T) {
	for _, f := range []form{plain, {"wal", 4096, 0}} {
		path, scratch := filepath.Join(t.TempDir(), "app_data.db"), t.TempDir()
		create(t, path, f, "old", 1000)
		app := open(t, path)
		run(t, app, "INSERT INTO companies VALUES (5000, 'in the log')")
		s, err := sqlite.New(path, scratch, impatient()).Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
		try(t, err)
		for p, err := range s.References(t.Context()) {
			try(t, err)
			_ = p
		}
		try(t, filepath.WalkDir(scratch, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				t.Errorf("%v: %s is there while the backup runs", f, path)
			}
			return err
		}))
		try(t, s.Walk(t.Context(), func(it backup.Item) error {
			r, err := it.Open(t.Context())
			try(t, err)
			content, err := io.ReadAll(r)
			if err != nil || int64(len(content)) != it.Size || it.Size == 0 {
				t.Errorf("%v: read %d of %d bytes: %v", f, len(content), it.Size, err)
			}
			return r.Close()
		}))
		try(t, s.Close())
		nothingIn(t, scratch)
	}
}

func TestAPipeInTheScratchDirectoryHangsNoBackup(t *testing.T) {
	path, scratch := filepath.Join(t.TempDir(), "app_data.db"), t.TempDir()
	create(t, path, plain, "old", 10)
	try(t, syscall.Mkfifo(filepath.Join(scratch, "vertex-backup-database-1"), 0o666))
	if _, err := sourcetest.Take(t.Context(), sqlite.New(path, scratch, impatient()), false); err != nil {
		t.Error(err)
	}
}
