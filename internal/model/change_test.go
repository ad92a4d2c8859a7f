package model_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// most is how many paths the tree has at most.
const most = 40

// names are those of files and directories: ordinary, odd, and such that the
// byte order of paths is not that of names.
var names = []string{
	"a", "a-b", "a b", "b.mp4", "c", "портрет.jpg", "-rf", ".hidden", "new\nline", "\xff\xfe", "cafe\u0301", "caf\u00e9",
	"storage", "database", "000001.tar.zst", strings.Repeat("long", 40), "~", "$HOME", "quote\"'",
}

// build makes the installation that a world begins with.
func (w *world) build() {
	w.t.Helper()
	w.must(os.Mkdir(w.place("."), 0o755))
	w.makeDatabase()
	w.source = observe(w.t, w.dir)
	for range 12 {
		w.changeTree()
		w.source = observe(w.t, w.dir)
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// place returns where a path of the tree is.
func (w *world) place(path string) string { return filepath.Join(w.dir, treeName, path) }

// change makes some changes to the installation.
func (w *world) change() {
	w.t.Helper()
	for range 1 + w.random.IntN(4) {
		if w.source.rows == "" || w.source.bad {
			w.note("make the database anew")
			w.makeDatabase()
		} else if w.chance(4) {
			w.changeDatabase()
		}
		if w.source.tree == nil {
			w.note("make the storage anew")
			w.must(os.Mkdir(w.place("."), 0o755))
		} else {
			w.changeTree()
		}
		w.source = observe(w.t, w.dir)
	}
}

// disaster breaks or removes what the application lives on.
func (w *world) disaster() {
	w.t.Helper()
	database := filepath.Join(w.dir, databaseName)
	switch w.random.IntN(7) {
	case 0:
		w.note("the database disappears")
		w.dropDatabase()
	case 1:
		w.note("the database becomes rubbish")
		w.dropDatabase()
		w.must(os.WriteFile(database, w.bytes(5000), 0o600))
	case 2:
		w.note("the storage disappears")
		w.must(os.RemoveAll(w.place(".")))
	case 3:
		w.note("everything disappears")
		w.dropDatabase()
		w.must(os.RemoveAll(w.place(".")))
	case 4:
		w.emptyDatabase()
	default:
		w.unmount()
	}
	w.source = observe(w.t, w.dir)
}

func (w *world) dropDatabase() {
	w.t.Helper()
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(filepath.Join(w.dir, databaseName+suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			w.t.Fatal(err)
		}
	}
}

func (w *world) makeDatabase() {
	w.t.Helper()
	w.dropDatabase()
	w.execute("PRAGMA journal_mode = "+pick(w, "DELETE", "WAL"),
		`CREATE TABLE portraits (id INTEGER PRIMARY KEY, name TEXT, image_path TEXT, filler BLOB)`)
	w.changeDatabase()
}

func (w *world) execute(statements ...string) {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, databaseName))
	w.must(err)
	for _, s := range statements {
		if _, err := db.ExecContext(w.t.Context(), s); err != nil {
			w.t.Fatalf("%s: %v", s, err)
		}
	}
	w.must(db.Close())
}

// changeDatabase writes rows, some of which name media that are not there.
func (w *world) changeDatabase() {
	w.t.Helper()
	s := pick(w,
		fmt.Sprintf(`DELETE FROM portraits WHERE id %% 3 = %d`, w.random.IntN(3)),
		fmt.Sprintf(`UPDATE portraits SET name = '%x' WHERE id %% 3 = %d`, w.random.Uint32(), w.random.IntN(3)),
		fmt.Sprintf(`INSERT INTO portraits (name, image_path, filler) VALUES ('%x', 'storage/%s', x'%x')`,
			w.random.Uint32(), pick(w, "a", "a b", "c", "b.mp4", "a/a", "nowhere.jpg"), w.bytes(w.random.IntN(6000))))
	w.note("SQL: %.70s", s)
	w.execute(s)
}

