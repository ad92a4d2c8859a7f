package sqlite_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

func references(t *testing.T, path, root string) []string {
	t.Helper()
	snap, err := sqlite.New(path, "", sqlite.Options{StorageRoot: root}).Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
	try(t, err)
	defer func() { try(t, snap.Close()) }()
	var got []string
	for p, err := range snap.References(t.Context()) {
		try(t, err)
		got = append(got, p)
	}
	return got
}

func TestReferencesAreTheMediaThatTheTablesName(t *testing.T) {
	for _, encoding := range []string{"UTF-8", "UTF-16le"} {
		path := filepath.Join(t.TempDir(), "app.db")
		db := open(t, path)
		run(t, db, "PRAGMA encoding = '"+encoding+"'",
			`CREATE TABLE portraits (id INTEGER PRIMARY KEY, image_path TEXT, Video_Path TEXT, marker_fset TEXT, marker_fset3 TEXT, marker_iset TEXT, filepath TEXT, path_note TEXT, title TEXT)`,
			`CREATE TABLE "odd ""table" (path TEXT)`,
			`CREATE VIEW v AS SELECT image_path || '.view' AS image_path FROM portraits`,
			`CREATE VIRTUAL TABLE search USING fts5(body_path)`,
			`INSERT INTO search VALUES ('virtual.jpg')`,
			`INSERT INTO portraits VALUES (1, 'acme/p1/image.jpg', 'storage/acme/p1/video.mp4', '/storage/m.fset', '/srv/ar/storage/m.fset3', './storage/m.iset', 'no.jpg', 'no.jpg', 'no.jpg')`,
			`INSERT INTO portraits (image_path) VALUES (NULL), (''), ('http://example.org/x.jpg'), ('https://x/storage/y'), ('../etc/passwd'), ('a/../b.jpg'), ('storage/../../x'), ('/etc/passwd'), ('/srv/ar/other/x.jpg'), (x'ff'), ('.'), ('storage/'), ('./'), ('..'), ('/srv/ar/storage/../x')`,
			`INSERT INTO portraits (image_path) VALUES ('acme/p1/image.jpg'), ('acme//p1/./image.jpg'), ('acme/p1-b/x'), ('acme/p1/ё.jpg'), ('acme/p1/😀.jpg'), ('acme/p1/'||char(0xffff)||'.jpg'), ('a b')`,
			`INSERT INTO "odd ""table" VALUES ('odd.jpg')`)
		try(t, db.Close())
		want := []string{
			"/etc/passwd", "/srv/ar/other/x.jpg",
			"storage/a b", "storage/acme/p1-b/x", "storage/acme/p1/image.jpg", "storage/acme/p1/video.mp4",
			"storage/acme/p1/ё.jpg", "storage/acme/p1/\uffff.jpg", "storage/acme/p1/😀.jpg",
			"storage/m.fset", "storage/m.fset3", "storage/m.iset", "storage/odd.jpg",
		}
		got := references(t, path, "/srv/ar/storage")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: references (-want +got):\n%s", encoding, diff)
		}
		if !slices.IsSorted(got) {
			t.Errorf("%s: not in byte order: %q", encoding, got)
		}
	}
}

func TestReferencesMayBeLeftEarlyAndReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	want := sourcetest.Scale(20_000)
	create(t, path, plain, "fresh", want)
	snap, err := sqlite.New(path, "", sqlite.Options{}).Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
	try(t, err)
	defer func() { try(t, snap.Close()) }()
	for range 2 {
		n := 0
		for _, err := range snap.References(t.Context()) {
			try(t, err)
			if n++; n == 3 {
				break
			}
		}
	}
	last, n := "", 0
	for p, err := range snap.References(t.Context()) {
		try(t, err)
		if p <= last {
			t.Fatalf("%q after %q", p, last)
		}
		last = p
		n++
	}
	if n != want || !strings.HasPrefix(last, "storage/acme/99") {
		t.Errorf("%d references, the last %q", n, last)
	}
}

func TestReferencesOfADamagedDatabaseAreNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	damage(t, path)
	snap, err := sqlite.New(path, "", impatient()).Snapshot(t.Context(), backup.SnapshotOptions{Salvage: true, Report: func(backup.Notice) {}})
	try(t, err)
	defer func() { try(t, snap.Close()) }()
	for p, err := range snap.References(t.Context()) {
		t.Errorf("%q, %v", p, err)
	}
	stop := errors.New("stop")
	if err := snap.Walk(t.Context(), func(backup.Item) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("walk: %v", err)
	}
}

// TestReferencesAreFoundWhateverStandsBeforeThem: the application may see the
// storage elsewhere than the backup does, or write addresses of the web.
func TestReferencesAreFoundWhateverStandsBeforeThem(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "media-of-ar")
	for i := range 30 {
		p := filepath.Join(root, "acme", fmt.Sprintf("%02d.jpg", i))
		try(t, os.MkdirAll(filepath.Dir(p), 0o755))
		try(t, os.WriteFile(p, nil, 0o600))
	}
	want := func(n int) (paths []string) {
		for i := range n {
			paths = append(paths, fmt.Sprintf("storage/acme/%02d.jpg", i))
		}
		return paths
	}
	for name, tt := range map[string]struct {
		format string
		root   string
		want   []string
	}{
		"of a container":                {"/app/data/acme/%02d.jpg", root, want(40)},
		"of the web":                    {"https://ar.example.com/media/acme/%02d.jpg", root, want(40)},
		"of another host":               {"/srv/old/media-of-ar/acme/%02d.jpg", root, want(40)},
		"by the name of the root":       {"/app/media-of-ar/acme/%02d.jpg", filepath.Join(t.TempDir(), "media-of-ar"), want(40)},
		"of the application, unmounted": {"/app/storage/acme/%02d.jpg", filepath.Join(t.TempDir(), "x"), want(40)},
		"elsewhere on the web":          {"https://cdn.example.com/other/%02d.jpg", root, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "app.db")
			db := open(t, path)
			run(t, db, "CREATE TABLE portraits (id INTEGER PRIMARY KEY, image_path TEXT)")
			for i := range 40 {
				run(t, db, fmt.Sprintf("INSERT INTO portraits (image_path) VALUES ('"+tt.format+"')", i))
			}
			try(t, db.Close())
			if diff := cmp.Diff(tt.want, references(t, path, tt.root)); diff != "" {
				t.Errorf("references (-want +got):\n%s", diff)
			}
		})
	}
}

func TestColumnsOfFoldersAndBackupsNameNoMedia(t *testing.T) {
	tables := []string{
		`CREATE TABLE companies (id INTEGER PRIMARY KEY, storage_folder_path TEXT, backup_remote_path TEXT)`,
		`CREATE TABLE portraits (image_path TEXT, marker_fset TEXT, other_path TEXT)`, `CREATE TABLE videos (video_path TEXT)`,
		`INSERT INTO companies VALUES (1, 'acme', 'remote/acme')`, `INSERT INTO portraits VALUES ('a.jpg', 'a.fset', 'other')`, `INSERT INTO videos VALUES ('a.mp4')`,
	}
	for name, c := range map[string]struct{ sql, want []string }{
		"Vertex AR's tables": {tables, []string{"storage/a.fset", "storage/a.jpg", "storage/a.mp4"}},
		"other tables":       {append(slices.Clone(tables), "DROP TABLE videos"), []string{"storage/a.fset", "storage/a.jpg", "storage/other"}},
	} {
		path := filepath.Join(t.TempDir(), "app.db")
		db := open(t, path)
		run(t, db, c.sql...)
		try(t, db.Close())
		if diff := cmp.Diff(c.want, references(t, path, "")); diff != "" {
			t.Errorf("%s: references (-want +got):\n%s", name, diff)
		}
	}
}
