package directory_test

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source/directory"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

func TestRestoreBringsBackTheWholeTree(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(t *testing.T, root string){
		"unchanged":       func(*testing.T, string) {},
		"scrambled":       scramble,
		"gone":            func(t *testing.T, root string) { t.Helper(); removeAll(t, root) },
		"gone with above": func(t *testing.T, root string) { t.Helper(); removeAll(t, filepath.Dir(root)) },
		"empty": func(t *testing.T, root string) {
			t.Helper()
			removeAll(t, root)
			try(t, os.Mkdir(root, 0o755))
		},
	} {
		for _, compare := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, compare %v", name, compare), func(t *testing.T) {
				t.Parallel()
				root := sample(t)
				b, want := take(t, root), tree(t, root)
				damage(t, root)
				restore(t, b, root, backup.RestoreOptions{Compare: compare})
				same(t, want, root)
				sum := restore(t, b, root, backup.RestoreOptions{Compare: compare})
				if sum.Unchanged != int64(len(b.Entries)) || sum != (backup.PlanSummary{Unchanged: sum.Unchanged}) {
					t.Errorf("the second plan has something to do: %+v", sum)
				}
			})
		}
	}
}

func TestRestoreWorksAsAnOrdinaryUser(t *testing.T) {
	if !sourcetest.Unprivileged(t) {
		return
	}
	root := sample(t)
	put(t, root, "r/o/deep/file", "x", 0o400)
	for _, dir := range []string{"r/o/deep", "r/o", "r"} {
		try(t, os.Chmod(filepath.Join(root, dir), 0o555))
		t.Cleanup(func() { _ = os.Chmod(filepath.Join(root, dir), 0o755) })
	}
	try(t, os.Chmod(root, 0o555))
	t.Cleanup(func() { _ = os.Chmod(root, 0o755) })
	b, want := take(t, root), tree(t, root)

	try(t, os.Chmod(filepath.Join(root, "r/o/deep"), 0o755))
	try(t, os.Remove(filepath.Join(root, "r/o/deep/file")))
	put(t, root, "r/o/deep/extra/x", "x", 0o400)
	for dir, mode := range map[string]os.FileMode{"r/o/deep/extra": 0, "r/o/deep": 0o500, "names": 0o111, "acme/p1": 0o444} {
		try(t, os.Chmod(filepath.Join(root, dir), mode))
	}
	restore(t, b, root, backup.RestoreOptions{})
	same(t, want, root)

	for _, dir := range []string{".", "a-b", "r", "r/o", "r/o/deep"} {
		try(t, os.Chmod(filepath.Join(root, dir), 0o755))
	}
	removeAll(t, root)
	restore(t, b, root, backup.RestoreOptions{})
	same(t, want, root)
}

func TestPlanCountsAndChangesNothing(t *testing.T) {
	root := sample(t)
	b := take(t, root)
	scramble(t, root)
	before := tree(t, root)
	r, err := directory.New(root, "storage", directory.Options{}).Plan(t.Context(), b.All(), backup.RestoreOptions{Operation: operation})
	try(t, err)
	sum := r.Summary()
	try(t, r.Close())
	same(t, before, root)
	// image, marker, a and a-b/x lack their content; link, outside and a-b
	// are made, video, empty, empty/dir and the changed directories touched.
	if sum.WriteFiles != 4 || sum.WriteBytes != int64(len("jpeg"+"fset"+"file a"+"below a-b")) {
		t.Errorf("writes: %+v", sum)
	}
	// a/now, a/now/a, a/now/a/directory, extra, extra/deep, extra/deep/er, extra-, names/outside/passwd
	if sum.Remove != 8 {
		t.Errorf("removes: %+v", sum)
	}
	if sum.RequiredBytes < sum.WriteBytes || sum.Unchanged == 0 || sum.MetadataOnly < 6 {
		t.Errorf("counts: %+v", sum)
	}
}

