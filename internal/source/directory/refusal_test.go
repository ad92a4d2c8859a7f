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

// mountAt mounts something at a directory or file until the test ends.
func mountAt(t *testing.T, what, at, kind string, flags uintptr) {
	t.Helper()
	err := unix.Mount(what, at, kind, flags, "")
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		t.Skip("this user may not mount: ", err)
	}
	try(t, err)
	t.Cleanup(func() { try(t, unix.Unmount(at, unix.MNT_DETACH)) })
}

// planned plans a restore and returns why that was refused.
func planned(t *testing.T, b *sourcetest.Backup, root string, opt backup.RestoreOptions) error {
	t.Helper()
	opt.Operation = operation
	r, err := directory.New(root, "storage", directory.Options{Scratch: t.TempDir()}).Plan(t.Context(), b.All(), opt)
	if err == nil {
		try(t, r.Close())
	}
	return err
}

func TestAMountPointThatWouldHaveToGoIsFoundInThePlan(t *testing.T) {
	dir := t.TempDir()
	root := filepath.Join(dir, "storage")
	put(t, root, "a/1.jpg", "one", 0o644)
	without := take(t, root)
	put(t, root, "other disk/old", "x", 0o644) // a name that the kernel escapes
	with := take(t, root)
	disk := filepath.Join(root, "other disk")
	mountAt(t, "none", disk, "tmpfs", 0)
	put(t, disk, "film", "film", 0o644)
	put(t, root, "a/1.jpg", "broken", 0o644)
	link := filepath.Join(dir, "link")
	try(t, os.Symlink("storage", link))

	asFile := take(t, root)
	for i, e := range asFile.Entries {
		if e.Path == "storage/other disk" {
			asFile.Entries[i].Type, asFile.Entries[i].Link = backup.TypeSymlink, "a"
			asFile.Entries = asFile.Entries[:i+1]
			break
		}
	}
	for name, b := range map[string]*sourcetest.Backup{"removed": without, "replaced": asFile} {
		err := planned(t, b, root, backup.RestoreOptions{})
		if !errors.Is(err, errs.ErrConflict) || !strings.Contains(errs.Detail(err), "storage/other disk is a mount point") || !strings.Contains(errs.Detail(err), "Unmount it") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got, err := os.ReadFile(filepath.Join(root, "a/1.jpg")); err != nil || string(got) != "broken" {
		t.Errorf("the plan changed something: %q, %v", got, err)
	}
	// What does not touch it is restored: some paths, and what is on the disk.
	restore(t, without, root, backup.RestoreOptions{Paths: []string{"storage/a"}})
	restore(t, with, root, backup.RestoreOptions{})
	if got, err := os.ReadFile(filepath.Join(disk, "old")); err != nil || string(got) != "x" {
		t.Errorf("the file on the other disk: %q, %v", got, err)
	}
}

func TestAMountedFileThatWouldHaveToGoIsFoundInThePlan(t *testing.T) {
	root := filepath.Join(t.TempDir(), "storage")
	put(t, root, "a/config", "old", 0o644)
	b := take(t, root)
	put(t, root, "a/other", "new!", 0o644)
	mountAt(t, filepath.Join(root, "a/other"), filepath.Join(root, "a/config"), "", unix.MS_BIND)
	err := planned(t, b, root, backup.RestoreOptions{})
	if !errors.Is(err, errs.ErrConflict) || !strings.Contains(errs.Detail(err), "storage/a/config is a mount point") {
		t.Errorf("%v", err)
	}
}

func TestAReadOnlyFileSystemIsFoundInThePlan(t *testing.T) {
	root := filepath.Join(t.TempDir(), "storage")
	put(t, root, "a/file", "x", 0o644)
	put(t, root, "disk/file", "x", 0o644)
	b := take(t, root)
	disk := filepath.Join(root, "disk")
	mountAt(t, "none", disk, "tmpfs", 0)
	try(t, unix.Mount("none", disk, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""))
	for at, opt := range map[string]backup.RestoreOptions{"storage/disk": {}, "": {Paths: []string{"storage/a"}}} {
		put(t, root, "a/file", "changed", 0o644)
		err := planned(t, b, root, opt)
		if at == "" {
			try(t, err)
			continue
		}
		if !errors.Is(err, errs.ErrUnavailable) || !strings.Contains(errs.Detail(err), "The file system of "+at+" is read-only") {
			t.Errorf("%s: %v", at, err)
		}
	}
	missing := filepath.Join(disk, "new/storage")
	if err := planned(t, b, missing, backup.RestoreOptions{}); !errors.Is(err, errs.ErrUnavailable) || !strings.Contains(errs.Detail(err), "is read-only") {
		t.Errorf("a tree to be made: %v", err)
	}
}

func TestADirectoryThatMayNotBeWrittenIsFoundInThePlan(t *testing.T) {
	dir, ok := sourcetest.Foreign(t, func(dir string) {
		put(t, dir, "storage/a/file", "x", 0o644)
		put(t, dir, "storage/b/file", "x", 0o644)
		try(t, os.Chown(filepath.Join(dir, "storage"), sourcetest.Nobody, sourcetest.Nobody))
	})
	if !ok {
		return
	}
	root := filepath.Join(dir, "storage")
	b := take(t, root)
	try(t, planned(t, b, root, backup.RestoreOptions{})) // nothing has to be changed
	b.Entries[2].ModTime = stamp
	b.Entries[2].Size++
	err := planned(t, b, root, backup.RestoreOptions{})
	if !errors.Is(err, errs.ErrUnavailable) || !strings.Contains(errs.Detail(err), "may not write in the directory storage/a,") {
		t.Errorf("%v", err)
	}
}
