package sqlite_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/vertex-ar/backup/internal/source/sourcetest"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

// furnish makes a database with all that a file of SQLite can hold: long contents,
// deep trees, tables without row numbers, free pages, empty tables, wide rows.
func furnish(t *testing.T, path string, f form, seed uint64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	db := open(t, path)
	db.SetMaxOpenConns(1)
	wide := "CREATE TABLE wide (c0"
	for i := range 300 {
		wide += fmt.Sprintf(", c%d DEFAULT %d", i+1, i)
	}
	run(t, db,
		fmt.Sprintf("PRAGMA page_size = %d", f.PageSize), fmt.Sprintf("PRAGMA auto_vacuum = %d", f.AutoVacuum), "PRAGMA synchronous = OFF",
		"CREATE TABLE plain (id INTEGER PRIMARY KEY, name TEXT, x)", "CREATE INDEX by_name ON plain(name, x)", "CREATE TABLE vacant (a)",
		"CREATE TABLE keyed (a TEXT, b, c, PRIMARY KEY (b, a)) WITHOUT ROWID", "CREATE VIEW v AS SELECT * FROM plain", wide+")",
		"CREATE VIRTUAL TABLE search USING fts5(body)", "CREATE VIRTUAL TABLE box USING rtree(id, a, b)",
		"CREATE TABLE dropped (x)")
	number := "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < %d) "
	rows := 1 + r.IntN(600)
	run(t, db,
		fmt.Sprintf(number+"INSERT INTO plain SELECT i * 7 - 2000, 'name ' || (i * 7919 %% 1000), CASE i %% 5 WHEN 0 THEN NULL WHEN 1 THEN i * 1.5 WHEN 2 THEN randomblob(i %% 300) WHEN 3 THEN i << (i %% 60) ELSE 0 END FROM n", rows),
		fmt.Sprintf(number+"INSERT INTO keyed SELECT 'k' || i, i %% 10, randomblob(i %% 40) FROM n", rows),
		fmt.Sprintf(number+"INSERT INTO search SELECT 'word' || i || ' and text' FROM n", 1+rows/5),
		fmt.Sprintf(number+"INSERT INTO box SELECT i, i, i + 1 FROM n", 1+rows/5),
		fmt.Sprintf(number+"INSERT INTO dropped SELECT randomblob(500) FROM n", rows),
		fmt.Sprintf("INSERT INTO plain(name, x) VALUES ('long', randomblob(%d)), ('longer', zeroblob(%d))", r.IntN(3*f.PageSize), 10*f.PageSize+r.IntN(f.PageSize)),
		fmt.Sprintf("INSERT INTO keyed VALUES (hex(randomblob(%d)), 1, 2)", r.IntN(4*f.PageSize)),
		"INSERT INTO wide DEFAULT VALUES", "DELETE FROM plain WHERE id % 11 = 3", "UPDATE plain SET name = name || ' changed' WHERE id % 13 = 1")
	if r.IntN(2) == 0 {
		run(t, db, "DROP TABLE dropped")
	}
	try(t, db.Close())
}

func furnished() []form {
	return []form{{"delete", 512, 0}, {"delete", 512, 1}, {"delete", 1024, 2}, {"delete", 4096, 0}, {"delete", 4096, 1}, {"delete", 65536, 0}}
}

func TestWholeDatabasesHaveAWholeStructure(t *testing.T) {
	for seed := range uint64(5) {
		for _, f := range furnished() {
			path := filepath.Join(t.TempDir(), "app.db")
			furnish(t, path, f, seed)
			if whole, why := sqlite.Structure(t.Context(), path); !whole {
				t.Errorf("%v, seed %d: %v", f, seed, why)
			}
		}
	}
}

// TestStructureAndSQLiteAgreeAboutDamage changes bytes of databases at random places:
// of whole pages, single bits, and pages that were never written.
func TestStructureAndSQLiteAgreeAboutDamage(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 8))
	damaged, benign, differ := 0, 0, 0
	for i, f := range furnished() {
		path := filepath.Join(t.TempDir(), "app.db")
		furnish(t, path, f, uint64(i))
		whole, err := os.ReadFile(path)
		try(t, err)
		for range sourcetest.Scale(150) {
			content := append([]byte(nil), whole...)
			what := spoil(r, content, f.PageSize)
			try(t, os.WriteFile(path, content, 0o600))
			theirs, ended, why := sqlite.QuickCheck(t.Context(), path)
			ours, whyOurs := sqlite.Structure(t.Context(), path)
			if ended && ours != theirs {
				differ++
				t.Logf("%v, %s: we say %v (%v), SQLite %v (%v)", f, what, ours, whyOurs, theirs, why)
			}
			if ours {
				benign++
				readAll(t, path, what)
			} else {
				damaged++
			}
		}
	}
	// SQLite also asks search indexes whether they fit, and does not compare the names of
	// tables with their definitions.
	if damaged < 100 || benign < 10 || differ > (damaged+benign)/100 {
		t.Errorf("%d were damaged and %d not; of %d SQLite thinks otherwise", damaged, benign, differ)
	}
}

// spoil damages the content and says how.
func spoil(r *rand.Rand, content []byte, page int) string {
	at := r.IntN(len(content))
	start := at / page * page
	end := min(start+page, len(content))
	switch r.IntN(5) {
	case 0:
		clear(content[start:end])
		return fmt.Sprintf("page %d was never written", start/page+1)
	case 1:
		from := r.IntN(len(content)/page) * page
		copy(content[start:end], content[from:min(from+page, len(content))])
		return fmt.Sprintf("page %d holds page %d", start/page+1, from/page+1)
	case 2:
		for i := at; i < min(at+16, end); i++ {
			content[i] = byte(r.IntN(256))
		}
		return fmt.Sprintf("16 bytes at %d of page %d", at-start, start/page+1)
	case 3: // what decides is at the beginning of pages
		at = start + r.IntN(20)
		if start == 0 {
			at += 100
		}
	}
	content[at] ^= 1 << r.IntN(8)
	return fmt.Sprintf("a bit of byte %d of page %d", at-start, start/page+1)
}

// readAll reads every row of every ordinary table.
func readAll(t *testing.T, path, what string) {
	t.Helper()
	db := open(t, path)
	defer func() { try(t, db.Close()) }()
	for _, q := range []string{"SELECT * FROM plain ORDER BY id", "SELECT * FROM keyed", "SELECT * FROM vacant", "SELECT * FROM wide", "SELECT * FROM search_data", "SELECT * FROM search_content", "SELECT * FROM search_idx", "SELECT * FROM box_node", "SELECT * FROM box_rowid"} {
		rows, err := db.QueryContext(t.Context(), q)
		if err == nil {
			for rows.Next() {
				continue
			}
			err = rows.Err()
			_ = rows.Close()
		}
		if err != nil {
			t.Errorf("%s: called whole, but %s: %v", what, q, err)
		}
	}
}