func TestCopyChangesNothingThatCanBeSeen(t *testing.T) {
	root := sample(t)
	b := take(t, root)
	scramble(t, root)
	before := tree(t, root)
	r, err := directory.New(root, "storage", directory.Options{}).Plan(t.Context(), b.All(), backup.RestoreOptions{Operation: operation})
	try(t, err)
	try(t, r.Copy(t.Context(), b.Fetch, func(int64, int64) {}))
	if got, _ := walked(t, root, nil); slices.ContainsFunc(got, func(p string) bool { return strings.Contains(p, ".vertex-backup") }) {
		t.Error("a backup would hold the staging directory")
	}
	try(t, r.Close())
	try(t, r.Close())
	same(t, before, root)
}

func TestProgressEndsAtThePlansTotals(t *testing.T) {
	root := sample(t)
	b := take(t, root)
	removeAll(t, root)
	r, err := directory.New(root, "storage", directory.Options{Workers: 1}).Plan(t.Context(), b.All(), backup.RestoreOptions{Operation: operation})
	try(t, err)
	var files, bytes int64
	try(t, r.Copy(t.Context(), b.Fetch, func(f, n int64) { files += f; bytes += n }))
	if sum := r.Summary(); files != sum.WriteFiles || bytes != sum.WriteBytes {
		t.Errorf("progress %d files, %d bytes; plan %+v", files, bytes, sum)
	}
	try(t, r.Close())
	if _, err := os.Stat(root); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the missing root was made without a commit: %v", err)
	}
}

func TestCompareFindsChangesThatSizeAndTimeHide(t *testing.T) {
	root := sample(t)
	b, want := take(t, root), tree(t, root)
	put(t, root, "acme/p1/video.mp4", "MPEG", 0o755|os.ModeSetuid) // same size and time
	age(t, root)
	if sum := restore(t, b, root, backup.RestoreOptions{}); sum.WriteFiles != 0 {
		t.Errorf("without compare: %+v", sum)
	}
	if sum := restore(t, b, root, backup.RestoreOptions{Compare: true}); sum.WriteFiles != 1 {
		t.Errorf("with compare: %+v", sum)
	}
	same(t, want, root)
}

func TestCompareDoesNotFetchWhatOnlyLooksChanged(t *testing.T) {
	root := sample(t)
	b, want := take(t, root), tree(t, root)
	try(t, os.Chtimes(filepath.Join(root, "a"), time.Time{}, stamp.Add(time.Hour)))
	if sum := restore(t, b, root, backup.RestoreOptions{Compare: true}); sum.WriteFiles != 0 || sum.MetadataOnly != 1 {
		t.Errorf("%+v", sum)
	}
	same(t, want, root)
}

func TestPathsLimitTheRestoreAndRemoveNothing(t *testing.T) {
	root := sample(t)
	b, want := take(t, root), tree(t, root)
	scramble(t, root)
	broken := tree(t, root)
	restore(t, b, root, backup.RestoreOptions{Paths: []string{"storage/acme/p1/portrait_1", "storage/a"}})
	got := tree(t, root)
	for path := range got {
		switch {
		case path == "a", strings.HasPrefix(path, "acme/p1/portrait_1"):
			if got[path] != want[path] {
				t.Errorf("%s is %s, want it restored", path, got[path])
			}
		case path == ".", path == "acme/p1", path == "acme": // their times may change
		case got[path] != broken[path]:
			t.Errorf("%s was not asked for: %s", path, got[path])
		}
	}
	for path := range broken {
		if _, ok := got[path]; !ok && !strings.HasPrefix(path, "a/") {
			t.Errorf("%s was removed", path)
		}
	}
}

func TestPathsMakeTheDirectoriesAboveThem(t *testing.T) {
	root := sample(t)
	b, want := take(t, root), tree(t, root)
	removeAll(t, root)
	restore(t, b, root, backup.RestoreOptions{Paths: []string{"storage/acme/p1/video.mp4"}})
	got := tree(t, root)
	for _, path := range []string{".", "acme", "acme/p1", "acme/p1/video.mp4"} {
		if got[path] != want[path] {
			t.Errorf("%s is %q, want %q", path, got[path], want[path])
		}
		delete(got, path)
	}
	if len(got) > 0 {
		t.Errorf("more was restored: %v", got)
	}
}

