package sqlite_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

func TestSnapshotIsAWholeStandaloneFile(t *testing.T) {
	for _, f := range []form{plain, {"wal", 4096, 0}, {"delete", 1024, 1}, {"wal", 16384, 2}} {
		path := filepath.Join(t.TempDir(), "app data?#%.db")
		uri := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
		create(t, uri, f, "fresh", 500)
		try(t, os.Chmod(path, 0o640))
		app := open(t, uri) // keeps the log alive
		run(t, app, "INSERT INTO companies VALUES (9999, 'in the log')")
		b := take(t, path)
		if len(b.Entries) != 1 || len(b.Notices) != 0 {
			t.Fatalf("%v: entries %v, notices %v", f, b.Entries, b.Notices)
		}
		e := b.Entries[0]
		if e.Path != backup.DatabasePath || e.Type != backup.TypeFile || e.Mode != 0o640 || e.UID != os.Geteuid() || e.Size == 0 || e.ModTime.IsZero() {
			t.Errorf("%v: entry %+v", f, e)
		}
		copied := write(t, b)
		header, err := os.ReadFile(copied)
		try(t, err)
		if !bytes.Equal(header[18:20], []byte{1, 1}) {
			t.Errorf("%v: the copy needs a write-ahead log", f)
		}
		if dump(t, copied) != dump(t, uri) {
			t.Errorf("%v: the copy has other content", f)
		}
		onlyDatabase(t, copied)
	}
}

func TestSnapshotsTimeMovesWithTheLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	create(t, path, form{"wal", 4096, 0}, "fresh", 10)
	app := open(t, path)
	run(t, app, "INSERT INTO companies VALUES (1000, 'x')")
	try(t, os.Chtimes(path, time.Time{}, time.Now().Add(-time.Hour)))
	later := time.Now().Add(time.Hour)
	try(t, os.Chtimes(path+"-wal", time.Time{}, later))
	if b := take(t, path); !b.Entries[0].ModTime.Equal(later) {
		t.Errorf("entry's time is %v, the log's %v", b.Entries[0].ModTime, later)
	}
}

func TestSnapshotIsConsistentWhileAnotherProcessWrites(t *testing.T) {
	for _, journal := range []string{"delete", "wal"} {
		path := filepath.Join(t.TempDir(), "app.db")
		create(t, path, form{journal, 4096, 0}, "fresh", 2000)
		run(t, open(t, path), "UPDATE companies SET name = 'before' WHERE id IN (1, 2)")
		stop := child(t, "write", path)
		for range 10 {
			b, err := sourcetest.Take(t.Context(), sqlite.New(path, t.TempDir(), sqlite.Options{}), false)
			try(t, err)
			db := open(t, write(t, b))
			// The writer always changes two rows in one transaction.
			if got := query(t, db, "SELECT count(DISTINCT name) FROM companies WHERE id IN (1, 2)"); got != "1|\n" {
				t.Errorf("%s: half of a transaction is in the snapshot: %s", journal, got)
			}
			if got := query(t, db, "PRAGMA integrity_check"); got != "ok|\n" {
				t.Errorf("%s: %s", journal, got)
			}
			try(t, db.Close())
		}
		stop()
	}
}

func TestSnapshotOfALockedDatabaseSaysSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	create(t, path, plain, "fresh", 10)
	app := open(t, path)
	app.SetMaxOpenConns(1)
	run(t, app, "BEGIN EXCLUSIVE")
	_, err := sqlite.New(path, t.TempDir(), impatient()).Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
	if !errors.Is(err, errs.ErrUnavailable) || !strings.Contains(errs.Detail(err), "busy") {
		t.Errorf("snapshot: %v", err)
	}
	release := make(chan struct{})
	go func() {
		time.Sleep(100 * time.Millisecond)
		_, _ = app.ExecContext(t.Context(), "COMMIT")
		close(release)
	}()
	patient := sqlite.Options{BusyTimeout: 10 * time.Millisecond, Tries: 100, Pause: 10 * time.Millisecond}
	b, err := sourcetest.Take(t.Context(), sqlite.New(path, t.TempDir(), patient), false)
	if err != nil || len(b.Entries) != 1 {
		t.Errorf("once the lock was gone: %v", err)
	}
	<-release
}

// garbage returns bytes that are no database.
func garbage(n int) []byte { return bytes.Repeat([]byte("this is not a database. "), n) }

// damage makes a database of which a page in the middle is overwritten.
func damage(t *testing.T, path string) {
	t.Helper()
	create(t, path, plain, "damaged", 2000)
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	try(t, err)
	for page := int64(2); page < 60; page++ {
		_, err = f.WriteAt(garbage(40), page*4096)
		try(t, err)
	}
	try(t, f.Close())
}

