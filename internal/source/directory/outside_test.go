package directory_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source/directory"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

// sqliteFiles are what lies beside a database that is in use, and while it is restored.
func sqliteFiles(db string) []string {
	beside := filepath.Join(filepath.Dir(db), ".vertex-backup-20261121-020000-restore-aaaaaa.db")
	return []string{db, db + "-wal", db + "-shm", db + "-journal", beside, beside + "-journal"}
}

func TestTheDatabaseInTheTreeIsNoPartOfIt(t *testing.T) {
	for name, db := range map[string]string{"flat": "app_data.db", "deeper": "db/app_data.db"} {
		t.Run(name, func(t *testing.T) {
			root := filepath.Join(t.TempDir(), "storage")
			put(t, root, "media/1.jpg", "one", 0o644)
			put(t, root, filepath.Dir(db)+"/app_data.db.txt", "not SQLite's", 0o644)
			older := take(t, root) // without the database's directory, or with less in it
			for _, file := range sqliteFiles(db) {
				put(t, root, file, "live "+file, 0o644)
			}
			with := take(t, root) // as if the configuration did not know of it
			o := directory.Options{Outside: directory.Outside{Database: filepath.Join(root, db), Scratch: t.TempDir()}}
			b, err := sourcetest.Take(t.Context(), directory.New(root, "storage", o), false)
			try(t, err)
			if slices.ContainsFunc(b.Entries, func(e backup.Entry) bool {
				return strings.HasPrefix(e.Path, "storage/"+db) && !strings.HasSuffix(e.Path, ".txt")
			}) {
				t.Errorf("the backup has %v", b.Entries)
			}
			if len(b.Notices) != 1 || b.Notices[0].Path != "storage/"+db || b.Notices[0].Lost {
				t.Errorf("notices %v", b.Notices)
			}
			for _, file := range sqliteFiles(db) {
				put(t, root, file, "live and newer "+file, 0o644)
			}
			before := inodes(t, root, sqliteFiles(db))
			nothing := take(t, filepath.Join(emptyDir(t), "storage"))
			for _, from := range []*sourcetest.Backup{b, with, older, nothing} {
				put(t, root, "media/extra.jpg", "x", 0o644)
				_, err := restoreWith(t.Context(), from, root, backup.RestoreOptions{}, o)
				try(t, err)
				if _, err := os.Stat(root + "/media/extra.jpg"); err == nil {
					t.Error("what the backup does not have is still there")
				}
				if now := inodes(t, root, sqliteFiles(db)); !slices.Equal(before, now) {
					t.Errorf("the live database's files were touched: %v, want %v", now, before)
				}
			}
		})
	}
}

func emptyDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	try(t, os.Mkdir(filepath.Join(dir, "storage"), 0o755))
	return dir
}

// inodes tells whether files are still the same ones with the same content.
func inodes(t *testing.T, root string, names []string) []string {
	t.Helper()
	all := tree(t, root)
	lines := make([]string, 0, len(names))
	for _, name := range names {
		lines = append(lines, all[filepath.Clean(name)])
	}
	return lines
}

func TestADatabaseThatIsMissingIsNotRestoredThroughTheTree(t *testing.T) {
	root := filepath.Join(t.TempDir(), "storage")
	put(t, root, "db/app_data.db", "a database", 0o644)
	put(t, root, "db/app_data.db-wal", "a log", 0o644)
	b := take(t, root)
	for _, gone := range []string{"db/app_data.db-wal", "db"} {
		removeAll(t, filepath.Join(root, gone))
		o := directory.Options{Outside: directory.Outside{Database: filepath.Join(root, "db/app_data.db")}}
		_, err := restoreWith(t.Context(), b, root, backup.RestoreOptions{}, o)
		try(t, err)
		if _, err := os.Lstat(root + "/db/app_data.db-wal"); err == nil {
			t.Errorf("without %s: the log was restored as a file", gone)
		}
	}
}