func TestALinkInTheTargetIsReplacedNotFollowed(t *testing.T) {
	for _, paths := range [][]string{nil, {"storage/x/passwd"}} {
		outside := t.TempDir()
		try(t, os.WriteFile(filepath.Join(outside, "passwd"), []byte("precious"), 0o600))
		root := filepath.Join(t.TempDir(), "s")
		put(t, root, "x/passwd", "evil", 0o644)
		put(t, root, "y/passwd", "evil", 0o644)
		b := take(t, root)
		for link, target := range map[string]string{"x": outside, "y": "inside"} {
			try(t, os.RemoveAll(filepath.Join(root, link)))
			try(t, os.Symlink(target, filepath.Join(root, link)))
		}
		put(t, root, "inside/passwd", "precious", 0o600)
		restore(t, b, root, backup.RestoreOptions{Paths: paths})
		if content, _ := os.ReadFile(filepath.Join(outside, "passwd")); string(content) != "precious" {
			t.Errorf("outside was overwritten: %q", content)
		}
		if content, _ := os.ReadFile(filepath.Join(root, "x/passwd")); string(content) != "evil" {
			t.Errorf("x/passwd is %q", content)
		}
		if info, err := os.Lstat(filepath.Join(root, "x")); err != nil || !info.IsDir() {
			t.Errorf("x is %v, %v", info, err)
		}
	}
}

func TestRemovingALinkLeavesItsTarget(t *testing.T) {
	outside := t.TempDir()
	put(t, outside, "precious/x", "x", 0o600)
	root := sample(t)
	b := take(t, root)
	try(t, os.Symlink(filepath.Join(outside, "precious"), filepath.Join(root, "extra")))
	restore(t, b, root, backup.RestoreOptions{})
	if _, err := os.Lstat(filepath.Join(root, "extra")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the link is still there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(outside, "precious/x")); err != nil {
		t.Error(err)
	}
}

func TestTheRootMayBeALink(t *testing.T) {
	root := sample(t)
	link := filepath.Join(t.TempDir(), "link")
	try(t, os.Symlink(root, link))
	b, want := take(t, link), tree(t, root)
	scramble(t, root)
	restore(t, b, link, backup.RestoreOptions{})
	same(t, want, root)
	if target, err := os.Readlink(link); err != nil || target != root {
		t.Errorf("the link to the root is %q, %v", target, err)
	}
}

