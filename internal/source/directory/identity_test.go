package directory_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source/directory"
)

// identities returns number and change time of the files that a backup would hold.
func identities(t *testing.T, root string, opt directory.Options) map[string]backup.Entry {
	t.Helper()
	snap, err := directory.New(root, "storage", opt).Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
	try(t, err)
	defer func() { try(t, snap.Close()) }()
	all := map[string]backup.Entry{}
	try(t, snap.Walk(t.Context(), func(it backup.Item) error {
		if it.Inode != 0 || !it.ChangeTime.IsZero() {
			all[it.Path] = it.Entry
		}
		return nil
	}))
	return all
}

func TestNumberAndChangeTimeShowWhatAProgramHides(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("they are known on Linux only")
	}
	root := filepath.Join(t.TempDir(), "storage")
	for _, name := range []string{"changed", "same", "replaced"} {
		put(t, root, "a/"+name, "old", 0o644)
		try(t, os.Chtimes(filepath.Join(root, "a", name), stamp, stamp))
	}
	try(t, os.Symlink("same", filepath.Join(root, "a/link")))
	before := identities(t, root, directory.Options{})
	if len(before) == 0 {
		t.Skip("the file system of the test does not give them")
	}
	if len(before) != 3 {
		t.Errorf("%v, want those of the files", before)
	}
	time.Sleep(20 * time.Millisecond) // more than the clock of a file system
	put(t, root, "a/changed", "new", 0o644)
	put(t, root, "x", "new", 0o644)
	try(t, os.Rename(filepath.Join(root, "x"), filepath.Join(root, "a/replaced")))
	for _, name := range []string{"changed", "replaced"} {
		try(t, os.Chtimes(filepath.Join(root, "a", name), stamp, stamp))
	}
	after := identities(t, root, directory.Options{})
	for name, want := range map[string][2]bool{"changed": {true, false}, "same": {true, true}, "replaced": {false, false}} {
		was, is := before["storage/a/"+name], after["storage/a/"+name]
		if got := [2]bool{was.Inode == is.Inode, was.ChangeTime.Equal(is.ChangeTime)}; got != want || was.Size != is.Size || !was.ModTime.Equal(is.ModTime) {
			t.Errorf("%s: was %+v, is %+v", name, was, is)
		}
	}
	if ignored := identities(t, root, directory.Options{IgnoreChangeTime: true}); len(ignored) > 0 {
		t.Errorf("they are ignored, and there are %v", ignored)
	}
}

// TestNumberAndChangeTimeAreNotRestored: they say nothing about what is restored.
func TestNumberAndChangeTimeAreNotRestored(t *testing.T) {
	root := sample(t)
	b := take(t, root)
	for i := range b.Entries {
		if b.Entries[i].Type == backup.TypeFile {
			b.Entries[i].Inode, b.Entries[i].ChangeTime = 1, stamp
		}
	}
	sum := restore(t, b, root, backup.RestoreOptions{})
	if sum != (backup.PlanSummary{Unchanged: int64(len(b.Entries))}) {
		t.Errorf("%+v", sum)
	}
}

// TestAFileSystemMountedInTheTreeIsAskedOnItsOwn: a network disk in the media, or media
// in a network disk.
func TestAFileSystemMountedInTheTreeIsAskedOnItsOwn(t *testing.T) {
	root := filepath.Join(t.TempDir(), "storage")
	put(t, root, "a", "x", 0o644)
	put(t, root, "disk/b", "x", 0o644)
	mountAt(t, "none", filepath.Join(root, "disk"), "tmpfs", unix.MS_NOATIME)
	put(t, root, "disk/b", "x", 0o644)
	if all := identities(t, root, directory.Options{}); all["storage/disk/b"].Inode == 0 {
		t.Errorf("%v", all)
	}
}
