package sqlite_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

// killedWithLog leaves a database as an application does that was killed: rows that
// were committed stand in its log only.
func killedWithLog(t *testing.T, path string, spoil func(content []byte)) {
	t.Helper()
	busy := filepath.Join(t.TempDir(), "busy.db")
	create(t, busy, form{"wal", 4096, 0}, "sound", 2000)
	app := open(t, busy)
	app.SetMaxOpenConns(1)
	run(t, app, "PRAGMA wal_autocheckpoint = 0", "CREATE TABLE users (email TEXT)",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 500) INSERT INTO users SELECT 'user' || i FROM n")
	for _, end := range []string{"", "-wal"} {
		content, err := os.ReadFile(busy + end)
		try(t, err)
		if end == "" {
			spoil(content)
		}
		try(t, os.WriteFile(path+end, content, 0o600))
	}
}

func users(t *testing.T, path string) string {
	t.Helper()
	db := open(t, path)
	defer func() { try(t, db.Close()) }()
	var n sql.NullString
	if err := db.QueryRowContext(context.WithoutCancel(t.Context()), "SELECT count(*) FROM users").Scan(&n); err != nil {
		return err.Error()
	}
	return n.String
}

// TestRowsInTheLogOfADamagedDatabaseComeBack takes the safety backup of a damaged
// database, restores a sound one over it, and undoes that.
func TestRowsInTheLogOfADamagedDatabaseComeBack(t *testing.T) {
	for name, spoil := range map[string]func([]byte){
		"a page is damaged":       func(b []byte) { copy(b[30*4096:], garbage(100)) },
		"the header is destroyed": func(b []byte) { copy(b, garbage(5)) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.db")
			killedWithLog(t, path, spoil)
			reference := filepath.Join(t.TempDir(), "app.db")
			killedWithLog(t, reference, spoil)
			want := users(t, reference) // what SQLite itself makes of the files
			safe, err := sourcetest.Take(t.Context(), sqlite.New(path, t.TempDir(), impatient()), true)
			try(t, err)
			// A log may hold the header, so that SQLite finds nothing missing.
			if damaged := name == "a page is damaged"; damaged != (len(safe.Notices) == 1 && safe.Notices[0].Text == backup.NoticeDamagedDatabase) {
				t.Errorf("notices: %v", safe.Notices)
			}
			sound := filepath.Join(t.TempDir(), "sound.db")
			create(t, sound, form{"wal", 4096, 0}, "old", 10)
			restore(t, take(t, sound), path, backup.RestoreOptions{})
			if got := query(t, open(t, path), "SELECT count(*) FROM companies"); got != "10|\n" {
				t.Fatalf("after the restore: %s", got)
			}
			restore(t, safe, path, backup.RestoreOptions{Damaged: true})
			if got := users(t, path); got != want || name == "a page is damaged" && got != "500" {
				t.Errorf("after the undo: %s users, want %s", got, want)
			}
		})
	}
}

// TestALogThatSQLiteCannotReadIsKeptAsAFile destroys the header of a database that is
// in use, so that nobody who opens it anew sees the rows in its log.
func TestALogThatSQLiteCannotReadIsKeptAsAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	create(t, path, form{"wal", 4096, 0}, "sound", 200)
	app := open(t, path)
	app.SetMaxOpenConns(1)
	run(t, app, "PRAGMA wal_autocheckpoint = 0", "CREATE TABLE users (email TEXT)", "PRAGMA wal_checkpoint(TRUNCATE)", "INSERT INTO users VALUES ('anna'), ('boris')")
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	try(t, err)
	header := make([]byte, headerSize)
	_, err = f.ReadAt(header, 0)
	try(t, err)
	_, err = f.WriteAt(garbage(5)[:headerSize], 0)
	try(t, errors.Join(err, f.Sync()))
	safe, err := sourcetest.Take(t.Context(), sqlite.New(path, t.TempDir(), impatient()), true)
	try(t, err)
	if len(safe.Entries) != 2 || safe.Entries[1].Path != backup.DatabasePath+"-wal" || len(safe.Notices) != 1 {
		t.Fatalf("entries: %v, notices: %v", safe.Entries, safe.Notices)
	}
	for name, to := range map[string]string{"where nothing is": filepath.Join(t.TempDir(), "new.db"), "over another": filepath.Join(t.TempDir(), "app.db")} {
		if name == "over another" {
			create(t, to, form{"wal", 4096, 0}, "other", 10)
		}
		if sum := restore(t, safe, to, backup.RestoreOptions{Damaged: true}); sum.WriteFiles != 2 {
			t.Errorf("%s: %+v", name, sum)
		}
		if entries, err := os.ReadDir(filepath.Dir(to)); err != nil || len(entries) != 2 {
			t.Errorf("%s: beside it: %v, %v", name, entries, err)
		}
		mended, err := os.OpenFile(to, os.O_WRONLY, 0)
		try(t, err)
		_, err = mended.WriteAt(header, 0)
		try(t, errors.Join(err, mended.Close()))
		if got := users(t, to); got != "2" {
			t.Errorf("%s: with its header the database has %s users", name, got)
		}
	}
	if _, err := restoreWith(t.Context(), safe, path, backup.RestoreOptions{}, impatient()); !errors.Is(err, errs.ErrCorrupt) {
		t.Errorf("a backup that is not known to be damaged: %v", err)
	}
	try(t, f.Close())
}

