package sqlite_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

const operation backup.ID = "20261122-020000-restore-k3x9qa"

// impatient does not wait long for locks.
func impatient() sqlite.Options {
	return sqlite.Options{BusyTimeout: 20 * time.Millisecond, Tries: 3, Pause: 10 * time.Millisecond}
}

func try(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// form is how a database file is laid out.
type form struct {
	Journal    string // delete or wal
	PageSize   int
	AutoVacuum int // 0 none, 1 full, 2 incremental
}

func (f form) String() string {
	return fmt.Sprintf("%s, page size %d, auto_vacuum %d", f.Journal, f.PageSize, f.AutoVacuum)
}

var plain = form{"delete", 4096, 0}

func open(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(0)")
	try(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func run(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// create makes a database with rows whose text is mark.
func create(t *testing.T, path string, f form, mark string, rows int) {
	t.Helper()
	db := open(t, path)
	db.SetMaxOpenConns(1)
	run(t, db,
		fmt.Sprintf("PRAGMA page_size = %d", f.PageSize),
		fmt.Sprintf("PRAGMA auto_vacuum = %d", f.AutoVacuum),
		"PRAGMA journal_mode = "+f.Journal,
		"PRAGMA synchronous = OFF",
		"CREATE TABLE companies (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
		"CREATE TABLE portraits (id INTEGER PRIMARY KEY, company_id INTEGER REFERENCES companies(id), image_path TEXT, note BLOB)",
		"CREATE INDEX portraits_by_company ON portraits(company_id)",
		"CREATE TABLE "+mark+" (x)",
		fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < %d) INSERT INTO companies SELECT i, '%s ' || i FROM n", rows, mark),
		fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < %d) INSERT INTO portraits SELECT i, i, 'acme/' || i || '.jpg', randomblob(300) FROM n", rows),
	)
	try(t, db.Close())
}

// dump returns the whole logical content: schema and rows.
func dump(t *testing.T, path string) string {
	t.Helper()
	db := open(t, path)
	defer func() { try(t, db.Close()) }()
	var out strings.Builder
	for _, q := range []string{
		"SELECT type, name, sql FROM sqlite_master ORDER BY type, name",
		"SELECT * FROM companies ORDER BY id",
		"SELECT id, company_id, image_path, hex(note) FROM portraits ORDER BY id",
		"PRAGMA integrity_check",
	} {
		out.WriteString(query(t, db, q))
	}
	return out.String()
}

func query(t *testing.T, db *sql.DB, q string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), q)
	try(t, err)
	defer func() { try(t, rows.Close()) }()
	columns, err := rows.Columns()
	try(t, err)
	values := make([]sql.NullString, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var out strings.Builder
	for rows.Next() {
		try(t, rows.Scan(into...))
		for _, v := range values {
			out.WriteString(v.String + "|")
		}
		out.WriteString("\n")
	}
	try(t, rows.Err())
	return out.String()
}

func take(t *testing.T, path string) *sourcetest.Backup {
	t.Helper()
	scratch := t.TempDir()
	b, err := sourcetest.Take(t.Context(), sqlite.New(path, scratch, impatient()), false)
	try(t, err)
	nothingIn(t, scratch)
	return b
}

// nothingIn fails the test when dir holds anything.
func nothingIn(t *testing.T, dir string) {
	t.Helper()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left in %s: %v, %v", dir, entries, err)
	}
}

// onlyDatabase fails the test when there is more than the database and its log in its directory.
func onlyDatabase(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	try(t, err)
	base := filepath.Base(path)
	for _, e := range entries {
		if !slices.Contains([]string{base, base + "-wal", base + "-shm"}, e.Name()) {
			t.Errorf("%s was left beside the database", e.Name())
		}
	}
}

func restore(t *testing.T, b *sourcetest.Backup, path string, opt backup.RestoreOptions) backup.PlanSummary {
	t.Helper()
	sum, err := restoreWith(t.Context(), b, path, opt, impatient())
	try(t, err)
	return sum
}

func restoreWith(ctx context.Context, b *sourcetest.Backup, path string, opt backup.RestoreOptions, o sqlite.Options) (backup.PlanSummary, error) {
	opt.Operation = operation
	return b.Restore(ctx, sqlite.New(path, "", o), opt)
}

func sum(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	try(t, err)
	s := sha256.Sum256(content)
	return hex.EncodeToString(s[:])
}

// write puts the backup's copy of the database into a new file.
func write(t *testing.T, b *sourcetest.Backup) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	try(t, os.WriteFile(path, b.Content[b.Entries[0].SHA256], 0o600))
	return path
}
