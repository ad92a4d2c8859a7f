package directory_test

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
	"github.com/vertex-ar/backup/internal/source/directory"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

var errBroken = errors.New("the disk is broken")

// disaster returns the state before and after a disaster, and a way to make
// another tree that has suffered it.
func disaster(t *testing.T) (b *sourcetest.Backup, old, broken map[string]string, again func() string) {
	t.Helper()
	root := sample(t)
	b, old = take(t, root), tree(t, root)
	scramble(t, root)
	model := take(t, root)
	broken = tree(t, root)
	return b, old, broken, func() string {
		copied := filepath.Join(t.TempDir(), "storage")
		restore(t, model, copied, backup.RestoreOptions{})
		t.Cleanup(func() { _ = os.Chmod(filepath.Join(copied, "a-b"), 0o755) })
		return copied
	}
}

// content cuts a tree's line down to type and content: metadata may be between two states.
func content(line string) string {
	if _, target, ok := strings.Cut(line, " -> "); ok {
		return "link " + target
	}
	if strings.HasPrefix(line, "d") {
		return "dir"
	}
	return line[strings.LastIndexByte(line, ' ')+1:]
}

// oldOrNew fails the test when a path of root is neither as it was nor as it
// shall be. Where a file takes the place of a directory, or the other way round, there is a moment without either.
func oldOrNew(t *testing.T, was, shall map[string]string, root string) {
	t.Helper()
	got := tree(t, root)
	all := maps.Clone(was)
	maps.Copy(all, shall)
	for path := range all {
		w, inWas := was[path]
		s, inShall := shall[path]
		g, inGot := got[path]
		delete(got, path)
		if !inGot {
			if inWas && inShall && (content(w) == "dir") == (content(s) == "dir") {
				t.Errorf("%q is gone", path)
			}
			continue
		}
		isOld, isNew := inWas && content(g) == content(w), inShall && content(g) == content(s)
		if !isOld && !isNew {
			t.Errorf("%q is neither old nor new: %s", path, g)
		}
	}
	for path := range got {
		if !strings.HasPrefix(path, source.StagingPrefix) {
			t.Errorf("%q comes from nowhere", path)
		}
	}
}

// steps counts the faults of Copy and of a whole restore.
func steps(t *testing.T, b *sourcetest.Backup, root string) (copied, all int64) {
	t.Helper()
	c := &sourcetest.Counter{}
	r, err := directory.New(root, "storage", directory.Options{Fault: c.Fault, Workers: 1}).Plan(t.Context(), b.All(), backup.RestoreOptions{Operation: operation, KeepSetuid: true})
	try(t, err)
	try(t, r.Copy(t.Context(), b.Fetch, func(int64, int64) {}))
	copied = c.Calls()
	try(t, errors.Join(r.Commit(t.Context()), r.Close()))
	return copied, c.Calls()
}

func TestAFaultInCopyLeavesTheTreeAsItWas(t *testing.T) {
	b, old, broken, again := disaster(t)
	copied, _ := steps(t, b, again())
	for n := int64(1); n <= copied; n++ {
		root := again()
		c := &sourcetest.Counter{}
		o := directory.Options{Fault: c.FailOnce(n, errBroken), Workers: 3}
		_, err := restoreWith(t.Context(), b, root, backup.RestoreOptions{}, o)
		if err != nil && !errors.Is(err, errBroken) {
			t.Errorf("fault %d: %v", n, err)
		}
		if err != nil {
			same(t, broken, root)
		}
		restore(t, b, root, backup.RestoreOptions{})
		same(t, old, root)
	}
}

// TestDirectoriesAboveARestoredPathOutliveADeath lets the restore of one file
// die at every call, and another one end it.
func TestDirectoriesAboveARestoredPathOutliveADeath(t *testing.T) {
	b, want := func() (*sourcetest.Backup, map[string]string) {
		root := sample(t)
		return take(t, root), tree(t, root)
	}()
	opt := backup.RestoreOptions{Paths: []string{"storage/acme/p1/video.mp4"}}
	mode := func(line string) string { m, _, _ := strings.Cut(line, " "); return m }
	for n := int64(1); ; n++ {
		root := filepath.Join(t.TempDir(), "storage")
		_, err := restoreWith(t.Context(), b, root, opt, directory.Options{Fault: new(sourcetest.Counter).FailAt(n, errBroken), Workers: 1})
		restore(t, b, root, opt)
		got := tree(t, root)
		for _, path := range []string{"acme", "acme/p1"} {
			// Between making and placing a directory nobody sees it.
			if mode(got[path]) != mode(want[path]) {
				t.Errorf("fault %d: %s is %q, want %q", n, path, got[path], want[path])
			}
		}
		if err == nil {
			return
		}
	}
}

func TestAFaultInCommitLeavesEachFileOldOrNew(t *testing.T) {
	b, old, broken, again := disaster(t)
	copied, all := steps(t, b, again())
	if all-copied < 50 {
		t.Fatalf("a commit with only %d steps proves little", all-copied)
	}
	for n := copied + 1; n <= all; n++ {
		for name, fault := range map[string]func(*sourcetest.Counter) source.Fault{
			"once":     func(c *sourcetest.Counter) source.Fault { return c.FailOnce(n, errBroken) },
			"for good": func(c *sourcetest.Counter) source.Fault { return c.FailAt(n, errBroken) },
		} {
			root := again()
			_, err := restoreWith(t.Context(), b, root, backup.RestoreOptions{}, directory.Options{Fault: fault(&sourcetest.Counter{}), Workers: 1})
			if !errors.Is(err, errBroken) {
				t.Errorf("fault %d %s: %v", n, name, err)
			}
			oldOrNew(t, broken, old, root)
			restore(t, b, root, backup.RestoreOptions{})
			same(t, old, root)
		}
	}
}

