package faults_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
)

// actors are what others do to the media, all at once, while a restore runs.
func actors(t *testing.T, w *world) map[string]func() {
	t.Helper()
	at := func(rel string) string { return filepath.Join(w.storage(), rel) }
	try := func(all ...error) {
		for _, err := range all {
			if err != nil && !errors.Is(err, os.ErrNotExist) && !errors.Is(err, os.ErrExist) {
				t.Error(err)
			}
		}
	}
	return map[string]func(){
		"a file that only its mode tells apart vanishes": func() { try(os.Remove(at("touched"))) },
		"an unchanged file vanishes":                     func() { try(os.Remove(at("sub/b.mp4"))) },
		"everything vanishes":                            func() { try(os.RemoveAll(at("sub")), os.Remove(at("a.jpg")), os.Remove(at("link"))) },
		"files appear": func() {
			write(t, at("appeared.jpg"), "x")
			write(t, at("fresh/sub/appeared.jpg"), "x")
			try(os.Mkdir(at("made"), 0o700))
		},
		"files take the places of directories": func() {
			try(os.RemoveAll(at("sub")), os.RemoveAll(at("made")))
			write(t, at("sub"), "x")
			write(t, at("made"), "x")
		},
		"directories take the places of files": func() {
			try(os.RemoveAll(at("a.jpg")), os.RemoveAll(at("link")), os.RemoveAll(at("touched")))
			write(t, at("a.jpg/x"), "x")
			write(t, at("link/x"), "x")
			write(t, at("touched/x"), "x")
		},
		"links take the places of directories": func() {
			try(os.RemoveAll(at("sub")), os.Symlink(w.dir, at("sub")), os.RemoveAll(at("made")), os.Symlink("sub", at("made")))
		},
		"content and modes change": func() {
			write(t, at("a.jpg"), "changed meanwhile")
			try(os.Chmod(at("sub"), 0o700), os.Chmod(at("touched"), 0o600))
		},
	}
}

// TestWhatOthersChangeDuringARestoreBecomesAsInTheBackup lets somebody change the
// media at every call of a restore that changes files.
func TestWhatOthersChangeDuringARestoreBecomesAsInTheBackup(t *testing.T) {
	t.Parallel()
	for name := range actors(t, &world{}) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n += 2 {
				w := newWorld(t)
				write(t, filepath.Join(w.storage(), "touched"), "touched")
				write(t, filepath.Join(w.storage(), "made/deep/file"), "made anew")
				b := w.mustCreate(t, backup.KindFull)
				target := observe(t, w.dir)
				change(t, w)
				if err := errors.Join(os.Chmod(filepath.Join(w.storage(), "touched"), 0o604), os.RemoveAll(filepath.Join(w.storage(), "made"))); err != nil {
					t.Fatal(err)
				}
				w.files.calls, w.files.at, w.files.act = 0, n, actors(t, w)[name]
				o, err := w.svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: b.ID, Compare: true})
				if err != nil || o.Status != backup.StatusCompleted {
					t.Fatalf("at call %d: %s %v, %v", n, o.Status, o.Errors, err)
				}
				if d := diff(target, observe(t, w.dir)); len(d) > 0 {
					t.Errorf("at call %d: %q differ from the backup", n, d)
				}
				if w.files.calls < n {
					return
				}
			}
		})
	}
}
