package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

func TestRowsOfAllTablesAreCounted(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "app.db")
	db := open(t, path)
	run(t, db, "CREATE TABLE a (x TEXT)", "CREATE INDEX i ON a (x)", "INSERT INTO a VALUES ('1'), ('2'), (NULL)",
		"CREATE TABLE b (id TEXT PRIMARY KEY) WITHOUT ROWID", "INSERT INTO b VALUES ('1')",
		"CREATE VIRTUAL TABLE words USING fts5(t)", "INSERT INTO words VALUES ('many'), ('words')",
		"CREATE VIEW v AS SELECT * FROM a")
	try(t, db.Close())
	snap, err := sqlite.New(path, "", sqlite.Options{}).Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
	try(t, err)
	defer func() { try(t, snap.Close()) }()
	c, ok := snap.(backup.Counter)
	if !ok {
		t.Fatalf("%T counts no rows", snap)
	}
	if rows, known := c.Rows(t.Context()); rows != 4 || !known {
		t.Errorf("%d rows, %t; want the 4 of a and b", rows, known)
	}
}
