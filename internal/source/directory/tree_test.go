package directory_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source/directory"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

// stamp is the time of files that tests make: not now, and to the nanosecond.
var stamp = time.Date(2024, 5, 6, 7, 8, 9, 123456789, time.UTC)

// put writes a file and its parents.
func put(t *testing.T, root, rel, content string, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(root, rel)
	try(t, os.MkdirAll(filepath.Dir(path), 0o755))
	try(t, os.WriteFile(path, []byte(content), 0o600))
	try(t, os.Chmod(path, mode))
	try(t, os.Chtimes(path, time.Time{}, stamp))
}

func try(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// age gives every directory below root a time of its own.
func age(t *testing.T, root string) {
	t.Helper()
	n := 0
	try(t, filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			n++
			return os.Chtimes(path, time.Time{}, stamp.Add(time.Duration(n)*time.Second))
		}
		return err
	}))
}

// sample makes a tree with everything that a tree may hold.
func sample(t *testing.T) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "storage")
	put(t, root, "acme/p1/portrait_1/image.jpg", "jpeg", 0o644)
	put(t, root, "acme/p1/portrait_1/marker.fset", "fset", 0o640)
	put(t, root, "acme/p1/video.mp4", "mpeg", 0o755|os.ModeSetuid)
	put(t, root, "a", "file a", 0o600)
	put(t, root, "a-b/x", "below a-b", 0o444)
	put(t, root, "A/empty", "", 0o644)
	put(t, root, "names/with space and\nnewline", "n", 0o644)
	put(t, root, "names/\xff\xfe not utf-8", "bytes", 0o644)
	put(t, root, "names/юникод", "unicode", 0o644)
	try(t, os.MkdirAll(filepath.Join(root, "empty/dir"), 0o755))
	try(t, os.Chmod(filepath.Join(root, "empty"), 0o755|os.ModeSticky))
	try(t, os.Symlink("../acme/p1/video.mp4", filepath.Join(root, "names/link")))
	try(t, os.Symlink("/etc", filepath.Join(root, "names/outside")))
	try(t, os.Symlink("nowhere \xff", filepath.Join(root, "names/dangling")))
	try(t, os.Chmod(filepath.Join(root, "a-b"), 0o555))
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(root, "a-b"), 0o755) })
	age(t, root)
	return root
}

func take(t *testing.T, root string) *sourcetest.Backup {
	t.Helper()
	b, err := sourcetest.Take(t.Context(), directory.New(root, "storage", directory.Options{}), false)
	try(t, err)
	return b
}

func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	m, err := sourcetest.Tree(root)
	try(t, err)
	return m
}

// same fails the test unless root is as want.
func same(t *testing.T, want map[string]string, root string) {
	t.Helper()
	for _, d := range sourcetest.Diff(want, tree(t, root)) {
		t.Error(d)
	}
}

const operation backup.ID = "20261122-020000-restore-k3x9qa"

func restore(t *testing.T, b *sourcetest.Backup, root string, opt backup.RestoreOptions) backup.PlanSummary {
	t.Helper()
	sum, err := restoreWith(t.Context(), b, root, opt, directory.Options{Scratch: t.TempDir()})
	try(t, err)
	return sum
}

func restoreWith(ctx context.Context, b *sourcetest.Backup, root string, opt backup.RestoreOptions, o directory.Options) (backup.PlanSummary, error) {
	opt.Operation, opt.KeepSetuid = operation, true
	return b.Restore(ctx, directory.New(root, "storage", o), opt)
}

// scramble changes root in every way that a disaster may.
func scramble(t *testing.T, root string) {
	t.Helper()
	at := func(rel string) string { return filepath.Join(root, rel) }
	put(t, root, "acme/p1/portrait_1/image.jpg", "other content", 0o644)
	try(t, os.Remove(at("acme/p1/portrait_1/marker.fset")))
	try(t, os.Chmod(at("acme/p1/video.mp4"), 0o600))
	try(t, os.Remove(at("a")))
	put(t, root, "a/now/a/directory", "x", 0o644) // was a file
	try(t, os.Chmod(at("a-b"), 0o755))
	removeAll(t, at("a-b"))
	put(t, root, "a-b", "now a file", 0o644) // was a directory
	put(t, root, "extra/deep/er", "x", 0o644)
	put(t, root, "extra-", "x", 0o644)
	try(t, os.Remove(at("names/link")))
	try(t, os.Symlink("elsewhere", at("names/link")))
	try(t, os.Remove(at("names/outside")))
	put(t, root, "names/outside/passwd", "now a directory", 0o644)
	try(t, os.Chmod(at("empty"), 0o700))
	try(t, os.Chtimes(at("empty/dir"), time.Time{}, stamp.Add(time.Hour)))
}

// memory returns a directory in memory if the system has such, for tests with many files.
func memory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "directory-test-*") //nolint:usetesting // that is not in memory
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// wide makes a random tree whose names sort badly.
func wide(t *testing.T, seed uint64, files int) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "storage")
	try(t, os.MkdirAll(root, 0o755))
	rnd := rand.New(rand.NewPCG(seed, 1))
	names := []string{"a", "a-", "a.", "a!", "a0", "ab", "b", "a-b", "a b", "\x01", "\xff"}
	for i := range files {
		rel := ""
		for range 1 + rnd.IntN(4) {
			rel = filepath.Join(rel, names[rnd.IntN(len(names))])
		}
		path := filepath.Join(root, rel)
		if os.MkdirAll(filepath.Dir(path), 0o755) != nil {
			continue // a file is in the way
		}
		if _, err := os.Lstat(path); err != nil {
			put(t, root, rel, fmt.Sprint(i), 0o644)
		}
	}
	age(t, root)
	return root
}

// removeAll removes a directory, also one that forbids it to its owner.
func removeAll(t *testing.T, dir string) {
	t.Helper()
	try(t, filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(name, 0o700)
		}
		return err
	}))
	try(t, os.RemoveAll(dir))
}
