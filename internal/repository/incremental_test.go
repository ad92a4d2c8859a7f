package repository_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/repository"
)

const thirdID backup.ID = "20261122-120000-full-aaaaa4"

// tree is a source of which the changes between backups are of interest. It
// counts which files are opened.
type tree struct {
	mu     sync.Mutex
	items  map[string]backup.Item
	opened []string
}

// newTree holds files that are as old as the hills.
func newTree(items ...backup.Item) *tree {
	t := &tree{items: map[string]backup.Item{}}
	for _, it := range items {
		it.ModTime = noon.Add(-time.Hour)
		t.set(it)
	}
	return t
}

func (t *tree) set(it backup.Item) { t.items[it.Path] = it }

func (t *tree) change(path string, f func(e *backup.Entry)) {
	it := t.items[path]
	f(&it.Entry)
	delete(t.items, path)
	t.items[it.Path] = it
}

// all returns the items in the order of a walk.
func (t *tree) all() []backup.Item {
	var all []backup.Item
	for _, it := range t.items {
		if open := it.Open; open != nil {
			it.Open = func(ctx context.Context) (io.ReadCloser, error) {
				t.mu.Lock()
				defer t.mu.Unlock()
				t.opened = append(t.opened, it.Path)
				return open(ctx)
			}
		}
		all = append(all, it)
	}
	return sorted(all...)
}

// outcome is what became of a backup on a base.
type outcome struct {
	backup.Stored

	opened       []string
	files, bytes int64 // progress
	warnings     []string
}