func TestADirectoryThatHoldsTheDatabaseIsNotReplaced(t *testing.T) {
	root := filepath.Join(t.TempDir(), "storage")
	put(t, root, "db", "a file", 0o644)
	b := take(t, root)
	try(t, os.Remove(root+"/db"))
	put(t, root, "db/app_data.db", "live", 0o644)
	o := directory.Options{Outside: directory.Outside{Database: filepath.Join(root, "db/app_data.db")}}
	_, err := restoreWith(t.Context(), b, root, backup.RestoreOptions{}, o)
	if !errors.Is(err, errs.ErrConflict) || errs.Detail(err) == "" {
		t.Errorf("%v", err)
	}
}

func TestTheDatabaseIsKnownUnderOtherPaths(t *testing.T) {
	dir := t.TempDir()
	root := filepath.Join(dir, "storage")
	put(t, root, "db/app_data.db", "live", 0o644)
	put(t, root, "db/app_data.db-wal", "log", 0o644)
	try(t, os.Link(root+"/db/app_data.db", root+"/hardlink"))
	try(t, os.Symlink(root, dir+"/to-storage"))
	try(t, os.Symlink(root+"/db", dir+"/to-db"))
	for _, o := range []struct{ root, db string }{
		{root, dir + "/to-db/app_data.db"}, {dir + "/to-storage", root + "/db/app_data.db"}, {dir + "/to-storage", dir + "/to-db/app_data.db"},
	} {
		tree := directory.New(o.root, "storage", directory.Options{Outside: directory.Outside{Database: o.db}})
		b, err := sourcetest.Take(t.Context(), tree, false)
		try(t, err)
		if len(b.Entries) != 2 { // the root and db
			t.Errorf("%v: the backup has %v", o, b.Entries)
		}
	}
}

func TestScratchInTheTreeIsNoPartOfIt(t *testing.T) {
	root := filepath.Join(t.TempDir(), "storage")
	put(t, root, "media/1.jpg", "one", 0o644)
	put(t, root, "tmp/vertex-backup-database-1/copy.db", "a copy", 0o644)
	old := take(t, root)
	o := directory.Options{Outside: directory.Outside{Scratch: root + "/tmp"}, Scratch: root + "/tmp"}
	b, err := sourcetest.Take(t.Context(), directory.New(root, "storage", o), false)
	try(t, err)
	if len(b.Entries) != 3 || len(b.Notices) != 1 || b.Notices[0].Path != "storage/tmp" {
		t.Errorf("entries %v, notices %v", b.Entries, b.Notices)
	}
	put(t, root, "tmp/vertex-backup-database-2/copy.db", "another", 0o644)
	before := tree(t, root)
	for _, from := range []*sourcetest.Backup{b, old} {
		_, err := restoreWith(t.Context(), from, root, backup.RestoreOptions{}, o)
		try(t, err)
		now := tree(t, root)
		if now["tmp/vertex-backup-database-2/copy.db"] != before["tmp/vertex-backup-database-2/copy.db"] {
			t.Error("the restore changed the scratch directory")
		}
	}
}

func TestLostAndFoundOfAFileSystemIsNoPartOfTheTree(t *testing.T) {
	dir, ok := sourcetest.Foreign(t, func(dir string) {
		for _, made := range []string{"storage", "storage/lost+found"} {
			try(t, os.Mkdir(filepath.Join(dir, made), 0o700))
		}
		try(t, os.Chown(dir+"/storage", sourcetest.Nobody, sourcetest.Nobody))
	})
	if !ok {
		return
	}
	root := dir + "/storage"
	b := take(t, sample(t))
	restore(t, b, root, backup.RestoreOptions{})
	if again := take(t, root); len(again.Notices) != 0 || len(again.Entries) != len(b.Entries) {
		t.Errorf("notices %v, %d entries, want %d", again.Notices, len(again.Entries), len(b.Entries))
	}
	if _, err := os.Lstat(root + "/lost+found"); err != nil {
		t.Error(err)
	}
}
