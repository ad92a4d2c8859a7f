package directory_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source"
	"github.com/vertex-ar/backup/internal/source/directory"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

// told restores and returns what the restore said.
func told(t *testing.T, b *sourcetest.Backup, root string, opt backup.RestoreOptions) []string {
	t.Helper()
	var notes sourcetest.Notices
	opt.Operation, opt.Report = operation, notes.Report
	_, err := b.Restore(t.Context(), directory.New(root, "storage", directory.Options{Scratch: t.TempDir()}), opt)
	try(t, err)
	var lines []string
	for _, n := range notes.All() {
		lines = append(lines, n.Path+": "+n.Text)
	}
	return lines
}

// says fails the test unless there are as many lines as parts, each with its part.
func says(t *testing.T, lines []string, parts ...string) {
	t.Helper()
	if len(lines) != len(parts) {
		t.Fatalf("said %q, want %q", lines, parts)
	}
	for i, part := range parts {
		if !strings.Contains(lines[i], part) {
			t.Errorf("said %q, want %q", lines[i], part)
		}
	}
}

func TestTimesOutsideOf64BitsOfNanosecondsSurvive(t *testing.T) {
	root := filepath.Join(t.TempDir(), "storage")
	for i, at := range []time.Time{
		time.Date(1901, 12, 14, 1, 2, 3, 4, time.UTC),
		time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(2262, 4, 13, 0, 0, 0, 1, time.UTC),
		time.Date(2300, 1, 1, 0, 0, 0, 5, time.UTC),
	} {
		dir := filepath.Join(root, string(rune('a'+i)))
		try(t, os.MkdirAll(dir, 0o755))
		try(t, os.WriteFile(dir+"/file", []byte{byte(i)}, 0o644))
		try(t, os.Symlink("file", dir+"/link"))
		for _, name := range []string{dir + "/file", dir + "/link", dir} {
			try(t, source.SetTime(unix.AT_FDCWD, name, at))
		}
	}
	b, want := take(t, root), tree(t, root)
	says(t, told(t, b, root+"-new", backup.RestoreOptions{}))
	same(t, want, root+"-new")
	try(t, os.Chtimes(root+"-new/a/file", stamp, stamp))
	says(t, told(t, b, root+"-new", backup.RestoreOptions{Compare: true}))
	same(t, want, root+"-new")
}

func TestATimeThatTheFileSystemCannotHoldIsSaid(t *testing.T) {
	root := filepath.Join(t.TempDir(), "storage")
	put(t, root, "file", "x", 0o644)
	b := take(t, root)
	at := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	try(t, source.SetTime(unix.AT_FDCWD, root+"/file", at))
	if info, err := os.Stat(root + "/file"); err != nil || info.ModTime().Equal(at) {
		t.Skip("this file system holds it")
	}
	b.Entries[1].ModTime = at
	says(t, told(t, b, root+"-new", backup.RestoreOptions{}), "cannot hold the time of 1 files and directories, and gave them another (such as storage/file)")
}

func TestSetuidFilesAreMadeOnlyWhenAskedFor(t *testing.T) {
	root := filepath.Join(t.TempDir(), "storage")
	put(t, root, "user", "u", 0o755|os.ModeSetuid)
	put(t, root, "group", "g", 0o755|os.ModeSetgid)
	try(t, os.Chmod(root, 0o755|os.ModeSetgid))
	b, want := take(t, root), tree(t, root)
	other := root + "-new"
	says(t, told(t, b, other, backup.RestoreOptions{}), "2 files had set-user-id or set-group-id bits")
	for name, mode := range map[string]os.FileMode{"user": 0o755, "group": 0o755, ".": 0o755 | os.ModeDir | os.ModeSetgid} {
		if info, err := os.Stat(filepath.Join(other, name)); err != nil || info.Mode() != mode {
			t.Errorf("%s: %v, %v, want %v", name, info.Mode(), err, mode)
		}
	}
	says(t, told(t, b, root, backup.RestoreOptions{Compare: true})) // what has them keeps them
	same(t, want, root)
	put(t, root, "user", "U", 0o755|os.ModeSetuid)
	says(t, told(t, b, root, backup.RestoreOptions{Compare: true}), "1 files had set-user-id") // with other content it is made anew
	says(t, told(t, b, other, backup.RestoreOptions{Compare: true, KeepSetuid: true}))
	same(t, want, other)
}

func TestAnOrdinaryUserRestoresTheGroupsThatItIsIn(t *testing.T) {
	const group = 4321
	dir, ok := sourcetest.Foreign(t, func(dir string) {
		put(t, dir, "storage/a/file", "x", 0o640)
		for _, name := range []string{"storage", "storage/a", "storage/a/file"} {
			try(t, os.Chown(filepath.Join(dir, name), sourcetest.Nobody, group))
		}
	}, group)
	if !ok {
		return
	}
	root := filepath.Join(dir, "storage")
	b, want := take(t, root), tree(t, root)
	says(t, told(t, b, root+"-new", backup.RestoreOptions{}))
	same(t, want, root+"-new")
	try(t, os.Chown(root+"/a/file", -1, sourcetest.Nobody))
	says(t, told(t, b, root, backup.RestoreOptions{Compare: true}))
	same(t, want, root)
}

func TestFilesOfAnotherUserAreRestoredAsFarAsTheGroupMay(t *testing.T) {
	const other, group = 1234, 4321
	dir, ok := sourcetest.Foreign(t, func(dir string) {
		for _, name := range []string{"changed", "gone", "touched", "kept"} {
			put(t, dir, "storage/a/"+name, "x", 0o664)
		}
		for _, name := range []string{"storage", "storage/a", "storage/a/changed", "storage/a/gone", "storage/a/touched", "storage/a/kept"} {
			try(t, os.Chown(filepath.Join(dir, name), other, group))
		}
		try(t, errors.Join(os.Chmod(dir+"/storage", 0o2775|os.ModeSetgid), os.Chmod(dir+"/storage/a", 0o2775|os.ModeSetgid)))
	}, group)
	if !ok {
		return
	}
	root := filepath.Join(dir, "storage")
	b := take(t, root)
	try(t, os.WriteFile(root+"/a/changed", []byte("other"), 0o600))
	try(t, os.WriteFile(root+"/a/touched", []byte("x"), 0o600))
	try(t, os.Remove(root+"/a/gone"))
	for range 2 { // also when it is done
		says(t, told(t, b, root, backup.RestoreOptions{Compare: true}), "the owner or group of 2 files", "the mode or time of ")
		for _, name := range []string{"changed", "gone", "touched", "kept"} {
			if content, err := os.ReadFile(filepath.Join(root, "a", name)); err != nil || string(content) != "x" {
				t.Errorf("%s: %q, %v", name, content, err)
			}
		}
	}
}