// storeOn backs t up on a base and checks that all of it can be read back.
func storeOn(tb testing.TB, r *repository.Repository, id backup.ID, opt backup.WriteOptions, t *tree) outcome {
	tb.Helper()
	var o outcome
	t.opened = nil
	opt.Progress = func(files, bytes int64) { o.files += files; o.bytes += bytes }
	opt.Warn = func(line string) { o.warnings = append(o.warnings, line) }
	opt.Report = func(n backup.Notice) { tb.Errorf("%+v", n) }
	w, err := r.Begin(tb.Context(), newBackup(id), opt)
	if err != nil {
		tb.Fatal(err)
	}
	defer w.Abort()
	for _, it := range t.all() {
		if err := w.Add(tb.Context(), it); err != nil {
			tb.Fatal(err)
		}
	}
	if o.Stored, err = w.Finish(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	if _, _, err := w.Commit(tb.Context(), finished(newBackup(id))); err != nil {
		tb.Fatal(err)
	}
	o.opened = slices.Sorted(slices.Values(t.opened))
	checkStored(tb, open(tb, r, id), t.all())
	if o.files != o.Files || o.bytes != o.LogicalSize {
		tb.Errorf("progress came to %d files of %d bytes, the backup has %d of %d", o.files, o.bytes, o.Files, o.LogicalSize)
	}
	return o
}

func on(id backup.ID) backup.WriteOptions { return backup.WriteOptions{Base: backup.Base{ID: id}} }

func newMedia() *tree {
	return newTree(dir("storage"), file("storage/a", noise(1, 10_000)), file("storage/b", noise(2, 700_000)), file("storage/empty", nil),
		file("storage/c", noise(3, 900_000)), dir("storage/d"), file("storage/d/x", noise(4, 20_000)), link("storage/link", "a"))
}

func archivesOf(blobs *memblob.Store, id backup.ID) (keys []string) {
	for key := range blobs.Contents() {
		if strings.HasPrefix(key, "archives/"+string(id)) {
			keys = append(keys, key)
		}
	}
	return keys
}

func TestUnchangedSourceIsNeitherReadNorStored(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newRepository(t, blobs)
	media := newMedia()
	storeOn(t, r, testID, backup.WriteOptions{}, media)
	o := storeOn(t, r, otherID, on(testID), media)
	if o.StoredSize != 0 || len(o.opened) > 0 || len(o.warnings) > 0 || len(archivesOf(blobs, otherID)) > 0 {
		t.Errorf("%+v", o)
	}
	if diff := cmp.Diff(entries(t, open(t, r, testID)), entries(t, open(t, r, otherID))); diff != "" {
		t.Errorf("entries differ (-first +second):\n%s", diff)
	}
}

// TestOnlyChangesAreStored makes one change after another.
func TestOnlyChangesAreStored(t *testing.T) {
	t.Parallel()
	hour := noon.Add(-time.Minute)
	rename := func(path string) func(e *backup.Entry) { return func(e *backup.Entry) { e.Path = path } }
	for _, c := range []struct {
		what   string
		change func(m *tree)
		opened []string
		stored int64 // at most
	}{
		{"added", func(m *tree) { m.set(file("storage/e", noise(9, 5000))) }, []string{"storage/e"}, 8000},
		{"removed", func(m *tree) { delete(m.items, "storage/b") }, nil, 0},
		{"grown", func(m *tree) { m.set(file("storage/a", noise(9, 20_000))) }, []string{"storage/a"}, 23_000},
		{"moved", func(m *tree) { m.change("storage/a", rename("storage/z")) }, []string{"storage/z"}, 0},
		{"copied", func(m *tree) { m.set(file("storage/e", noise(2, 700_000))) }, []string{"storage/e"}, 0},
		{"touched", func(m *tree) { m.change("storage/a", func(e *backup.Entry) { e.ModTime = hour }) }, []string{"storage/a"}, 0},
		{"other mode", func(m *tree) { m.change("storage/a", func(e *backup.Entry) { e.Mode = 0o600 }) }, nil, 0},
		{"other owner", func(m *tree) { m.change("storage/empty", func(e *backup.Entry) { e.UID = 7 }) }, nil, 0},
		{"mode of a directory", func(m *tree) { m.change("storage/d", func(e *backup.Entry) { e.Mode = 0o700 }) }, nil, 2000},
		{"other link", func(m *tree) { m.change("storage/link", func(e *backup.Entry) { e.Link = "b" }) }, nil, 2000},
		{"link became a file", func(m *tree) { m.set(file("storage/link", noise(9, 100))) }, []string{"storage/link"}, 2000},
		{"file became a link", func(m *tree) { m.set(link("storage/a", "b")) }, nil, 2000},
		{"emptied", func(m *tree) { m.set(file("storage/a", nil)) }, nil, 2000},
		{"filled", func(m *tree) { m.set(file("storage/empty", noise(9, 100))) }, []string{"storage/empty"}, 2000},
	} {
		r := newRepository(t, newMem())
		media := newMedia()
		storeOn(t, r, testID, backup.WriteOptions{}, media)
		c.change(media)
		o := storeOn(t, r, otherID, on(testID), media)
		if diff := cmp.Diff(c.opened, o.opened); diff != "" {
			t.Errorf("%s: opened (-want +got):\n%s", c.what, diff)
		}
		if o.StoredSize > c.stored || (o.StoredSize == 0) != (c.stored == 0) {
			t.Errorf("%s: %d bytes stored, want at most %d", c.what, o.StoredSize, c.stored)
		}
	}
}

func TestEqualContentOfOneRunIsStoredOnce(t *testing.T) {
	t.Parallel()
	small, large := newTree(), newTree()
	for i := range 50 {
		small.set(file(fmt.Sprintf("storage/%02d", i), noise(1, 100_000)))
		if i < 5 {
			large.set(file(fmt.Sprintf("storage/%02d", i), noise(1, 9<<20)))
		}
	}
	for size, media := range map[int64]*tree{100_000: small, 9 << 20: large} {
		r := newRepositoryOf(t, newMem(), repository.Options{Workers: 4, ArchiveSize: 1 << 20})
		if o := storeOn(t, r, testID, backup.WriteOptions{}, media); o.StoredSize > size+size/10 {
			t.Errorf("%d bytes of content took %d", size, o.StoredSize)
		}
	}
}

func TestLargeFileThatWasMovedIsReadOnce(t *testing.T) {
	t.Parallel()
	r := newRepository(t, newMem())
	media := newTree(file("storage/a", noise(1, 9<<20)), file("storage/b", noise(2, 9<<20)))
	storeOn(t, r, testID, backup.WriteOptions{}, media)
	media.change("storage/a", func(e *backup.Entry) { e.Path = "storage/c" })
	changed := file("storage/b", noise(3, 9<<20))
	media.set(changed)
	o := storeOn(t, r, otherID, on(testID), media)
	// b may be the same for all that its size tells: it is read to know, and again to store it.
	if diff := cmp.Diff([]string{"storage/b", "storage/b", "storage/c"}, o.opened); diff != "" || o.StoredSize > 10<<20 {
		t.Errorf("%d bytes stored, opened (-want +got):\n%s", o.StoredSize, diff)
	}
}

// TestChangedContentOfOldTimeIsFoundOnDemand: nobody can see such a change
// without reading.
func TestChangedContentOfOldTimeIsFoundOnDemand(t *testing.T) {
	t.Parallel()
	for reread, opened := range map[bool][]string{false: nil, true: {"storage/a"}} {
		r := newRepository(t, newMem())
		media := newTree(file("storage/a", noise(1, 10_000)))
		storeOn(t, r, testID, backup.WriteOptions{}, media)
		before := media.items["storage/a"]
		changed := file("storage/a", noise(2, 10_000))
		changed.ModTime, changed.Reread = before.ModTime, reread
		if reread {
			media.set(changed)
		}
		o := storeOn(t, r, otherID, on(testID), media)
		if diff := cmp.Diff(opened, o.opened); diff != "" {
			t.Errorf("reread %v: opened (-want +got):\n%s", reread, diff)
		}
	}
}

// TestChangeTimeAndInodeTellWhatSizeAndTimeHide: a program can put back the time of a
// file that it changes, but not these.
func TestChangeTimeAndInodeTellWhatSizeAndTimeHide(t *testing.T) {
	t.Parallel()
	old := noon.Add(-time.Hour)
	known := func(inode int64, changed time.Time) func(e *backup.Entry) {
		return func(e *backup.Entry) { e.Inode, e.ChangeTime = inode, changed }
	}
	unknown := known(0, time.Time{})
	for name, c := range map[string]struct {
		before, after func(e *backup.Entry)
		opened        int
	}{
		"the same":                       {known(7, old.Add(time.Minute)), known(7, old.Add(time.Minute)), 0},
		"change time is the time":        {known(7, old), known(7, old), 0},
		"changed":                        {known(7, old), known(7, noon.Add(time.Minute)), 1},
		"changed before the base":        {known(7, old), known(7, old.Add(time.Second)), 1},
		"replaced":                       {known(7, old), known(8, old), 1},
		"changed while the base began":   {known(7, noon.Add(-time.Second)), known(7, noon.Add(-time.Second)), 1},
		"the base does not know":         {unknown, known(7, noon.Add(time.Minute)), 0},
		"the file system does not know":  {known(7, old), unknown, 0},
		"nobody knows":                   {unknown, unknown, 0},
		"the base is from another place": {known(1<<62, old), known(7, old), 1},
	} {
		r := newRepository(t, newMem())
		media := newTree(file("storage/a", noise(1, 10_000)))
		media.change("storage/a", c.before)
		storeOn(t, r, testID, backup.WriteOptions{}, media)
		media.change("storage/a", c.after)
		o := storeOn(t, r, otherID, on(testID), media)
		if len(o.opened) != c.opened || o.StoredSize > 0 || len(o.warnings) > 0 {
			t.Errorf("%s: opened %q, stored %d bytes, said %q", name, o.opened, o.StoredSize, o.warnings)
		}
	}
}

// TestContentBehindAnOldTimeIsStored: what was found so is in the backup.
func TestContentBehindAnOldTimeIsStored(t *testing.T) {
	t.Parallel()
	r := newRepository(t, newMem())
	media := newTree(file("storage/a", noise(1, 10_000)))
	media.change("storage/a", func(e *backup.Entry) { e.Inode, e.ChangeTime = 7, e.ModTime })
	storeOn(t, r, testID, backup.WriteOptions{}, media)
	media = newTree(file("storage/a", noise(2, 10_000)))
	media.change("storage/a", func(e *backup.Entry) { e.Inode, e.ChangeTime = 7, noon.Add(time.Minute) })
	if o := storeOn(t, r, otherID, on(testID), media); o.StoredSize < 10_000 { // which compares the content
		t.Errorf("%d bytes stored", o.StoredSize)
	}
}

// TestRecentFilesAreReadAgain: a file may have changed again after it was read
// without getting another time.
func TestRecentFilesAreReadAgain(t *testing.T) {
	t.Parallel()
	for age, again := range map[time.Duration]bool{-time.Hour: true, 0: true, time.Second: true, 2 * time.Second: true, 2*time.Second + 1: false} {
		r := newRepository(t, newMem())
		media := newTree(file("storage/a", noise(1, 10_000)), file("storage/empty", nil))
		for path := range media.items {
			media.change(path, func(e *backup.Entry) { e.ModTime = noon.Add(-age) })
		}
		storeOn(t, r, testID, backup.WriteOptions{}, media)
		o := storeOn(t, r, otherID, on(testID), media)
		if (len(o.opened) > 0) != again || o.StoredSize != 0 {
			t.Errorf("changed %v before the base: %+v", age, o)
		}
	}
}

func TestNextBackupHealsDamage(t *testing.T) {
	t.Parallel()
	for what, damage := range map[string]func(b *memblob.Store, key string, opt *backup.WriteOptions){
		"missing": func(b *memblob.Store, key string, _ *backup.WriteOptions) { _ = b.Delete(context.Background(), key) },
		"short":   func(b *memblob.Store, key string, _ *backup.WriteOptions) { b.Truncate(key, 10) },
		"verified and found changed": func(b *memblob.Store, key string, opt *backup.WriteOptions) {
			b.Change(key, func(c []byte) []byte { c[len(c)/2] ^= 1; return c })
			opt.Avoid = []string{strings.TrimPrefix(key, "archives/")}
		},
	} {
		blobs := newMem()
		r := newRepositoryOf(t, blobs, repository.Options{Workers: 1, ArchiveSize: 100 << 10})
		media := newMedia()
		storeOn(t, r, testID, backup.WriteOptions{}, media)
		opt := on(testID)
		damage(blobs, firstArchive, &opt)
		// The new copy must not refer to the damaged content either.
		media.set(file("storage/copy", noise(1, 10_000)))
		o := storeOn(t, r, otherID, opt, media)
		if len(o.warnings) != 1 || !strings.Contains(o.warnings[0], string(testID)) || !slices.Contains(o.opened, "storage/a") || slices.Contains(o.opened, "storage/b") {
			t.Errorf("%s: %+v", what, o)
		}
		report, err := r.Verify(t.Context(), otherID, "", backup.VerifyOptions{Deep: true})
		if err != nil || !report.Valid {
			t.Errorf("%s: %+v, %v", what, report, err)
		}
	}
}

func TestUnusableBaseIsAWarning(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]func(b *memblob.Store, opt *backup.WriteOptions){
		"missing": func(_ *memblob.Store, opt *backup.WriteOptions) { opt.Base.ID = thirdID },
		"another": func(_ *memblob.Store, opt *backup.WriteOptions) { opt.Base.Checksum = strings.Repeat("00", 32) },
		"cut off": func(b *memblob.Store, _ *backup.WriteOptions) { b.Truncate(manifestKey, 300) },
		"nothing in it": func(b *memblob.Store, _ *backup.WriteOptions) {
			b.Change(manifestKey, func([]byte) []byte { return nil })
		},
		"changed inside": func(b *memblob.Store, _ *backup.WriteOptions) {
			b.Change(manifestKey, func(c []byte) []byte { c[400] ^= 1; return c })
		},
	} {
		blobs := newMem()
		r := newRepository(t, blobs)
		media := newMedia()
		storeOn(t, r, testID, backup.WriteOptions{}, media)
		opt := on(testID)
		spoil(blobs, &opt)
		o := storeOn(t, r, otherID, opt, media)
		if len(o.warnings) != 1 || !strings.Contains(o.warnings[0], string(opt.Base.ID)) || len(o.opened) == 0 {
			t.Errorf("%s: %+v", what, o)
		}
	}
}

