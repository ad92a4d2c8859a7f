package repository_test

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/memblob"
)

var update = flag.Bool("update", false, "write the golden repository of the newest version anew; only before it is released")

const (
	goldenDir   = "testdata/version-1"
	goldenPages = "testdata/version-1-pages" // a complete copy and a delta
	golden2     = "testdata/version-2"
)

// goldenItems must come out of the golden repository for ever.
func goldenItems() []backup.Item {
	odd := file("storage/\xff\n", []byte("a name of odd bytes"))
	odd.Mode, odd.UID, odd.GID = 0o4750, 3_000_000_000, 65534
	return sorted(
		dir("database"), file("database/app_data.db", text(10_000)), dir("storage"), dir("storage/empty"),
		file("storage/zero", nil), file("storage/noise", noise(1, 5000)), file("storage/портрет.jpg", []byte("portrait")),
		link("storage/link", "портрет.jpg"), odd, file("storage/two frames", make([]byte, 8<<20)),
	)
}

// TestVersion1RestoresForEver reads a repository that was written when the
// format was made. Whoever changes the format keeps this test as it is.
func TestVersion1RestoresForEver(t *testing.T) {
	t.Parallel()
	checkGolden(t, goldenStore(t, goldenDir))
}

// goldenStore returns a store with the objects in dir.
func goldenStore(t *testing.T, dir string) *memblob.Store {
	t.Helper()
	blobs := newMem()
	err := fs.WalkDir(os.DirFS(dir), ".", func(key string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, key))
		if err != nil {
			return err
		}
		return blobs.Put(t.Context(), key, bytes.NewReader(content), nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return blobs
}

// goldenKey opens the encrypted golden repository. It is used for nothing else.
var goldenKey = pair{
	recipient: "age16a8x2sh6qmsggsx6sxgp0j0kql0qwaeu2905vc62sme6ew6mpc5q8dx4xt",
	identity:  "AGE-SECRET-KEY-1TD7K4PZM97FTJ2RDEC8M7XDTMELFSPF5JFLMP99A7F02GET3N3GQ4Z58ZL",
}

const goldenEncryptedDir = "testdata/version-1-encrypted"

// TestVersion1EncryptedRestoresForEver does the same for encrypted archives.
func TestVersion1EncryptedRestoresForEver(t *testing.T) {
	t.Parallel()
	r := newEncrypted(t, goldenStore(t, goldenEncryptedDir), goldenKey.identity)
	checkStored(t, open(t, r, testID), goldenItems())
	if b := record(t, r, testID); !b.Encrypted || b.FileCount != 6 {
		t.Errorf("record %+v", b)
	}
	if report := verify(t, r, "", true); !report.Valid {
		t.Errorf("%+v", report)
	}
}

// goldenDatabases are the contents of one database at two times.
func goldenDatabases() (first, second backup.Item) {
	content := text(60 * page)
	return database(content), database(append(changed(content, 1, 0, 7, 8), "more"...))
}

// TestVersion1DeltasRestoreForEver does the same for a database by pages, and
// builds on it.
func TestVersion1DeltasRestoreForEver(t *testing.T) {
	t.Parallel()
	first, second := goldenDatabases()
	blobs := goldenStore(t, goldenPages)
	r := newRepositoryOf(t, blobs, byPages)
	checkStored(t, open(t, r, testID), newTree(first).all())
	checkStored(t, open(t, r, otherID), newTree(second).all())
	for _, id := range []backup.ID{testID, otherID} {
		if report, err := r.Verify(t.Context(), id, "", backup.VerifyOptions{Deep: true}); err != nil || !report.Valid {
			t.Errorf("%+v, %v", report, err)
		}
	}
	if o := storeOn(t, r, thirdID, on(otherID), newTree(second)); o.StoredSize > 0 || len(o.warnings) > 0 {
		t.Errorf("%+v", o)
	}
}

func checkGolden(t *testing.T, blobs *memblob.Store) {
	t.Helper()
	r := newRepository(t, blobs)
	for _, id := range []backup.ID{testID, otherID} {
		checkStored(t, open(t, r, id), goldenItems())
		b, err := r.Committed(t.Context(), id)
		if err != nil || b.Note != "before the move" || b.FileCount != 6 || len(b.Checksum) != 64 {
			t.Errorf("record %+v, %v", b, err)
		}
		report, err := r.Verify(t.Context(), id, b.Checksum, backup.VerifyOptions{})
		if err != nil || !report.Valid {
			t.Errorf("%+v, %v", report, err)
		}
	}
	if report := verify(t, r, "", true); !report.Valid {
		t.Errorf("%+v", report)
	}
	w, err := r.Begin(t.Context(), newBackup(testID), backup.WriteOptions{})
	if err != nil {
		t.Fatalf("it can no longer be written to: %v", err)
	}
	w.Abort()
}

// golden2Record is what the second backup in the golden repository of version 2
// says in the words that version 1 lacks.
func golden2Record() backup.Backup {
	b := finished(newBackup(otherID))
	b.Host, b.Shrunk = "медиа-1", []backup.Component{backup.ComponentStorage}
	return b
}

// golden2Trees are what the two backups of it hold.
func golden2Trees() (first, second *tree) {
	before, after := goldenDatabases()
	first, second = newTree(before, dir("storage"), file("storage/a", noise(1, 5000)), file("storage/b", noise(2, 5000))), newTree()
	first.change("storage/a", func(e *backup.Entry) { e.Inode, e.ChangeTime = 1234567, e.ModTime.Add(time.Minute) })
	first.change("storage/b", func(e *backup.Entry) { e.Inode, e.ChangeTime = 1234568, e.ModTime })
	for _, it := range first.items {
		second.set(it)
	}
	after.ModTime = noon.Add(-time.Hour)
	second.set(after)
	return first, second
}

// writeGolden2 writes two backups, of which the second builds on the first.
func writeGolden2(t *testing.T) {
	t.Helper()
	blobs := newMem()
	r := newRepositoryOf(t, blobs, byPages)
	first, second := golden2Trees()
	storeOn(t, r, testID, backup.WriteOptions{}, first)
	w, err := r.Begin(t.Context(), newBackup(otherID), on(testID))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for _, it := range second.all() {
		if err := w.Add(t.Context(), it); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Commit(t.Context(), golden2Record()); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(golden2); err != nil {
		t.Fatal(err)
	}
	exportTo(t, blobs, golden2)
}

// TestVersion2RestoresForEver reads a repository that was written when version 2
// of the manifests was made, and builds on it.
func TestVersion2RestoresForEver(t *testing.T) {
	t.Parallel()
	if *update {
		writeGolden2(t)
	}
	first, second := golden2Trees()
	blobs := goldenStore(t, golden2)
	r := newRepositoryOf(t, blobs, byPages)
	checkStored(t, open(t, r, testID), first.all())
	checkStored(t, open(t, r, otherID), second.all())
	want := golden2Record()
	if b := record(t, r, otherID); b.Host != want.Host || !slices.Equal(b.Shrunk, want.Shrunk) || b.Note != want.Note {
		t.Errorf("record %+v", b)
	}
	for _, id := range []backup.ID{testID, otherID} {
		if report, err := r.Verify(t.Context(), id, "", backup.VerifyOptions{Deep: true}); err != nil || !report.Valid {
			t.Errorf("%+v, %v", report, err)
		}
	}
	if o := storeOn(t, r, thirdID, on(otherID), second); o.StoredSize > 0 || len(o.warnings) > 0 || slices.Contains(o.opened, "storage/a") {
		t.Errorf("%+v", o)
	}
}
