package directory_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source/directory"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

// walked returns the paths of a walk, and its notices.
func walked(t *testing.T, root string, during func(backup.Item)) (paths []string, found []backup.Notice) {
	t.Helper()
	notes := &sourcetest.Notices{}
	snap, err := directory.New(root, "storage", directory.Options{}).Snapshot(t.Context(), backup.SnapshotOptions{Report: notes.Report})
	try(t, err)
	defer func() { try(t, snap.Close()) }()
	try(t, snap.Walk(t.Context(), func(it backup.Item) error {
		paths = append(paths, it.Path)
		if during != nil {
			during(it)
		}
		return nil
	}))
	return paths, notes.All()
}

func TestWalkIsInByteOrderOfTheFullPath(t *testing.T) {
	root := filepath.Join(t.TempDir(), "storage")
	put(t, root, "a/x", "", 0o644)
	put(t, root, "a-b", "", 0o644)
	put(t, root, "a0", "", 0o644)
	got, _ := walked(t, root, nil)
	want := []string{"storage", "storage/a", "storage/a-b", "storage/a/x", "storage/a0"}
	if !slices.Equal(got, want) {
		t.Errorf("walk went %q, want %q", got, want)
	}
	for seed := range uint64(8) {
		got, _ := walked(t, wide(t, seed, 200), nil)
		if !slices.IsSorted(got) {
			t.Errorf("seed %d: not in byte order: %q", seed, got)
		}
	}
}

func TestWalkTellsMetadataExactly(t *testing.T) {
	root := sample(t)
	entries := map[string]backup.Entry{}
	_, found := walked(t, root, func(it backup.Item) {
		entries[it.Path] = it.Entry
		if (it.Open != nil) != (it.Type == backup.TypeFile) {
			t.Errorf("%s: Open is wrong for a %s", it.Path, it.Type)
		}
	})
	if len(found) > 0 {
		t.Errorf("notices about a sound tree: %v", found)
	}
	video := entries["storage/acme/p1/video.mp4"]
	if video.Mode != 0o4755 || video.Size != 4 || !video.ModTime.Equal(stamp) || video.ModTime.Location() != time.UTC || video.UID != os.Geteuid() {
		t.Errorf("video is %+v", video)
	}
	if e := entries["storage/empty"]; e.Type != backup.TypeDir || e.Mode != 0o1755 || e.Size != 0 {
		t.Errorf("sticky directory is %+v", e)
	}
	if e := entries["storage/names/dangling"]; e.Type != backup.TypeSymlink || e.Link != "nowhere \xff" || e.Size != 0 {
		t.Errorf("link is %+v", e)
	}
	if _, ok := entries["storage/names/outside/passwd"]; ok {
		t.Error("the walk followed a link")
	}
}

func TestSpecialFilesAreLeftOutWithANotice(t *testing.T) {
	root := filepath.Join(t.TempDir(), "s")
	put(t, root, "file", "x", 0o644)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(root, "socket"))
	try(t, err)
	defer func() { try(t, l.Close()) }()
	got, found := walked(t, root, nil)
	if want := []string{"storage", "storage/file"}; !slices.Equal(got, want) {
		t.Errorf("walk went %q, want %q", got, want)
	}
	if len(found) != 1 || found[0].Path != "storage/socket" || found[0].Lost || !strings.Contains(found[0].Text, "socket") {
		t.Errorf("notices: %v", found)
	}
}

func TestWhatVanishesDuringTheWalkIsTold(t *testing.T) {
	root := filepath.Join(t.TempDir(), "s")
	put(t, root, "a", "x", 0o644)
	put(t, root, "b", "x", 0o644)
	put(t, root, "c/d", "x", 0o644)
	got, found := walked(t, root, func(it backup.Item) {
		switch it.Path {
		case "storage/a":
			try(t, os.Remove(filepath.Join(root, "b")))
		case "storage/c":
			try(t, os.RemoveAll(filepath.Join(root, "c")))
		}
	})
	if want := []string{"storage", "storage/a", "storage/c"}; !slices.Equal(got, want) {
		t.Errorf("walk went %q, want %q", got, want)
	}
	if len(found) != 2 || found[0].Path != "storage/b" || found[1].Path != "storage/c" || found[0].Lost {
		t.Errorf("notices: %v", found)
	}
}

