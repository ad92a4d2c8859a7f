package badinput_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

func removeAll(path string) error { return os.RemoveAll(path) }

// mentions checks that one of the lines holds all words.
func mentions(t *testing.T, lines []string, words ...string) {
	t.Helper()
	for _, line := range lines {
		all := true
		for _, w := range words {
			all = all && strings.Contains(line, w)
		}
		if all {
			return
		}
	}
	t.Errorf("%q do not mention %q", lines, words)
}

// TestMissingParts takes parts of the installation away.
func TestMissingParts(t *testing.T) {
	t.Parallel()
	gone := func(paths ...func(*rig) string) func(t *testing.T, g *rig) {
		return func(t *testing.T, g *rig) {
			t.Helper()
			for _, p := range paths {
				try(t, removeAll(p(g)))
			}
		}
	}
	instead := func(path func(*rig) string, directory bool) func(t *testing.T, g *rig) {
		return func(t *testing.T, g *rig) {
			t.Helper()
			try(t, removeAll(path(g)))
			if directory {
				try(t, os.Mkdir(path(g), 0o755))
			} else {
				write(t, path(g), []byte("something else"))
			}
		}
	}
	for _, c := range []struct {
		name      string
		kind      backup.Kind
		harm      func(t *testing.T, g *rig)
		status    backup.Status
		db, media bool
		says      string
	}{
		{"database of a database backup", backup.KindDatabase, gone((*rig).database), backup.StatusFailed, false, false, "DATABASE_PATH"},
		{"database of a full backup", backup.KindFull, gone((*rig).database), backup.StatusPartial, false, true, "DATABASE_PATH"},
		{"database of a storage backup", backup.KindStorage, gone((*rig).database), backup.StatusCompleted, false, true, ""},
		{"media of a storage backup", backup.KindStorage, gone((*rig).storage), backup.StatusFailed, false, false, "STORAGE_PATH"},
		{"media of a full backup", backup.KindFull, gone((*rig).storage), backup.StatusPartial, true, false, "STORAGE_PATH"},
		{"both", backup.KindFull, gone((*rig).database, (*rig).storage), backup.StatusFailed, false, false, "DATABASE_PATH"},
		{"directory in the database's place", backup.KindDatabase, instead((*rig).database, true), backup.StatusFailed, false, false, "DATABASE_PATH"},
		{"file in the media's place", backup.KindStorage, instead((*rig).storage, false), backup.StatusFailed, false, false, "STORAGE_PATH"},
		{"garbage in the database", backup.KindDatabase, instead((*rig).database, false), backup.StatusFailed, false, false, "damaged"},
		{"garbage in the database of a full backup", backup.KindFull, instead((*rig).database, false), backup.StatusPartial, false, true, "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := newRig(t)
			c.harm(t, g)
			was := g.observe(t)
			a := g.ask(t, http.MethodPost, "/backups/create", `{"type":"`+string(c.kind)+`"}`)
			b := a.ok(t).Backup
			if b.Status != c.status || b.DB != c.db || b.Storage != c.media {
				t.Errorf("backup %+v", b)
			}
			if c.status != backup.StatusCompleted {
				mentions(t, b.Errors, c.says)
				for _, line := range b.Errors {
					plain(t, line)
				}
			}
			discreet(t, a.body)
			if c.status == backup.StatusFailed {
				g.unchanged(t, was, string(b.ID))
			}
		})
	}
}

// TestCreateTestOfAMissingDatabase says so without a record.
func TestCreateTestOfAMissingDatabase(t *testing.T) {
	g := newRig(t)
	try(t, removeAll(g.database()))
	before := g.observe(t)
	p := g.ask(t, http.MethodPost, "/backups/create", `{"type":"database","test":true}`).problem(t, http.StatusConflict)
	mentions(t, []string{p.Detail}, "DATABASE_PATH")
	g.unchanged(t, before)
}

