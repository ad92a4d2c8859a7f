package sqlite_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	modernc "modernc.org/sqlite"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

// registerApplication registers SQLite as an application has it that brings
// functions and collations, some of them in the place of SQLite's own.
var registerApplication = sync.OnceFunc(func() {
	d := &modernc.Driver{}
	text := func(v driver.Value) string { s, _ := v.(string); return s }
	d.MustRegisterDeterministicScalarFunction("lower", 1, func(_ *modernc.FunctionContext, a []driver.Value) (driver.Value, error) {
		return strings.ToLower(text(a[0])), nil
	})
	d.MustRegisterDeterministicScalarFunction("fold", 1, func(_ *modernc.FunctionContext, a []driver.Value) (driver.Value, error) {
		return strings.ToUpper(text(a[0])), nil
	})
	d.MustRegisterDeterministicScalarFunction("regexp", 2, func(_ *modernc.FunctionContext, a []driver.Value) (driver.Value, error) {
		return regexp.MatchString(text(a[0]), text(a[1]))
	})
	compare := func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }
	for _, name := range []string{"RUSSIAN", "NOCASE"} {
		d.MustRegisterCollationUtf8(name, compare)
	}
	sql.Register("application", d)
})

func application(t *testing.T, path string) *sql.DB {
	t.Helper()
	registerApplication()
	db, err := sql.Open("application", "file:"+path)
	try(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// foreigners are schemas of applications that bring something, and what the
// notice has to name; "" when nothing has to be said.
func foreigners() map[string]struct {
	names string
	sql   []string
} {
	return map[string]struct {
		names string
		sql   []string
	}{
		"overridden lower in an index":         {"", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT)", "CREATE INDEX i ON t(lower(name))"}},
		"overridden lower in a partial index":  {"", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT)", "CREATE INDEX i ON t(name) WHERE lower(name) = 'яна'"}},
		"overridden lower in a unique index":   {"", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT)", "CREATE UNIQUE INDEX i ON t(lower(name))"}},
		"overridden lower in a rule":           {"CHECK", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, CHECK (id = 2 OR lower(name) <> name))"}},
		"overridden lower in a stored column":  {"", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, l TEXT AS (lower(name)) STORED)", "CREATE INDEX i ON t(l)"}},
		"overridden lower in a virtual column": {"", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, l TEXT AS (lower(name)))", "CREATE INDEX i ON t(l)"}},
		"overridden NOCASE in a key":           {"", []string{"CREATE TABLE t(id INTEGER, name TEXT COLLATE NOCASE PRIMARY KEY) WITHOUT ROWID"}},
		"function in a rule":                   {"the function REGEXP", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, CHECK (name REGEXP '.'))"}},
		"function in an index":                 {"", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT)", "CREATE INDEX i ON t(fold(name))"}},
		"function in a stored column":          {"", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, f TEXT AS (fold(name)) STORED)"}},
		"function in a virtual column":         {"the function fold", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT, f TEXT AS (fold(name)))", "CREATE INDEX i ON t(f)"}},
		"function in a view and a trigger":     {"", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT)", "CREATE VIEW v AS SELECT fold(name) AS image_path FROM t", "CREATE TRIGGER g AFTER INSERT ON t WHEN fold(new.name) = 'x' BEGIN SELECT 1; END"}},
		"collation of a column":                {"the collation RUSSIAN", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT COLLATE RUSSIAN)", "CREATE INDEX i ON t(name)"}},
		"collation of a key":                   {"the collation RUSSIAN", []string{"CREATE TABLE t(id INTEGER, name TEXT COLLATE RUSSIAN PRIMARY KEY) WITHOUT ROWID"}},
		"search index that does not fit":       {"derived", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT)", "CREATE VIRTUAL TABLE s USING fts5(body)", "INSERT INTO s VALUES ('first'), ('second')", "UPDATE s_content SET c0 = 'third' WHERE id = 1"}},
		"search index of another version":      {"fts5", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT)", "CREATE VIRTUAL TABLE s USING fts5(body)", "INSERT INTO s VALUES ('first')", "UPDATE s_config SET v = 99 WHERE k = 'version'"}},
		"module":                               {"", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT)", "CREATE VIRTUAL TABLE s USING fts5(body)", "PRAGMA writable_schema = ON", "UPDATE sqlite_schema SET sql = replace(sql, 'fts5', 'spellfix1') WHERE name = 's'"}},
		"tokenizer":                            {"", []string{"CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT)", "CREATE VIRTUAL TABLE s USING fts5(body)", "PRAGMA writable_schema = ON", "UPDATE sqlite_schema SET sql = replace(sql, 'body', 'body, tokenize=snowball') WHERE name = 's'"}},
	}
}

// foreign makes a database of such an application.
func foreign(t *testing.T, path string, statements []string) {
	t.Helper()
	db := application(t, path)
	run(t, db, statements...)
	run(t, db, "INSERT INTO t(id, name) VALUES (1, 'Яна'), (2, 'анна'), (3, 'Борис'), (4, 'Boris')",
		"WITH RECURSIVE n(i) AS (SELECT 5 UNION ALL SELECT i+1 FROM n WHERE i < 900) INSERT INTO t(id, name) SELECT i, 'Имя ' || i FROM n")
	try(t, db.Close())
}

func TestWhatTheApplicationBringsIsNoDamageAndWhatWasBackedUpIsRestored(t *testing.T) {
	for name, c := range foreigners() {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "app.db")
			foreign(t, path, c.sql)
			b, err := sourcetest.Take(t.Context(), sqlite.New(path, t.TempDir(), impatient()), false)
			try(t, err)
			told(t, "backup", b.Notices, c.names)
			content := b.Content[b.Entries[0].SHA256]
			// Over the live one, over another one, and where there is none.
			for _, over := range []func(to string){
				func(to string) { foreign(t, to, c.sql); run(t, application(t, to), "DELETE FROM t WHERE id > 3") },
				func(to string) { create(t, to, plain, "stale", 10) },
				func(string) {},
			} {
				to := filepath.Join(t.TempDir(), "app.db")
				over(to)
				notes := &sourcetest.Notices{}
				restore(t, b, to, backup.RestoreOptions{Report: notes.Report})
				told(t, "restore", slices.DeleteFunc(notes.All(), func(n backup.Notice) bool { return strings.Contains(n.Text, "restart") }), c.names)
				got, err := os.ReadFile(to)
				try(t, err)
				if string(got[headerSize:]) != string(content[headerSize:]) {
					t.Error("the restored bytes are not those of the backup")
				}
				if got := query(t, application(t, to), "SELECT count(*), max(name) FROM t WHERE id > 4"); got != "896|Имя 99|\n" {
					t.Errorf("the application reads %s", got)
				}
			}
		})
	}
}

