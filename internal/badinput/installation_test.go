package badinput_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // the driver that makes the tests' databases

	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

// noise returns incompressible bytes, always the same for a seed.
func noise(seed byte, n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// media are the files of the installation. The larger ones get archives of
// their own.
func media() map[string][]byte {
	return map[string][]byte{
		"acme/portrait_1/image.jpg": append([]byte("\xff\xd8\xff"), noise(1, 40<<10)...), "acme/portrait_1/video.mp4": noise(2, 80<<10),
		"acme/portrait_2/image.jpg": noise(3, 40<<10), "acme/portrait_2/marker.fset": []byte("marker"),
		"acme/portrait_2/empty": nil,
	}
}

// makeInstallation writes a database and a media tree.
func makeInstallation(t *testing.T, g *rig) {
	t.Helper()
	try(t, os.MkdirAll(g.install, 0o755))
	makeDatabase(t, g.database())
	for name, content := range media() {
		write(t, filepath.Join(g.storage(), name), content)
	}
	try(t, os.Symlink("acme/portrait_1", filepath.Join(g.storage(), "newest")))
}

func makeDatabase(t *testing.T, path string) {
	t.Helper()
	execute(t, path, `CREATE TABLE portraits (id INTEGER PRIMARY KEY, name TEXT, image_path TEXT)`,
		`INSERT INTO portraits VALUES (1, 'Анна', 'acme/portrait_1/image.jpg'), (2, 'Борис', 'acme/portrait_2/image.jpg')`)
}

func execute(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	try(t, err)
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	try(t, db.Close())
}

// spoil changes the database and everything in the media tree, so that a
// restore has to fetch all of it.
func (g *rig) spoil(t *testing.T) {
	t.Helper()
	execute(t, g.database(), `DELETE FROM portraits WHERE id = 2`, `UPDATE portraits SET name = 'Вера'`)
	for name := range media() {
		write(t, filepath.Join(g.storage(), name), []byte("spoilt "+name))
	}
	write(t, filepath.Join(g.storage(), "new"), []byte("since the backup"))
	g.clock.Advance(time.Minute)
}

// state is all of a rig that must not change.
type state struct {
	Installation map[string]string // by path
	Objects      map[string]string // hashes by key
	Records      map[string]string // by id
}

// observe reads the rig once nothing runs any more.
func (g *rig) observe(t *testing.T) *state {
	t.Helper()
	g.jobs.wait()
	tree, err := sourcetest.Tree(g.install)
	try(t, err)
	delete(tree, ".") // its time changes with every journal of the database
	return &state{Installation: tree, Objects: g.objects(), Records: g.written(t)}
}

func (g *rig) objects() map[string]string {
	sums := map[string]string{}
	if g.memory == nil {
		return sums
	}
	for key, content := range g.memory.Contents() {
		if strings.HasPrefix(key, "marks/") { // what is found damaged is written down
			continue
		}
		sums[key] = fmt.Sprintf("%x", sha256.Sum256(content))
	}
	return sums
}

// written reads all records, and the lock if somebody holds it.
func (g *rig) written(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	note := func(id string, v any) {
		text, err := json.Marshal(v)
		try(t, err)
		all[id] = string(text)
	}
	backups, err := g.records.ListBackups(t.Context(), "", 1000)
	try(t, err)
	for _, b := range backups {
		b.Version, b.Damage = 0, nil // writing the same again is no change, nor is noting what was found
		note(string(b.ID), b)
	}
	operations, err := g.records.ListOperations(t.Context(), "", 1000)
	try(t, err)
	for _, o := range operations {
		note(string(o.ID), o)
	}
	if l, err := g.records.GetLock(t.Context(), "repository"); err == nil {
		note("lock", l)
	}
	return all
}

// unchanged checks that the rig is as it was, but for new records with ids. What
// has changed is said once: from now on it is what was.
func (g *rig) unchanged(t *testing.T, was *state, ids ...string) {
	t.Helper()
	is := g.observe(t)
	for _, id := range ids {
		if _, ok := is.Records[id]; !ok {
			t.Errorf("there is no record %q", id)
		}
		delete(is.Records, id)
	}
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("something has changed (-was +is):\n%s", diff)
		*was = *is
	}
}

// restored checks that the installation's media are those of makeInstallation
// and that its database has both rows.
func (g *rig) restored(t *testing.T) {
	t.Helper()
	for name, want := range media() {
		got, err := os.ReadFile(filepath.Join(g.storage(), name))
		if err != nil || string(got) != string(want) {
			t.Errorf("%s is not as it was: %d bytes, %v", name, len(got), err)
		}
	}
	db, err := sql.Open("sqlite", g.database())
	try(t, err)
	var names string
	try(t, db.QueryRowContext(t.Context(), `SELECT group_concat(name) FROM (SELECT name FROM portraits ORDER BY id)`).Scan(&names))
	try(t, db.Close())
	if names != "Анна,Борис" {
		t.Errorf("the database has the rows %q", names)
	}
}