func TestEntriesThatLeadOutAreRefused(t *testing.T) {
	dir := func(path string) backup.Entry { return backup.Entry{Path: path, Type: backup.TypeDir, Mode: 0o755} }
	file := func(path string) backup.Entry { return backup.Entry{Path: path, Type: backup.TypeFile} }
	for name, entries := range map[string][]backup.Entry{
		"parent":             {dir("storage"), file("storage/../x")},
		"parent as dir":      {dir("storage"), dir("storage/.."), file("storage/../x")},
		"other component":    {dir("storage"), file("storagf/x")},
		"absolute":           {file("/etc/passwd")},
		"dot":                {dir("storage"), file("storage/.")},
		"empty element":      {dir("storage"), file("storage//x")},
		"ends in slash":      {dir("storage"), dir("storage/a/")},
		"NUL":                {dir("storage"), file("storage/a\x00")},
		"below a file":       {dir("storage"), file("storage/a"), file("storage/a/x")},
		"below a link":       {dir("storage"), {Path: "storage/a", Type: backup.TypeSymlink, Link: "/etc"}, file("storage/a/x")},
		"no parent":          {dir("storage"), file("storage/a/x")},
		"root not first":     {file("storage/x")},
		"root not a dir":     {file("storage")},
		"not in order":       {dir("storage"), file("storage/b"), file("storage/a")},
		"twice":              {dir("storage"), file("storage/b"), file("storage/b")},
		"our staging":        {dir("storage"), dir("storage/.vertex-backup-" + string(operation))},
		"of no type":         {dir("storage"), {Path: "storage/x"}},
		"after what is good": {dir("storage"), file("storage/a"), dir("storage/b"), file("storage/b/../../x")},
	} {
		root := sample(t)
		before := tree(t, root)
		b := &sourcetest.Backup{Entries: entries}
		_, err := restoreWith(t.Context(), b, root, backup.RestoreOptions{}, directory.Options{})
		if !errors.Is(err, errs.ErrCorrupt) || errs.Detail(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
		same(t, before, root)
	}
}

func TestAnErrorOfTheEntriesEndsThePlan(t *testing.T) {
	root := sample(t)
	before := tree(t, root)
	broken := errors.New("broken manifest")
	var entries iter.Seq2[backup.Entry, error] = func(yield func(backup.Entry, error) bool) {
		if yield(backup.Entry{Path: "storage", Type: backup.TypeDir, Mode: 0o755}, nil) {
			yield(backup.Entry{}, broken)
		}
	}
	_, err := directory.New(root, "storage", directory.Options{}).Plan(t.Context(), entries, backup.RestoreOptions{Operation: operation})
	if !errors.Is(err, broken) {
		t.Errorf("plan: %v", err)
	}
	same(t, before, root)
}

func TestABackupWithoutEntriesChangesNothing(t *testing.T) {
	root := sample(t)
	before := tree(t, root)
	if sum := restore(t, &sourcetest.Backup{}, root, backup.RestoreOptions{}); sum != (backup.PlanSummary{}) {
		t.Errorf("%+v", sum)
	}
	same(t, before, root)
}

func TestOperationsThatAreNoNamesAreRefused(t *testing.T) {
	for _, op := range []backup.ID{"", "../x", "a/b", "A", "-x", "."} {
		_, err := directory.New(t.TempDir(), "storage", directory.Options{}).Plan(t.Context(), (&sourcetest.Backup{}).All(), backup.RestoreOptions{Operation: op})
		if !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("%q: %v", op, err)
		}
	}
}

func TestDamagedContentEndsTheRestoreBeforeAnythingChanges(t *testing.T) {
	for name, damage := range map[string]func(b *sourcetest.Backup, e backup.Entry){
		"refused by fetch": func(b *sourcetest.Backup, e backup.Entry) { delete(b.Content, e.SHA256) },
		"too short":        func(b *sourcetest.Backup, e backup.Entry) { b.Content[e.SHA256] = []byte("x") },
		"too long":         func(b *sourcetest.Backup, e backup.Entry) { b.Content[e.SHA256] = make([]byte, 100) },
	} {
		root := sample(t)
		b := take(t, root)
		for _, e := range b.Entries {
			if e.Path == "storage/acme/p1/portrait_1/image.jpg" {
				damage(b, e)
			}
		}
		scramble(t, root)
		before := tree(t, root)
		_, err := restoreWith(t.Context(), b, root, backup.RestoreOptions{}, directory.Options{})
		if !errors.Is(err, errs.ErrCorrupt) || !strings.Contains(err.Error(), "image.jpg") {
			t.Errorf("%s: %v", name, err)
		}
		same(t, before, root)
	}
}

func TestCommitNeedsACopy(t *testing.T) {
	root := sample(t)
	b := take(t, root)
	scramble(t, root)
	r, err := directory.New(root, "storage", directory.Options{}).Plan(t.Context(), b.All(), backup.RestoreOptions{Operation: operation})
	try(t, err)
	defer func() { try(t, r.Close()) }()
	if err := r.Commit(t.Context()); !errors.Is(err, errs.ErrInvalid) {
		t.Errorf("commit: %v", err)
	}
}

func TestOnlyANewCopyIsLeftToTheSystemToWrite(t *testing.T) {
	b := take(t, sample(t))
	for _, tc := range []struct {
		name        string
		isCopy, old bool
		flushed     bool
	}{
		{"installation", false, false, true},
		{"installation that is there", false, true, true},
		{"copy", true, false, false},
		{"copy over what is there", true, true, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			root := filepath.Join(t.TempDir(), "storage")
			if tc.old {
				try(t, os.Mkdir(root, 0o750))
			}
			flushed := false
			fault := func(op, _ string) error {
				flushed = flushed || op == "sync"
				return nil
			}
			_, err := restoreWith(t.Context(), b, root, backup.RestoreOptions{}, directory.Options{Copy: tc.isCopy, Fault: fault})
			if err != nil || flushed != tc.flushed {
				t.Errorf("flushed: %v, %v", flushed, err)
			}
		})
	}
}