func TestALinkThatTakesADirectorysPlaceIsNotFollowed(t *testing.T) {
	for _, target := range []string{"d", "../a/d", "/etc"} {
		root := filepath.Join(t.TempDir(), "s")
		put(t, root, "a/b/x", "x", 0o644)
		put(t, root, "a/d/secret", "x", 0o644)
		got, found := walked(t, root, func(it backup.Item) {
			if it.Path == "storage/a/b" {
				try(t, os.Rename(filepath.Join(root, "a/b"), filepath.Join(root, "a/c")))
				try(t, os.Symlink(target, filepath.Join(root, "a/b")))
			}
		})
		if want := []string{"storage", "storage/a", "storage/a/b", "storage/a/d", "storage/a/d/secret"}; !slices.Equal(got, want) {
			t.Errorf("link to %s: walk went %q, want %q", target, got, want)
		}
		if len(found) != 1 || found[0].Path != "storage/a/b" || !strings.Contains(found[0].Text, "vanished") {
			t.Errorf("link to %s: notices: %v", target, found)
		}
	}
}

func TestAnUnreadableDirectoryIsLostAndToldOnce(t *testing.T) {
	if !sourcetest.Unprivileged(t) {
		return
	}
	root := filepath.Join(t.TempDir(), "s")
	put(t, root, "closed/x", "x", 0o644)
	put(t, root, "listed/x", "x", 0o644)
	put(t, root, "open", "x", 0o644)
	for dir, mode := range map[string]os.FileMode{"closed": 0, "listed": 0o600} {
		path := filepath.Join(root, dir)
		try(t, os.Chmod(path, mode))
		t.Cleanup(func() { _ = os.Chmod(path, 0o700) })
	}
	notes := &sourcetest.Notices{}
	snap, err := directory.New(root, "storage", directory.Options{}).Snapshot(t.Context(), backup.SnapshotOptions{Report: notes.Report})
	try(t, err)
	defer func() { try(t, snap.Close()) }()
	group, ctx := errgroup.WithContext(t.Context())
	for range 4 { // at once, too
		group.Go(func() error {
			n := 0
			err := snap.Walk(ctx, func(backup.Item) error { n++; return nil })
			if n != 4 {
				t.Errorf("%d entries, want the root, two directories and a file", n)
			}
			return err
		})
	}
	try(t, group.Wait())
	found := notes.All()
	slices.SortFunc(found, func(a, b backup.Notice) int { return strings.Compare(a.Path, b.Path) })
	if len(found) != 2 || found[0].Path != "storage/closed" || found[1].Path != "storage/listed" || !found[0].Lost || !found[1].Lost {
		t.Errorf("notices: %v", found)
	}
}

func TestAnUnreadableFileIsAnErrorOfOpen(t *testing.T) {
	if !sourcetest.Unprivileged(t) {
		return
	}
	root := filepath.Join(t.TempDir(), "s")
	put(t, root, "secret", "x", 0)
	walked(t, root, func(it backup.Item) {
		if it.Open == nil {
			return
		}
		if _, err := it.Open(t.Context()); !errors.Is(err, os.ErrPermission) {
			t.Errorf("Open returned %v", err)
		}
	})
}

