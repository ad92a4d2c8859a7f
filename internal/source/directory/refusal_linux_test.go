package directory_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source/directory"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

// refused plans a restore, which must be refused with a sentence that says part.
func refused(t *testing.T, b *sourcetest.Backup, root, part string) {
	t.Helper()
	r, err := directory.New(root, "storage", directory.Options{Scratch: t.TempDir()}).Plan(t.Context(), b.All(), backup.RestoreOptions{Operation: operation, Compare: true})
	if err == nil {
		try(t, r.Close())
	}
	if !strings.Contains(errs.Detail(err), part) {
		t.Errorf("planned with %v, want a refusal: %s", err, part)
	}
}

func TestThePlanRefusesToRemoveOrReplaceAMount(t *testing.T) {
	root := filepath.Join(t.TempDir(), "storage with space")
	put(t, root, "a/1.jpg", "one", 0o644)
	without := take(t, root)
	put(t, root, "a/deep", "a file", 0o644)
	asFile := take(t, root)
	try(t, os.Remove(root+"/a/deep"))
	try(t, os.MkdirAll(root+"/a/deep/videos", 0o755))
	empty := take(t, root)
	if err := unix.Mount("none", root+"/a/deep/videos", "tmpfs", 0, ""); err != nil {
		t.Skip("this user may not mount: ", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(root+"/a/deep/videos", unix.MNT_DETACH) })
	put(t, root, "a/deep/videos/1.mp4", "film", 0o644)
	with := take(t, root)
	before := tree(t, root)
	refused(t, without, root, "storage/a/deep/videos is a mount point")
	refused(t, asFile, root, "storage/a/deep/videos is a mount point")
	same(t, before, root)
	put(t, root, "a/deep/videos/1.mp4", "flim", 0o644)
	restore(t, with, root, backup.RestoreOptions{Compare: true}) // across the file systems
	if content, err := os.ReadFile(root + "/a/deep/videos/1.mp4"); err != nil || string(content) != "film" {
		t.Errorf("%q, %v", content, err)
	}
	restore(t, empty, root, backup.RestoreOptions{})
	if names, err := os.ReadDir(root + "/a/deep/videos"); err != nil || len(names) != 0 {
		t.Errorf("%v, %v", names, err)
	}
}

func TestThePlanRefusesAFileSystemThatCanOnlyBeRead(t *testing.T) {
	root := filepath.Join(t.TempDir(), "storage")
	put(t, root, "a/1.jpg", "one", 0o644)
	b := take(t, root)
	put(t, root, "a/1.jpg", "two", 0o644)
	if err := unix.Mount(root, root, "", unix.MS_BIND, ""); err != nil {
		t.Skip("this user may not mount: ", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(root, unix.MNT_DETACH) })
	try(t, unix.Mount("none", root, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""))
	refused(t, b, root, "The file system of storage/a is read-only")
}

func TestThePlanRefusesDirectoriesOfOthersThatMayNotBeChanged(t *testing.T) {
	dir, ok := sourcetest.Foreign(t, func(dir string) {
		put(t, dir, "storage/fixed/file", "x", 0o644)
		put(t, dir, "storage/sticky/file", "x", 0o644)
		put(t, dir, "storage/own/file", "x", 0o644)
		try(t, errors.Join(os.Chmod(dir+"/storage/sticky", 0o777|os.ModeSticky), os.Chown(dir+"/storage/own", sourcetest.Nobody, sourcetest.Nobody),
			os.Chmod(dir+"/storage/own", 0o500), os.Chown(dir+"/storage", sourcetest.Nobody, sourcetest.Nobody)))
	})
	if !ok {
		return
	}
	root := dir + "/storage"
	b := take(t, root)
	restore(t, b, root, backup.RestoreOptions{Compare: true}) // nothing to change is no trouble
	for _, name := range []string{"fixed", "sticky", "own"} {
		other := take(t, root)
		other.Entries = append(other.Entries[:0:0], b.Entries...)
		for i, e := range other.Entries {
			if e.Path == "storage/"+name+"/file" {
				other.Entries[i].Size, other.Entries[i].SHA256 = 0, [32]byte{}
			}
		}
		if name == "own" { // its owner opens it
			r, err := directory.New(root, "storage", directory.Options{}).Plan(t.Context(), other.All(), backup.RestoreOptions{Operation: operation})
			try(t, err)
			try(t, r.Close())
			continue
		}
		refused(t, other, root, map[string]string{
			"fixed":  "may not write in the directory storage/fixed, which belongs to another user",
			"sticky": "storage/sticky/file belongs to another user, and only that user may change it",
		}[name])
	}
}

func TestThePlanRefusesToEmptyAClosedDirectoryOfAnother(t *testing.T) {
	dir, ok := sourcetest.Foreign(t, func(dir string) {
		put(t, dir, "storage/closed/file", "x", 0o644)
		try(t, errors.Join(os.Chmod(dir+"/storage/closed", 0o700), os.Chown(dir+"/storage", sourcetest.Nobody, sourcetest.Nobody)))
	})
	if !ok {
		return
	}
	b := &sourcetest.Backup{Entries: []backup.Entry{
		{Path: "storage", Type: backup.TypeDir, Mode: 0o755}, {Path: "storage/closed", Type: backup.TypeDir, Mode: 0o755},
	}}
	refused(t, b, dir+"/storage", "storage/closed belongs to another user, and only that user may change it")
}
