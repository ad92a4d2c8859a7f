package sqlite_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

// blocks returns how many blocks of 4 KiB of b are not in the same place of a.
func blocks(a, b []byte) (differ, all int) {
	const size = 4096
	for at := 0; at < len(b); at += size {
		all++
		if at >= len(a) || !bytes.Equal(a[at:min(len(a), at+size)], b[at:min(len(b), at+size)]) {
			differ++
		}
	}
	return differ, all
}

// TestPagesOfSnapshotsStayWhereTheyAre is what storing only changed pages rests
// on: two snapshots of the same state are equal, and after small changes most of
// their bytes are.
func TestPagesOfSnapshotsStayWhereTheyAre(t *testing.T) {
	for _, f := range []form{plain, {"wal", 4096, 0}, {"delete", 1024, 1}, {"wal", 16384, 2}, {"wal", 65536, 0}} {
		path := filepath.Join(t.TempDir(), "app.db")
		create(t, path, f, "fresh", 20_000)
		app := open(t, path)
		snapshot := func() []byte {
			content, err := os.ReadFile(write(t, take(t, path)))
			try(t, err)
			return content
		}
		first := snapshot()
		if differ, _ := blocks(first, snapshot()); differ > 0 {
			t.Errorf("%v: %d blocks differ without a change", f, differ)
		}
		for id := range 5 {
			run(t, app, fmt.Sprintf("UPDATE companies SET name = 'other' WHERE id = %d", 1+4000*id))
		}
		run(t, app, "INSERT INTO companies VALUES (99999, 'new')", "PRAGMA wal_checkpoint")
		differ, all := blocks(first, snapshot())
		if limit := 20 * max(1, f.PageSize/4096); differ == 0 || differ > limit {
			t.Errorf("%v: %d of %d blocks differ, want at most %d", f, differ, all, limit)
		}
	}
}

func TestDatabaseIsComparedByPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	create(t, path, plain, "fresh", 10)
	s, err := sqlite.New(path, t.TempDir(), sqlite.Options{}).Snapshot(t.Context(), backup.SnapshotOptions{})
	try(t, err)
	defer func() { try(t, s.Close()) }()
	try(t, s.Walk(t.Context(), func(it backup.Item) error {
		if !it.ByPages {
			t.Errorf("%+v", it)
		}
		return nil
	}))
}