func TestSourcesThatCannotBeReadAreClearErrors(t *testing.T) {
	for name, c := range map[string]struct {
		make func(path string)
		kind error
		says string
	}{
		"missing":           {func(string) {}, errs.ErrNotFound, "DATABASE_PATH"},
		"directory missing": {func(path string) { try(t, os.Remove(filepath.Dir(path))) }, errs.ErrNotFound, "DATABASE_PATH"},
		"a directory":       {func(path string) { try(t, os.Mkdir(path, 0o755)) }, errs.ErrInvalid, "DATABASE_PATH"},
		"garbage":           {func(path string) { try(t, os.WriteFile(path, garbage(1000), 0o600)) }, errs.ErrCorrupt, "damaged"},
		"short garbage":     {func(path string) { try(t, os.WriteFile(path, []byte("short"), 0o600)) }, errs.ErrCorrupt, "damaged"},
		"zeros":             {func(path string) { try(t, os.WriteFile(path, make([]byte, 8192), 0o600)) }, errs.ErrCorrupt, "damaged"},
		"damaged":           {func(path string) { damage(t, path) }, errs.ErrCorrupt, "damaged"},
		"truncated": {func(path string) {
			create(t, path, plain, "cut", 2000)
			try(t, os.Truncate(path, 100_000))
		}, errs.ErrCorrupt, "damaged"},
	} {
		path := filepath.Join(t.TempDir(), "d", "app.db")
		try(t, os.Mkdir(filepath.Dir(path), 0o755))
		c.make(path)
		scratch := t.TempDir()
		_, err := sqlite.New(path, scratch, impatient()).Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
		if !errors.Is(err, c.kind) || !strings.Contains(errs.Detail(err), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		nothingIn(t, scratch)
		if name == "missing" {
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
				t.Error("a snapshot made the missing database")
			}
		}
	}
}

func TestAFileWithoutPermissionIsAClearError(t *testing.T) {
	if !sourcetest.Unprivileged(t) {
		return
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "app.db")
	create(t, path, plain, "secret", 1)
	closed := func() {
		t.Helper()
		_, err := sqlite.New(path, t.TempDir(), impatient()).Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
		if !errors.Is(err, errs.ErrUnavailable) || !strings.Contains(errs.Detail(err), "permission") {
			t.Errorf("snapshot: %v", err)
		}
	}
	try(t, os.Chmod(path, 0))
	closed()
	try(t, os.Chmod(path, 0o600))
	try(t, os.Chmod(dir, 0))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	closed()
}

func TestSalvageKeepsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	missing := filepath.Join(dir, "missing.db")
	b, err := sourcetest.Take(t.Context(), sqlite.New(missing, "", impatient()), true)
	if err != nil || len(b.Entries) != 0 || len(b.Notices) != 1 || b.Notices[0].Lost {
		t.Errorf("missing: %v, %v", b, err)
	}
	bad := filepath.Join(dir, "bad.db")
	damage(t, bad)
	junk := filepath.Join(dir, "junk.db")
	try(t, os.WriteFile(junk, garbage(1000), 0o600))
	for _, path := range []string{bad, junk} {
		before := sum(t, path)
		b, err := sourcetest.Take(t.Context(), sqlite.New(path, "", impatient()), true)
		if err != nil || len(b.Entries) != 1 || len(b.Notices) != 1 || b.Notices[0].Lost || !strings.Contains(b.Notices[0].Text, "damaged") {
			t.Fatalf("%s: %v, %v", path, b, err)
		}
		if fmt.Sprintf("%x", b.Entries[0].SHA256) != before || sum(t, path) != before {
			t.Errorf("%s: other bytes", path)
		}
	}
	good := filepath.Join(dir, "good.db")
	create(t, good, plain, "good", 3)
	if b, err := sourcetest.Take(t.Context(), sqlite.New(good, "", impatient()), true); err != nil || len(b.Notices) != 0 {
		t.Errorf("a sound database: %v, %v", b, err)
	}
}

func TestBrokenRulesAreNoDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	create(t, path, plain, "odd", 3)
	db := open(t, path)
	run(t, db, "CREATE TABLE odd2 (n INTEGER CHECK (n > 0))", "PRAGMA ignore_check_constraints = 1", "INSERT INTO odd2 VALUES (-1)")
	try(t, db.Close())
	b := take(t, path)
	if len(b.Notices) != 1 || b.Notices[0].Lost || !strings.Contains(b.Notices[0].Text, "CHECK") {
		t.Errorf("notices: %v", b.Notices)
	}
	notes := &sourcetest.Notices{}
	restore(t, b, filepath.Join(t.TempDir(), "new.db"), backup.RestoreOptions{Report: notes.Report})
	if !slices.ContainsFunc(notes.All(), func(n backup.Notice) bool { return strings.Contains(n.Text, "CHECK") }) {
		t.Errorf("the restore says nothing: %v", notes.All())
	}
}

func TestAnEmptyFileIsAnEmptyDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	try(t, os.WriteFile(path, nil, 0o600))
	b := take(t, path)
	if len(b.Entries) != 1 {
		t.Fatalf("entries: %v", b.Entries)
	}
	other := filepath.Join(t.TempDir(), "other.db")
	create(t, other, plain, "full", 10)
	restore(t, b, other, backup.RestoreOptions{})
	db := open(t, other)
	if got := query(t, db, "SELECT count(*) FROM sqlite_master"); got != "0|\n" {
		t.Errorf("the restored database has tables: %s", got)
	}
}