// TestChild is not a test: it is what the child process of the next one does.
func TestChild(t *testing.T) {
	at, err := strconv.ParseInt(os.Getenv("DIRECTORY_TEST_DIE_AT"), 10, 64)
	if err != nil {
		t.Skip("runs in a child process only")
	}
	b := take(t, os.Getenv("DIRECTORY_TEST_FROM"))
	c := &sourcetest.Counter{}
	_, err = restoreWith(t.Context(), b, os.Getenv("DIRECTORY_TEST_TO"), backup.RestoreOptions{}, directory.Options{Fault: c.DieAt(at), Workers: 1})
	t.Errorf("still alive: %v", err)
}

func TestKillInTheMiddleIsEndedByTheNextRestore(t *testing.T) {
	from := sample(t)
	_, _, broken, again := disaster(t)
	b, old := take(t, from), tree(t, from)
	_, all := steps(t, b, again())
	for n := int64(1); n <= all; n += 3 {
		root := again()
		cmd := sourcetest.Self(t.Context(), "TestChild", fmt.Sprint("DIRECTORY_TEST_DIE_AT=", n), "DIRECTORY_TEST_FROM="+from, "DIRECTORY_TEST_TO="+root)
		out, err := cmd.CombinedOutput()
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
			t.Fatalf("the child was not killed: %v\n%s", err, out)
		}
		oldOrNew(t, broken, old, root)
		restore(t, b, root, backup.RestoreOptions{})
		same(t, old, root)
	}
}

func TestAFullDiskEndsTheRestoreWithTheOldTree(t *testing.T) {
	b, old, broken, again := disaster(t)
	root := again()
	full := func(op, _ string) error {
		if op == "write done" {
			return &os.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
		}
		return nil
	}
	_, err := restoreWith(t.Context(), b, root, backup.RestoreOptions{}, directory.Options{Fault: full})
	if !errors.Is(err, errs.ErrNoSpace) || !strings.Contains(errs.Detail(err), "disk") {
		t.Errorf("restore: %v", err)
	}
	same(t, broken, root)
	restore(t, b, root, backup.RestoreOptions{})
	same(t, old, root)
}

// mount mounts a tmpfs of the given size on dir, or skips the test.
func mount(t *testing.T, dir, size string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("cannot mount: %v", err)
	}
	t.Cleanup(func() { try(t, syscall.Unmount(dir, 0)) })
}

func TestARealDiskThatIsTooSmall(t *testing.T) {
	from := filepath.Join(t.TempDir(), "s")
	for i := range 10 {
		put(t, from, fmt.Sprint("f", i), strings.Repeat("x", 300<<10), 0o644)
	}
	b := take(t, from)
	small := t.TempDir()
	mount(t, small, "2m")
	root := filepath.Join(small, "storage")
	put(t, root, "precious", "x", 0o644)
	before := tree(t, root)
	r, err := directory.New(root, "storage", directory.Options{}).Plan(t.Context(), b.All(), backup.RestoreOptions{Operation: operation, KeepSetuid: true})
	try(t, err)
	space, err := directory.New(root, "storage", directory.Options{}).Space(t.Context())
	try(t, err)
	if r.Summary().RequiredBytes <= space {
		t.Errorf("the plan needs %d bytes and there are %d", r.Summary().RequiredBytes, space)
	}
	err = r.Copy(t.Context(), b.Fetch, func(int64, int64) {})
	if !errors.Is(err, errs.ErrNoSpace) || errs.Detail(err) == "" {
		t.Errorf("copy: %v", err)
	}
	try(t, r.Close())
	same(t, before, root)
}

func TestADiskThatFillsUpMeanwhile(t *testing.T) {
	from := filepath.Join(t.TempDir(), "s")
	for i := range 10 {
		put(t, from, fmt.Sprint("f", i), strings.Repeat("x", 100<<10), 0o644)
	}
	b := take(t, from)
	small := t.TempDir()
	mount(t, small, "2m")
	root := filepath.Join(small, "storage")
	put(t, root, "precious", "x", 0o644)
	before := tree(t, root)
	hog := func(op, _ string) error {
		if op == "create done" {
			f, err := os.OpenFile(filepath.Join(small, "hog"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
			try(t, err)
			_, _ = io.Copy(f, io.LimitReader(zeros{}, 4<<20))
			_ = f.Close()
		}
		return nil
	}
	_, err := restoreWith(t.Context(), b, root, backup.RestoreOptions{}, directory.Options{Fault: hog})
	if !errors.Is(err, errs.ErrNoSpace) || errs.Detail(err) == "" {
		t.Errorf("restore: %v", err)
	}
	same(t, before, root)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestAnotherFileSystemInsideTheTree(t *testing.T) {
	root := sample(t)
	mount(t, filepath.Join(root, "acme"), "4m")
	put(t, root, "acme/file", "one", 0o4644)
	try(t, os.Symlink("file", filepath.Join(root, "acme/link")))
	age(t, root)
	b, want := take(t, root), tree(t, root)
	put(t, root, "acme/file", "another", 0o644)
	put(t, root, "acme/extra", "x", 0o644)
	try(t, os.Remove(filepath.Join(root, "acme/link")))
	restore(t, b, root, backup.RestoreOptions{})
	same(t, want, root)
}
