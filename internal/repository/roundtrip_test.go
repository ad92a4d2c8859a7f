package repository_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository"
	"github.com/vertex-ar/backup/internal/repository/archive"
)

// oddItems have every kind of name, time, mode and size that a tree may have.
func oddItems() []backup.Item {
	const header = 512 // of a member with a short path
	const frame = archive.FrameSize
	items := []backup.Item{
		dir("storage"),
		dir("storage/empty"),
		file("storage/-rf", []byte("dash")),
		file("storage/new\nline", []byte("newline")),
		file("storage/\xff\xfe", []byte("not UTF-8")),
		file("storage/Иван Петров.jpg", []byte("cyrillic")),
		file("storage/🎞️", []byte("emoji")),
		file(`storage/"quotes" \ <&>`, []byte("quotes")),
		file("storage/\u2028", []byte("line separator")),
		file("storage/"+strings.Repeat("n", 255), []byte("long name")),
		file("storage/"+strings.Repeat("d/", 1500)+"deep", []byte("long path")),
		file("storage/zero", nil),
		file("storage/one", []byte{1}),
		file("storage/text", text(300_000)),
		file("storage/frame-1", noise(1, frame-1)),
		file("storage/frame", noise(2, frame)),
		file("storage/frame+1", noise(3, frame+1)),
		file("storage/frame-header-1", text(frame-header-1)),
		file("storage/frame-header", text(frame-header)),
		file("storage/frame-header+1", text(frame-header+1)),
		link("storage/link", "../text"),
		link("storage/link-odd", "\xff\n"),
		link("storage/link-long", strings.Repeat("t/", 2000)+"t"),
	}
	for i, mode := range []uint32{0, 0o7777, 0o4755, 0o1777, 0o400} {
		it := file(fmt.Sprintf("storage/mode-%d", i), []byte("mode"))
		it.Mode = mode
		items = append(items, it)
	}
	for i, at := range []time.Time{
		time.Unix(0, 0), time.Unix(0, 1), time.Unix(-1, 999_999_999), time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(2026, 7, 1, 3, 0, 0, 5, time.FixedZone("", 3*3600)),
	} {
		it := file(fmt.Sprintf("storage/time-%d", i), []byte("time"))
		it.ModTime = at
		items = append(items, it)
	}
	owner := file("storage/owner", []byte("owner"))
	owner.UID, owner.GID = 4294967295, 2097152
	return sorted(append(items, owner)...)
}

func TestBackupReadsBackAsItWasStored(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 4} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			t.Parallel()
			r := newRepositoryOf(t, newMem(), repository.Options{Workers: workers, ArchiveSize: 1 << 20})
			store(t, r, testID, oddItems()...)
			checkStored(t, open(t, r, testID), oddItems())
		})
	}
}

func TestEmptyBackupReadsBack(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newRepository(t, blobs)
	store(t, r, testID)
	checkStored(t, open(t, r, testID), nil)
	if n := len(blobs.Contents()); n != 2 {
		t.Errorf("%d objects, want format.json and the manifest", n)
	}
}

func TestLargeFileReadsBack(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("200 MiB")
	}
	content := noise(7, 200<<20)
	copy(content[50<<20:], make([]byte, 70<<20)) // part of it can be compressed
	items := []backup.Item{file("storage/large.mp4", content), file("storage/small", text(100))}
	r := newRepositoryOf(t, newMem(), repository.Options{})
	_, size := store(t, r, testID, items...)
	if size > 131<<20 {
		t.Errorf("stored %d bytes: the zero bytes were not compressed", size)
	}
	m := open(t, r, testID)
	checkStored(t, m, items)
	if all := entries(t, m); all[0].Extents[0].Archive == all[1].Extents[0].Archive {
		t.Error("the large file shares its archive")
	}
}

func TestCommittedRebuildsTheRecord(t *testing.T) {
	t.Parallel()
	r := newRepository(t, newMem())
	checksum, size := store(t, r, testID, sorted(file("storage/a", text(10)), file("storage/b", text(20)), dir("storage"))...)
	want := finished(newBackup(testID))
	want.Checksum, want.StoredSize, want.FileCount, want.LogicalSize = checksum, size, 2, 30
	got, err := r.Committed(t.Context(), testID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("record differs (-want +got):\n%s", diff)
	}
}