func TestAnEncryptedDatabaseIsCalledEncrypted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	content := make([]byte, 40960)
	_, err := rand.Read(content)
	try(t, err)
	clearHeader := append([]byte("SQLite format 3\x00\x10\x00\x01\x01\x50\x40\x20\x20"), content[24:]...)
	for name, content := range map[string][]byte{"SQLCipher": content, "with a header in the clear": clearHeader} {
		try(t, os.WriteFile(path, content, 0o600))
		_, err := sqlite.New(path, t.TempDir(), impatient()).Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
		if errors.Is(err, errs.ErrCorrupt) || !strings.Contains(errs.Detail(err), "encrypted") || strings.Contains(errs.Detail(err), ".recover") {
			t.Errorf("%s: %v", name, err)
		}
		safe, err := sourcetest.Take(t.Context(), sqlite.New(path, t.TempDir(), impatient()), true)
		try(t, err)
		if len(safe.Notices) != 1 || safe.Notices[0].Text != backup.NoticeEncryptedDatabase {
			t.Errorf("%s: notices: %v", name, safe.Notices)
		}
		notes := &sourcetest.Notices{}
		to := filepath.Join(t.TempDir(), "app.db")
		restore(t, safe, to, backup.RestoreOptions{Damaged: true, Report: notes.Report})
		if got, err := os.ReadFile(to); err != nil || !bytes.Equal(got, content) || !strings.Contains(notes.All()[0].Text, "encrypted") {
			t.Errorf("%s: restored %d bytes, %v, %v", name, len(got), err, notes.All())
		}
	}
	damage(t, filepath.Join(t.TempDir(), "bad.db"))
	for name, content := range map[string][]byte{"text": garbage(3000), "zeros": make([]byte, 8192), "odd size": content[:40000], "small": content[:512]} {
		try(t, os.WriteFile(path, content, 0o600))
		if sqlite.LooksEncrypted(path) {
			t.Errorf("%s is taken for encrypted", name)
		}
	}
}

func TestADatabaseInWALModeOnANetworkFileSystemIsRefused(t *testing.T) {
	o := impatient()
	o.Network = func(string) string { return "NFS" }
	for _, journal := range []string{"wal", "delete"} {
		path := filepath.Join(t.TempDir(), "app.db")
		create(t, path, form{journal, 4096, 0}, "fresh", 10)
		b := take(t, path)
		run(t, open(t, path), "DELETE FROM portraits")
		before := sum(t, path)
		_, err := sourcetest.Take(t.Context(), sqlite.New(path, t.TempDir(), o), false)
		_, errRestore := restoreWith(t.Context(), b, path, backup.RestoreOptions{}, o)
		for what, err := range map[string]error{"create": err, "restore": errRestore} {
			refused := errors.Is(err, errs.ErrConflict) && strings.Contains(errs.Detail(err), "journal_mode=DELETE")
			if refused != (journal == "wal") {
				t.Errorf("%s of a database in mode %s: %v", what, journal, err)
			}
		}
		if changed := sum(t, path) != before; changed != (journal == "delete") {
			t.Errorf("%s: changed: %v", journal, changed)
		}
		// One that is missing or empty has no mode yet.
		missing := filepath.Join(t.TempDir(), "new.db")
		if _, err := restoreWith(t.Context(), b, missing, backup.RestoreOptions{}, o); err != nil {
			t.Errorf("into a missing file: %v", err)
		}
	}
}