// TestBackupsOutliveTheirBases deletes the backups of a chain in every order.
func TestBackupsOutliveTheirBases(t *testing.T) {
	t.Parallel()
	ids := []backup.ID{testID, otherID, thirdID}
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		blobs := newMem()
		r := newRepository(t, blobs)
		media := newMedia()
		content := map[backup.ID][]backup.Item{}
		for i, id := range ids {
			var opt backup.WriteOptions
			if i > 0 {
				opt = on(ids[i-1])
			}
			media.set(file("storage/a", noise(byte(10+i), 10_000)))
			media.set(file(fmt.Sprintf("storage/new-%d", i), noise(byte(20+i), 10_000)))
			storeOn(t, r, id, opt, media)
			content[id] = media.all()
		}
		for _, i := range order {
			if _, err := r.Remove(t.Context(), ids[i]); err != nil {
				t.Fatal(err)
			}
			delete(content, ids[i])
			for id, items := range content {
				checkStored(t, open(t, r, id), items)
			}
		}
		if diff := cmp.Diff([]string{"format.json"}, keys(blobs)); diff != "" {
			t.Errorf("order %v: what is left (-want +got):\n%s", order, diff)
		}
	}
}

// TestKindsShareArchives backs up the storage alone, then all, then the storage.
func TestKindsShareArchives(t *testing.T) {
	t.Parallel()
	r := newRepository(t, newMem())
	media := newMedia()
	storeOn(t, r, testID, backup.WriteOptions{}, media)
	database := file(backup.DatabasePath, text(50_000))
	database.Reread = true
	media.set(database)
	o := storeOn(t, r, otherID, on(testID), media)
	if diff := cmp.Diff([]string{backup.DatabasePath}, o.opened); diff != "" || o.StoredSize > 5000 {
		t.Errorf("full backup: %d bytes stored, opened (-want +got):\n%s", o.StoredSize, diff)
	}
	delete(media.items, backup.DatabasePath)
	if o = storeOn(t, r, thirdID, on(otherID), media); o.StoredSize != 0 || len(o.opened) > 0 {
		t.Errorf("storage backup: %+v", o)
	}
}

// TestCancelledContextIsNoReasonToReadEverything ends a run that still opens its base.
func TestCancelledContextIsNoReasonToReadEverything(t *testing.T) {
	t.Parallel()
	r := newRepository(t, newMem())
	store(t, r, testID)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	opt := on(testID)
	var warned atomic.Bool
	opt.Warn = func(string) { warned.Store(true) }
	if w, err := r.Begin(ctx, newBackup(otherID), opt); err == nil || warned.Load() {
		t.Errorf("%v, %v, warned: %v", w, err, warned.Load())
	}
}
