package badinput_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

// smallDisk returns a directory on a disk of its own, or skips the test.
func smallDisk(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("cannot mount: %v", err)
	}
	t.Cleanup(func() { try(t, syscall.Unmount(dir, 0)) })
	return dir
}

// fillUp leaves the disk only so many bytes.
func fillUp(t *testing.T, dir string, left int64) {
	t.Helper()
	var st syscall.Statfs_t
	try(t, syscall.Statfs(dir, &st))
	free := int64(st.Bavail)*st.Bsize - left
	if free < 0 {
		t.Fatalf("the disk has only %d bytes", free+left)
	}
	write(t, filepath.Join(dir, "hog"), make([]byte, free))
}

// refusedForSpace checks that a restore ends failed because of the disk, that
// nothing has changed, and that it succeeds once there is room.
func (g *rig) refusedForSpace(t *testing.T, id backup.ID, fields string, makeRoom func()) {
	t.Helper()
	was := g.observe(t)
	r := g.restore(t, id, fields).failed(t)
	mentions(t, r.Operation.Errors, "disk")
	is := g.observe(t)
	if diff := sourcetest.Diff(was.Installation, is.Installation); len(diff) > 0 {
		t.Errorf("the installation has changed: %v", diff)
	}
	if r.SafetyBackup == "" {
		g.unchanged(t, was, r.Operation.ID)
	}
	makeRoom()
	g.restore(t, id, fields).ok(t)
	g.restored(t)
}

func TestRealDiskThatIsTooFull(t *testing.T) {
	for _, fields := range []string{"", withoutSafety} {
		t.Run("for the media"+fields, func(t *testing.T) {
			dir := smallDisk(t, "size=2m")
			g := bareRig(t, filepath.Join(dir, "vertex"), t.TempDir())
			makeInstallation(t, g)
			id := g.create(t, backup.KindFull)
			g.spoil(t)
			fillUp(t, dir, 60<<10)
			if r := g.restoreTest(t, id).ok(t); r.CanRestore || r.Tests["disk_space_available"] || len(r.Problems) == 0 {
				t.Errorf("restore-test: %+v", r)
			} else {
				plain(t, r.Problems[0])
			}
			g.refusedForSpace(t, id, fields, func() { try(t, os.Remove(filepath.Join(dir, "hog"))) })
		})
	}
	t.Run("for one more file", func(t *testing.T) { // bytes are free, inodes are not
		dir := smallDisk(t, "size=4m,nr_inodes=24")
		g := bareRig(t, filepath.Join(dir, "vertex"), t.TempDir())
		makeInstallation(t, g)
		id := g.create(t, backup.KindFull)
		g.spoil(t)
		var fill []string
		for i := 0; ; i++ {
			name := filepath.Join(dir, fmt.Sprint("filler", i))
			if os.WriteFile(name, nil, 0o600) != nil {
				break
			}
			fill = append(fill, name)
		}
		for _, name := range fill[:3] { // enough to begin
			try(t, os.Remove(name))
		}
		g.refusedForSpace(t, id, withoutSafety, func() {
			for _, name := range fill[3:] {
				try(t, os.Remove(name))
			}
		})
	})
	t.Run("for the database", func(t *testing.T) {
		dir := smallDisk(t, "size=2m")
		g := bareRig(t, filepath.Join(dir, "vertex"), t.TempDir())
		makeInstallation(t, g)
		id := g.create(t, backup.KindDatabase)
		g.spoil(t)
		fillUp(t, dir, 8<<10)
		was := g.observe(t)
		r := g.restore(t, id, withoutSafety).failed(t)
		mentions(t, r.Operation.Errors, "disk", "database")
		g.unchanged(t, was, r.Operation.ID)
	})
}

// TestDiskThatFillsUpInTheMiddle fails each of the first calls that write, as a
// full disk does; what is already committed then stays, so only calls before
// the commit are failed.
func TestDiskThatFillsUpInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 3, 5, 8, 13} {
		t.Run(fmt.Sprint("call ", n), func(t *testing.T) {
			t.Parallel()
			g := newRig(t)
			id := g.create(t, backup.KindFull)
			g.spoil(t)
			var mu sync.Mutex
			calls := 0
			g.disk = func(op, path string) error {
				mu.Lock()
				defer mu.Unlock()
				if calls++; calls == n {
					return &os.PathError{Op: op, Path: path, Err: syscall.ENOSPC}
				}
				return nil
			}
			g.refusedForSpace(t, id, withoutSafety, func() { g.disk = nil })
		})
	}
}

// TestScratchDiskThatIsFull: copies of the database and of lists of files need room.
func TestScratchDiskThatIsFull(t *testing.T) {
	dir := smallDisk(t, "size=1m")
	g := bareRig(t, t.TempDir(), dir)
	makeInstallation(t, g)
	id := g.create(t, backup.KindFull)
	g.spoil(t)
	fillUp(t, dir, 0)
	was := g.observe(t)
	for name, c := range map[string]struct {
		a      answer
		direct bool // no job
	}{
		"create":       {g.ask(t, http.MethodPost, "/backups/create", `{"type":"database"}`), false},
		"create-test":  {g.ask(t, http.MethodPost, "/backups/create", `{"type":"database","test":true}`), true},
		"restore":      {g.restore(t, id, withoutSafety), false},
		"restore-test": {g.restoreTest(t, id), true},
		"verify":       {g.verify(t, id, ""), false},
		"files":        {g.files(t, id), true},
	} {
		t.Run(name, func(t *testing.T) {
			var lines []string
			if c.direct {
				lines = append(lines, c.a.problem(t, http.StatusInsufficientStorage).Detail)
			} else {
				r := c.a.failed(t)
				lines = append(r.Backup.Errors, r.Operation.Errors...)
			}
			mentions(t, lines, "disk")
			if name != "restore" && strings.Contains(lines[0], "restore") {
				t.Errorf("nobody restores: %s", lines[0])
			}
		})
	}
	is := g.observe(t)
	if diff := sourcetest.Diff(was.Installation, is.Installation); len(diff) > 0 {
		t.Errorf("the installation has changed: %v", diff)
	}
	if diff := cmp.Diff(was.Objects, is.Objects); diff != "" {
		t.Errorf("what is stored has changed:\n%s", diff)
	}
}

// TestFailedRestoreCanBeLookedAtLater: the reason stays on the record.
func TestFailedRestoreCanBeLookedAtLater(t *testing.T) {
	g := newRig(t)
	id := g.create(t, backup.KindStorage)
	g.spoil(t)
	g.disk = func(op, path string) error {
		return &os.PathError{Op: op, Path: path, Err: syscall.ENOSPC}
	}
	r := g.restore(t, id, withoutSafety).failed(t)
	again := g.ask(t, http.MethodGet, "/backups/operations/"+r.Operation.ID, "")
	if o := again.ok(t); o.Success || !slices.Equal(o.Operation.Errors, r.Operation.Errors) {
		t.Errorf("operation: %s", again.body)
	}
}
