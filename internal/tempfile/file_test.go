package tempfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/vertex-ar/backup/internal/tempfile"
)

func TestFile(t *testing.T) {
	t.Parallel()
	for name, create := range map[string]func(string) (*tempfile.File, error){"New": tempfile.New, "Named": tempfile.Named} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			f, err := create(dir)
			if err != nil {
				t.Fatal(err)
			}
			if left := names(t, dir); len(left) > 0 {
				t.Errorf("while it is open the directory holds %q", left)
			}
			if _, err := f.WriteAt([]byte("content"), 3); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, 10)
			if _, err := f.ReadAt(got, 0); err != nil || string(got) != "\x00\x00\x00content" {
				t.Errorf("ReadAt = %q, %v", got, err)
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
			if left := names(t, dir); len(left) > 0 {
				t.Errorf("after Close the directory holds %q", left)
			}
			if _, err := create(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("in a directory that is not there: %v", err)
			}
		})
	}
}

func TestNewInTheSystemsDirectory(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	f, err := tempfile.New("")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	got, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return got
}