// TestRestoreOverWhatIsGone: a missing or broken installation is what a
// restore is for.
func TestRestoreOverWhatIsGone(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(t *testing.T, g *rig){
		"database":            func(t *testing.T, g *rig) { t.Helper(); try(t, removeAll(g.database())) },
		"media":               func(t *testing.T, g *rig) { t.Helper(); try(t, removeAll(g.storage())) },
		"everything":          func(t *testing.T, g *rig) { t.Helper(); try(t, removeAll(g.install)) },
		"garbage in database": func(t *testing.T, g *rig) { t.Helper(); write(t, g.database(), noise(9, 10_000)) },
		"database cut off":    func(t *testing.T, g *rig) { t.Helper(); try(t, os.Truncate(g.database(), 5000)) },
		"database of zeros":   func(t *testing.T, g *rig) { t.Helper(); write(t, g.database(), make([]byte, 8192)) },
		"empty database":      func(t *testing.T, g *rig) { t.Helper(); write(t, g.database(), nil) },
	} {
		for _, fields := range []string{"", withoutSafety} {
			t.Run(name+fields, func(t *testing.T) {
				t.Parallel()
				g := newRig(t)
				id := g.create(t, backup.KindFull)
				harm(t, g)
				if r := g.restoreTest(t, id).ok(t); !r.CanRestore {
					t.Errorf("restore-test: %+v", r)
				}
				r := g.restore(t, id, fields).ok(t)
				if r.Operation.Status != backup.StatusCompleted || (r.SafetyBackup == "") == (fields == "") {
					t.Fatalf("restore: %+v", r)
				}
				g.restored(t)
			})
		}
	}
}

// TestDamagedDatabaseComesBackFromTheSafetyBackup: what was there before the
// restore can be had again, whatever it was.
func TestDamagedDatabaseComesBackFromTheSafetyBackup(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	id := g.create(t, backup.KindFull)
	garbage := noise(9, 10_000)
	write(t, g.database(), garbage)
	r := g.restore(t, id, "").ok(t)
	g.restored(t)
	if back := g.restore(t, backup.ID(r.SafetyBackup), "").ok(t); back.Operation.Status != backup.StatusCompleted {
		t.Fatalf("restore of the safety backup: %+v", back)
	}
	got, err := os.ReadFile(g.database())
	try(t, err)
	if string(got) != string(garbage) {
		t.Errorf("the database has %d other bytes", len(got))
	}
}

func TestUnreadableParts(t *testing.T) {
	if !sourcetest.Unprivileged(t) {
		return
	}
	for _, c := range []struct {
		name, path string
		kind       backup.Kind
		mode       os.FileMode
		status     backup.Status
		db, media  bool
		says       string
	}{
		{"file", "storage/acme/portrait_1/video.mp4", backup.KindFull, 0, backup.StatusPartial, true, false, "storage/acme/portrait_1/video.mp4"},
		{"file of a storage backup", "storage/acme/portrait_2/marker.fset", backup.KindStorage, 0o200, backup.StatusPartial, false, false, "storage/acme/portrait_2/marker.fset"},
		{"directory", "storage/acme/portrait_1", backup.KindFull, 0, backup.StatusPartial, true, false, "storage/acme/portrait_1"},
		{"directory that can be entered", "storage/acme", backup.KindStorage, 0o111, backup.StatusPartial, false, false, "storage/acme"},
		{"directory that can be listed", "storage/acme", backup.KindStorage, 0o444, backup.StatusPartial, false, false, "storage/acme"},
		{"media directory", "storage", backup.KindFull, 0, backup.StatusPartial, true, false, "STORAGE_PATH"},
		{"media directory of a storage backup", "storage", backup.KindStorage, 0, backup.StatusFailed, false, false, "STORAGE_PATH"},
		{"database", "app_data.db", backup.KindFull, 0, backup.StatusPartial, false, true, "DATABASE_PATH"},
		{"database of a database backup", "app_data.db", backup.KindDatabase, 0, backup.StatusFailed, false, false, "DATABASE_PATH"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newRig(t)
			whole := g.create(t, backup.KindFull)
			path := filepath.Join(g.install, c.path)
			info, err := os.Stat(path)
			try(t, err)
			mend := func() { try(t, os.Chmod(path, info.Mode())) }
			was := g.observe(t)
			try(t, os.Chmod(path, c.mode))
			a := g.ask(t, http.MethodPost, "/backups/create", `{"type":"`+string(c.kind)+`"}`)
			b := a.ok(t).Backup
			if b.Status != c.status || b.DB != c.db || b.Storage != c.media {
				t.Errorf("backup %+v", b)
			}
			mentions(t, b.Errors, c.says)
			discreet(t, a.body)

			safe := g.restore(t, whole, "").ok(t) // what cannot be saved is not replaced
			if len(c.kind.Components()) > 1 {
				mentions(t, safe.Operation.Errors, "nothing was restored")
			}
			mend()
			if safe.Operation.Status == backup.StatusFailed {
				is := g.observe(t)
				is.Objects, is.Records = was.Objects, was.Records // two attempts
				if diff := sourcetest.Diff(was.Installation, is.Installation); len(diff) > 0 {
					t.Errorf("the restore changed %v", diff)
				}
			} else {
				t.Errorf("restore: %+v", safe)
			}
			g.clock.Advance(1)
			g.restore(t, whole, withoutSafety).ok(t)
			g.restored(t)
		})
	}
}