// changeTree makes one change to the tree.
func (w *world) changeTree() {
	w.t.Helper()
	paths := w.source.paths()
	if len(paths) == 0 {
		w.writeFile(w.newPath())
		return
	}
	one := paths[w.random.IntN(len(paths))]
	if len(paths) > most {
		w.removePath(one)
		return
	}
	switch w.random.IntN(10) {
	case 0, 1, 2:
		w.writeFile(w.newPath())
	case 3:
		w.makeDir(w.newPath())
	case 4:
		w.makeLink(w.newPath())
	case 5:
		w.removePath(one)
	case 6:
		w.move(one, w.newPath())
	case 7:
		w.changeMode(one)
	default:
		w.changeFile(one)
	}
}

// newPath is a name in one of the directories that are there; something may be there.
func (w *world) newPath() string {
	dirs := []string{"."}
	for _, p := range w.source.paths() {
		if w.source.isDir(p) && strings.Count(p, "/") < 3 {
			dirs = append(dirs, p)
		}
	}
	return filepath.Join(pick(w, dirs...), pick(w, names...))
}

// removePath removes what is there, so that something else can be made of it.
func (w *world) removePath(path string) {
	w.t.Helper()
	w.note("remove %q", path)
	w.must(os.RemoveAll(w.place(path)))
}

func (w *world) makeWay(path string) {
	w.t.Helper()
	if _, there := w.source.tree[path]; there {
		w.removePath(path)
	}
}

func (w *world) writeFile(path string) {
	w.t.Helper()
	w.makeWay(path)
	content := w.bytes(pick(w, 0, 1, 100, 1000, 5000, 5000, 20_000))
	w.note("write %q, %d bytes", path, len(content))
	w.must(os.WriteFile(w.place(path), content, 0o644))
	w.stamp(path)
}

// bytes are random or a text.
func (w *world) bytes(n int) []byte {
	w.content++
	if w.chance(2) {
		return bytes.Repeat(fmt.Appendf(nil, "line %d of a text that can be compressed\n", w.content), 1+n/40)[:n]
	}
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(w.random.Uint32())
	}
	return b
}

// stamp sets the time of a file as the world's clock has it, to a nanosecond
// that no other has: what changes without a change of time is not noticed.
func (w *world) stamp(path string) {
	w.t.Helper()
	w.content++
	at := w.clock.Now().Truncate(time.Second).Add(time.Duration(w.content))
	if w.chance(5) {
		at = at.Add(-1000 * time.Hour)
	}
	w.must(os.Chtimes(w.place(path), at, at))
}

func (w *world) makeDir(path string) {
	w.t.Helper()
	w.makeWay(path)
	w.note("make directory %q", path)
	w.must(os.Mkdir(w.place(path), pick[fs.FileMode](w, 0o755, 0o700)))
}

func (w *world) makeLink(path string) {
	w.t.Helper()
	w.makeWay(path)
	to := pick(w, "a", ".", "..", "/etc/passwd", "nowhere", "\xff")
	w.note("link %q to %q", path, to)
	w.must(os.Symlink(to, w.place(path)))
}

func (w *world) move(from, to string) {
	w.t.Helper()
	if from == to || strings.HasPrefix(to, from+"/") || strings.HasPrefix(from, to+"/") {
		return
	}
	w.makeWay(to)
	w.note("move %q to %q", from, to)
	w.must(os.Rename(w.place(from), w.place(to)))
}

func (w *world) changeMode(path string) {
	w.t.Helper()
	mode := pick[fs.FileMode](w, 0o600, 0o644, 0o755)
	switch {
	case w.source.isDir(path):
		mode |= 0o700
	case !w.source.isFile(path):
		return
	}
	w.note("chmod %v %q", mode, path)
	w.must(os.Chmod(w.place(path), mode))
}

// changeFile touches, rewrites, extends, cuts or copies a file.
func (w *world) changeFile(path string) {
	w.t.Helper()
	if !w.source.isFile(path) {
		return
	}
	content, err := os.ReadFile(w.place(path))
	w.must(err)
	to := path
	what := pick(w, "touch", "rewrite", "extend", "cut", "copy")
	switch what {
	case "rewrite":
		content = w.bytes(len(content))
	case "extend":
		content = append(content, w.bytes(100)...)
	case "cut":
		content = content[:len(content)/2]
	case "copy":
		if to = w.newPath(); strings.HasPrefix(path, to+"/") || to == path {
			return
		}
		w.makeWay(to)
	}
	w.note("%s %q (%q)", what, path, to)
	w.must(os.WriteFile(w.place(to), content, 0o644))
	w.stamp(to)
}