func TestARootThatCannotBeReadIsAClearError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	try(t, os.WriteFile(file, nil, 0o600))
	for name, c := range map[string]struct {
		root string
		kind error
		says string
	}{
		"missing": {filepath.Join(t.TempDir(), "no"), errs.ErrNotFound, "STORAGE_PATH"},
		"a file":  {file, errs.ErrInvalid, "STORAGE_PATH"},
	} {
		_, err := directory.New(c.root, "storage", directory.Options{}).Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
		if !errors.Is(err, c.kind) || !strings.Contains(errs.Detail(err), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAClosedRootIsAClearError(t *testing.T) {
	if !sourcetest.Unprivileged(t) {
		return
	}
	for _, mode := range []os.FileMode{0, 0o300, 0o100} {
		root := filepath.Join(t.TempDir(), "s")
		try(t, os.Mkdir(root, 0o700))
		try(t, os.Chmod(root, mode))
		t.Cleanup(func() { _ = os.Chmod(root, 0o700) })
		_, err := directory.New(root, "storage", directory.Options{}).Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
		if !errors.Is(err, errs.ErrUnavailable) || !strings.Contains(errs.Detail(err), "permission") {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}

func TestSalvageOfAMissingRootIsEmpty(t *testing.T) {
	b, err := sourcetest.Take(t.Context(), directory.New(filepath.Join(t.TempDir(), "no"), "storage", directory.Options{}), true)
	try(t, err)
	if len(b.Entries) != 0 || len(b.Notices) != 1 || b.Notices[0].Lost {
		t.Errorf("entries %v, notices %v", b.Entries, b.Notices)
	}
}

func TestStagingOfAKilledRestoreIsRemovedAndNotBackedUp(t *testing.T) {
	root := filepath.Join(t.TempDir(), "s")
	const killed, just, running, ours = ".vertex-backup-20261121-020000-restore-aaaaaa", ".vertex-backup-20261121-020000-restore-bbbbbb",
		".vertex-backup-20261121-020000-restore-cccccc", ".vertex-backup-20261121-020000-restore-dddddd"
	put(t, root, killed+"/vertex-backup-restore", "", 0o600)
	put(t, root, killed+"/1/sub", "x", 0o644)
	put(t, root, "sub/"+killed+"/vertex-backup-restore", "", 0o600) // of a file system that was mounted there
	try(t, os.Mkdir(filepath.Join(root, just), 0o700))
	put(t, root, running+"/vertex-backup-restore", "", 0o600)
	lock, err := os.Open(filepath.Join(root, running, "vertex-backup-restore"))
	try(t, err)
	t.Cleanup(func() { _ = lock.Close() })
	try(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX))
	put(t, root, ours+"/notes", "what somebody keeps under such a name", 0o644)
	put(t, root, ".vertex-backup-mine", "x", 0o644)
	put(t, root, "sub/.vertex-backup-mine", "x", 0o644)
	try(t, os.Chtimes(root, stamp, stamp))
	got, _ := walked(t, root, nil)
	want := []string{"storage", "storage/" + ours, "storage/" + ours + "/notes", "storage/.vertex-backup-mine", "storage/sub", "storage/sub/.vertex-backup-mine"}
	if !slices.Equal(got, want) {
		t.Errorf("walk went %q, want %q", got, want)
	}
	for name, there := range map[string]bool{killed: false, just: false, running: true, ours: true, "sub/" + killed: false} {
		if _, err := os.Lstat(filepath.Join(root, name)); (err == nil) != there {
			t.Errorf("%s: %v", name, err)
		}
	}
	if info, err := os.Stat(root); err != nil || !info.ModTime().Equal(stamp) {
		t.Errorf("the removal changed the directory's time: %v, %v", info.ModTime(), err)
	}
}

func TestWalkStopsAtTheVisitorsError(t *testing.T) {
	root := sample(t)
	snap, err := directory.New(root, "storage", directory.Options{}).Snapshot(t.Context(), backup.SnapshotOptions{Report: func(backup.Notice) {}})
	try(t, err)
	defer func() { try(t, snap.Close()) }()
	stop := errors.New("stop")
	n := 0
	err = snap.Walk(t.Context(), func(backup.Item) error {
		if n++; n == 3 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || n != 3 {
		t.Errorf("after %d visits: %v", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := snap.Walk(ctx, func(backup.Item) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled walk: %v", err)
	}
	for p, err := range snap.References(t.Context()) {
		t.Errorf("a tree names %q, %v", p, err)
	}
}
