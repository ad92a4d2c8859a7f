package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

// numbered makes a database of which rows are found by their numbers, which no
// column holds.
func numbered(t *testing.T, path string, f form) {
	t.Helper()
	create(t, path, f, "fresh", 50)
	db := open(t, path)
	run(t, db, "CREATE TABLE doc (title TEXT, body TEXT)",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 60) INSERT INTO doc SELECT 't' || i, 'word' || i || ' text' FROM n",
		"DELETE FROM doc WHERE rowid % 3 = 0",
		"CREATE VIRTUAL TABLE search USING fts5(title, body, content='doc')", "INSERT INTO search(search) VALUES ('rebuild')",
		"CREATE TABLE likes (doc INTEGER)", "INSERT INTO likes SELECT rowid FROM doc WHERE title = 't49'")
	try(t, db.Close())
}

const findByNumber = "SELECT doc.title, (SELECT title FROM doc WHERE rowid = (SELECT doc FROM likes)) FROM search JOIN doc ON doc.rowid = search.rowid WHERE search MATCH 'word49'"

func TestPagesOfAnotherSizeKeepBytesAndRowNumbers(t *testing.T) {
	for _, from := range forms() {
		original := filepath.Join(t.TempDir(), "app.db")
		numbered(t, original, from)
		b := take(t, original)
		want := b.Content[b.Entries[0].SHA256]
		for _, to := range forms() {
			path := filepath.Join(t.TempDir(), "app.db")
			create(t, path, to, "stale", 1500)
			restore(t, b, path, backup.RestoreOptions{})
			got, err := os.ReadFile(path)
			try(t, err)
			if string(got[headerSize:]) != string(want[headerSize:]) {
				t.Errorf("%v over %v: other bytes", from, to)
			}
			db := open(t, path)
			if got := query(t, db, findByNumber); got != "t49|t49|\n" {
				t.Errorf("%v over %v: found %q", from, to, got)
			}
			if got := query(t, db, "PRAGMA journal_mode"); got != to.Journal+"|\n" {
				t.Errorf("%v over %v: journal mode %s", from, to, got)
			}
			try(t, db.Close())
			onlyDatabase(t, path)
		}
	}
}

func TestPagesOfAnotherSizeAreRefusedWhileTheDatabaseIsInUse(t *testing.T) {
	original, path := filepath.Join(t.TempDir(), "app.db"), filepath.Join(t.TempDir(), "app.db")
	numbered(t, original, form{"delete", 1024, 0})
	b := take(t, original)
	create(t, path, form{"wal", 4096, 0}, "stale", 100)
	app := open(t, path)
	app.SetMaxOpenConns(1)
	before := query(t, app, "SELECT * FROM companies")
	notes := &sourcetest.Notices{}
	_, err := restoreWith(t.Context(), b, path, backup.RestoreOptions{Report: notes.Report}, impatient())
	if !errors.Is(err, errs.ErrUnavailable) || !strings.Contains(errs.Detail(err), "Stop Vertex AR") {
		t.Errorf("restore: %v", err)
	}
	if got := query(t, app, "SELECT * FROM companies"); got != before {
		t.Error("the database was changed")
	}
	onlyDatabase(t, path)
	try(t, app.Close())
	restore(t, b, path, backup.RestoreOptions{})
	if got := query(t, open(t, path), findByNumber); got != "t49|t49|\n" {
		t.Errorf("once it was not in use: found %q", got)
	}
}