func TestHardLinksBecomeFilesWithTheirOwnMetadata(t *testing.T) {
	root := filepath.Join(t.TempDir(), "s")
	put(t, root, "one", "same", 0o644)
	put(t, root, "two", "same", 0o600)
	try(t, os.Chtimes(filepath.Join(root, "two"), time.Time{}, stamp.Add(time.Hour)))
	b, want := take(t, root), tree(t, root)
	try(t, os.Remove(filepath.Join(root, "two")))
	try(t, os.Link(filepath.Join(root, "one"), filepath.Join(root, "two")))
	outside := filepath.Join(t.TempDir(), "outside")
	try(t, os.Link(filepath.Join(root, "one"), outside))
	for _, compare := range []bool{true, false} {
		restore(t, b, root, backup.RestoreOptions{Compare: compare})
		same(t, want, root)
	}
	if info, err := os.Stat(outside); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the name outside changed: %v, %v", info, err)
	}
}

func TestSparseFilesKeepTheirContent(t *testing.T) {
	root := filepath.Join(t.TempDir(), "s")
	put(t, root, "sparse", "start", 0o644)
	try(t, os.Truncate(filepath.Join(root, "sparse"), 5<<20))
	age(t, root)
	b, want := take(t, root), tree(t, root)
	removeAll(t, root)
	restore(t, b, root, backup.RestoreOptions{})
	same(t, want, root)
}

func TestLeftoversOfAKilledRestoreAreRemoved(t *testing.T) {
	root := sample(t)
	b, want := take(t, root), tree(t, root)
	put(t, root, ".vertex-backup-20261121-020000-restore-aaaaaa/1", "x", 0o644)
	put(t, root, ".vertex-backup-20261121-020000-restore-aaaaaa/vertex-backup-restore", "", 0o600)
	scramble(t, root)
	restore(t, b, root, backup.RestoreOptions{})
	same(t, want, root)
}

func TestRandomTreesAreRestoredOverEachOther(t *testing.T) {
	t.Parallel()
	for seed := range uint64(15) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			root := wide(t, seed, 150)
			b, want := take(t, root), tree(t, root)
			other := wide(t, seed+1000, 150)
			restore(t, b, other, backup.RestoreOptions{Compare: true})
			same(t, want, other)
		})
	}
}

func TestTwentyThousandFiles(t *testing.T) {
	root := filepath.Join(memory(t), "s")
	for i := range 20_000 {
		rel := fmt.Sprintf("c%d/p%d/portrait_%d.jpg", i%7, i%97, i)
		path := filepath.Join(root, rel)
		if i < 700 {
			try(t, os.MkdirAll(filepath.Dir(path), 0o755))
		}
		try(t, os.WriteFile(path, []byte(rel), 0o644))
	}
	b, want := take(t, root), tree(t, root)
	for i := 0; i < 20_000; i += 2 {
		try(t, os.Remove(filepath.Join(root, fmt.Sprintf("c%d/p%d/portrait_%d.jpg", i%7, i%97, i))))
	}
	put(t, root, "c1/extra", "x", 0o644)
	if sum := restore(t, b, root, backup.RestoreOptions{}); sum.WriteFiles != 10_000 || sum.Remove != 1 {
		t.Errorf("%+v", sum)
	}
	same(t, want, root)
}

func TestSpaceIsThatOfTheNearestParent(t *testing.T) {
	dir := t.TempDir()
	for _, root := range []string{dir, filepath.Join(dir, "not/there/yet")} {
		n, err := directory.New(root, "storage", directory.Options{}).Space(t.Context())
		if err != nil || n <= 0 {
			t.Errorf("%s: %d, %v", root, n, err)
		}
	}
}
