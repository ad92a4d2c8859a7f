package tempfile_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/tempfile"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestLeftoversOfKilledProcessesAreRemovedAndNothingElse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	elsewhere := filepath.Join(t.TempDir(), "precious")
	must(t, os.Mkdir(elsewhere, 0o700))
	must(t, os.WriteFile(filepath.Join(elsewhere, "file"), nil, 0o600))
	gone := []string{"vertex-backup-database-1", "vertex-backup-file-2"}
	must(t, os.Mkdir(filepath.Join(dir, gone[0]), 0o700))
	must(t, os.WriteFile(filepath.Join(dir, gone[0], "copy.db"), []byte("left"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, gone[1]), []byte("left"), 0o600))
	stay := []string{"vertex-backup-database-notes", "vertex-backup-file", "vertex-backup-file-3x", "vertex-backup-1", "vertex-backup-database-4", "vertex-backup-file-5", "other"}
	for _, name := range stay[:4] {
		must(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	must(t, os.Symlink(elsewhere, filepath.Join(dir, stay[4])))
	must(t, os.Mkdir(filepath.Join(dir, stay[5]), 0o700)) // a directory where a file belongs
	must(t, os.Mkdir(filepath.Join(dir, stay[6]), 0o700))
	held, err := tempfile.NewDir(dir)
	must(t, err)
	tempfile.RemoveLeftovers(dir)
	for _, name := range gone {
		if _, err := os.Lstat(filepath.Join(dir, name)); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", name, err)
		}
	}
	for _, name := range append(stay, filepath.Base(held.Path())) {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(elsewhere, "file")); err != nil {
		t.Errorf("a link was followed: %v", err)
	}
	must(t, held.Close())
	must(t, held.Close())
}

func TestForeignThingsInTheScratchDirectoryHangNobody(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"vertex-backup-database-1", "vertex-backup-file-1"} {
		must(t, syscall.Mkfifo(filepath.Join(dir, name), 0o666))
	}
	foreign := filepath.Join(dir, "vertex-backup-database-2")
	must(t, os.Mkdir(foreign, 0o777))
	if os.Geteuid() == 0 {
		must(t, os.Chown(foreign, 12345, 12345))
	}
	done := make(chan error, 1)
	go func() {
		d, err := tempfile.NewDir(dir)
		if err == nil {
			err = d.Close()
		}
		done <- err
	}()
	select {
	case err := <-done:
		must(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for a pipe that nobody writes to")
	}
	if _, err := os.Stat(foreign); os.Geteuid() == 0 && err != nil {
		t.Errorf("another user's directory: %v", err)
	}
}