// headerSize is where the bytes end that count changes.
const headerSize = 100

func told(t *testing.T, when string, notices []backup.Notice, names string) {
	t.Helper()
	found := slices.ContainsFunc(notices, func(n backup.Notice) bool { return strings.Contains(n.Text, names) })
	if names == "" && len(notices) > 0 || names != "" && !found {
		t.Errorf("%s: notices %v, want %q", when, notices, names)
	}
	for _, n := range notices {
		if n.Lost || n.Path != backup.DatabasePath {
			t.Errorf("%s: %+v", when, n)
		}
	}
}

// TestRealDamageIsFoundInDatabasesThatSQLiteCannotCheck overwrites pages of them.
func TestRealDamageIsFoundInDatabasesThatSQLiteCannotCheck(t *testing.T) {
	for name, c := range foreigners() {
		path := filepath.Join(t.TempDir(), "app.db")
		foreign(t, path, c.sql)
		whole, err := os.ReadFile(path)
		try(t, err)
		for page := 1; page < len(whole)/4096; page++ {
			content := slices.Clone(whole)
			copy(content[page*4096:], garbage(100))
			try(t, os.WriteFile(path, content, 0o600))
			_, err := sqlite.New(path, t.TempDir(), impatient()).Snapshot(context.WithoutCancel(t.Context()), backup.SnapshotOptions{Report: func(backup.Notice) {}})
			if !errors.Is(err, errs.ErrCorrupt) {
				t.Errorf("%s: page %d is garbage: %v", name, page+1, err)
			}
		}
	}
}
