package repository_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/faultblob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository"
)

// opening returns an item of size bytes that opens to r or err.
func opening(path string, size int64, r io.Reader, err error) backup.Item {
	it := file(path, nil)
	it.Size = size
	it.Open = func(context.Context) (io.ReadCloser, error) {
		if err != nil {
			return nil, err
		}
		return io.NopCloser(r), nil
	}
	return it
}

func TestTroubleWithSingleFilesIsReported(t *testing.T) {
	t.Parallel()
	gone := &fs.PathError{Op: "open", Path: "/srv/secret", Err: fs.ErrNotExist}
	denied := &fs.PathError{Op: "open", Path: "/srv/secret", Err: fs.ErrPermission}
	bad := &fs.PathError{Op: "read", Path: "/srv/secret", Err: errors.New("input/output error")}
	old := file("i-old", []byte("old"))
	old.ModTime = time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)
	items := []backup.Item{
		file("a", []byte("good")),
		opening("b-vanished", 10, nil, gone),
		opening("c-denied", 10, nil, denied),
		opening("d-broken", 10, io.MultiReader(strings.NewReader("12345"), iotest.ErrReader(bad)), nil),
		opening("e-broken-late", 20<<20, io.MultiReader(strings.NewReader(strings.Repeat("x", 9<<20)), iotest.ErrReader(bad)), nil),
		opening("f-explained", 10, nil, errs.New(errs.ErrUnavailable, "The disk is away.")),
		opening("g-shrunk", 10, strings.NewReader("12345"), nil),
		file(strings.Repeat("h", 40_000), []byte("long")),
		old,
		file("z", []byte("good")),
	}
	var seen notices
	r := newRepository(t, newMem())
	if _, _, err := tryStore(t.Context(), r, testID, backup.WriteOptions{Report: seen.add}, items...); err != nil {
		t.Fatal(err)
	}
	want := []backup.Notice{
		{Path: "b-vanished", Text: "vanished before it could be read"},
		{Path: "c-denied", Text: "could not be read: permission denied", Lost: true},
		{Path: "d-broken", Text: "could not be read: input/output error", Lost: true},
		{Path: "e-broken-late", Text: "could not be read: input/output error", Lost: true},
		{Path: "f-explained", Text: "could not be read: The disk is away.", Lost: true},
		{Path: strings.Repeat("h", 40_000), Text: "cannot be kept: its path has 40000 bytes", Lost: true},
		{Path: "i-old", Text: "has a time outside the years 1 to 9999, which was not kept"},
	}
	slices.SortFunc(seen.list, func(a, b backup.Notice) int { return strings.Compare(a.Path, b.Path) })
	if diff := cmp.Diff(want, seen.list); diff != "" {
		t.Errorf("notices differ (-want +got):\n%.3000s", diff)
	}
	shrunk := file("g-shrunk", []byte("12345"))
	old.ModTime = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	checkStored(t, open(t, r, testID), []backup.Item{items[0], shrunk, old, items[9]})
}

func TestProgressAddsUpToTheContent(t *testing.T) {
	t.Parallel()
	var files, bytes int64
	opt := backup.WriteOptions{Progress: func(f, b int64) { files, bytes = files+f, bytes+b }}
	r := newRepository(t, newMem())
	items := sorted(dir("a"), file("a/1", text(9<<20)), file("a/2", noise(1, 100)), link("b", "a"), file("c", nil))
	if _, _, err := tryStore(t.Context(), r, testID, opt, items...); err != nil {
		t.Fatal(err)
	}
	if files != 3 || bytes != 9<<20+100 {
		t.Errorf("progress is %d files, %d bytes", files, bytes)
	}
}

func TestFinishCountsWhatWasStored(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	w, err := newRepository(t, blobs).Begin(t.Context(), newBackup(testID), backup.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for i := range 10 {
		if err := w.Add(t.Context(), file(fmt.Sprint("storage/", i), noise(byte(i), 500_000))); err != nil {
			t.Fatal(err)
		}
	}
	got, err := w.Finish(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var size int64
	for key, content := range blobs.Contents() {
		if strings.HasPrefix(key, "archives/"+string(testID)+"/") {
			size += int64(len(content))
		} else if key != "format.json" {
			t.Errorf("before Commit there is an object %q", key)
		}
	}
	amounts := []backup.Amount{{Component: backup.ComponentStorage, Files: 10, Bytes: 5_000_000}}
	if d := cmp.Diff(backup.Stored{Files: 10, LogicalSize: 5_000_000, Amounts: amounts, StoredSize: size}, got); d != "" {
		t.Error(d)
	}
}

func TestItemsOutOfOrderEndTheBackup(t *testing.T) {
	t.Parallel()
	_, _, err := tryStore(t.Context(), newRepository(t, newMem()), testID, backup.WriteOptions{}, file("b", nil), file("a", nil))
	if !errors.Is(err, errs.ErrInvalid) {
		t.Errorf("%v, want ErrInvalid", err)
	}
}

func TestOnlyOneBackupOfAnIDIsCommitted(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newRepository(t, blobs)
	store(t, r, testID)
	before := blobs.Contents()
	_, _, err := tryStore(t.Context(), r, testID, backup.WriteOptions{Report: func(backup.Notice) {}})
	if err != nil {
		t.Errorf("the same manifest again: %v", err)
	}
	_, _, err = tryStore(t.Context(), r, testID, backup.WriteOptions{}, file("a", []byte("other")))
	if !errors.Is(err, errs.ErrConflict) || errs.Detail(err) == "" {
		t.Errorf("another manifest: %v, want ErrConflict with a detail", err)
	}
	if after := blobs.Contents(); !cmp.Equal(before["manifests/"+string(testID)+".jsonl.zst"], after["manifests/"+string(testID)+".jsonl.zst"]) {
		t.Error("the first manifest was changed")
	}
}

func TestAbortLeavesNoBackup(t *testing.T) {
	t.Parallel()
	r := newRepository(t, newMem())
	w, err := r.Begin(t.Context(), newBackup(testID), backup.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add(t.Context(), file("a", noise(1, 3<<20))); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	w.Abort()
	if err := w.Add(t.Context(), file("b", nil)); err == nil {
		t.Error("Add after Abort succeeds")
	}
	if _, _, err := w.Commit(t.Context(), finished(newBackup(testID))); err == nil {
		t.Error("Commit after Abort succeeds")
	}
	if _, err := r.Committed(t.Context(), testID); !errors.Is(err, errs.ErrNotFound) {
		t.Errorf("committed: %v, want ErrNotFound", err)
	}
}

func TestCancelledContextEndsTheBackup(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := newRepository(t, newMem())
	stuck := opening("a", 1<<40, readerFunc(func(b []byte) (int, error) {
		cancel()
		return len(b), nil
	}), nil)
	_, _, err := tryStore(ctx, r, testID, backup.WriteOptions{}, stuck, file("b", nil))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want Canceled", err)
	}
}

type readerFunc func(b []byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// TestCommitKnowsWhetherItTookEffect loses the answer to the manifest's Put.
func TestCommitKnowsWhetherItTookEffect(t *testing.T) {
	t.Parallel()
	for when, committed := range map[faultblob.When]bool{faultblob.Before: false, faultblob.Middle: false, faultblob.After: true} {
		blobs := faultblob.New(newMem())
		r := newRepository(t, blobs)
		w, err := r.Begin(t.Context(), newBackup(testID), backup.WriteOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		if _, err := w.Finish(t.Context()); err != nil {
			t.Fatal(err)
		}
		blobs.Inject(faultblob.Fault{Call: 1, Ops: faultblob.Put, When: when})
		checksum, _, err := w.Commit(t.Context(), finished(newBackup(testID)))
		if (err == nil) != committed || err != nil && !errors.Is(err, errs.ErrUnavailable) {
			t.Errorf("fault %d: %v", when, err)
		}
		b, err := r.Committed(t.Context(), testID)
		if (err == nil) != committed || b.Checksum != checksum {
			t.Errorf("fault %d: committed with %q: %v, want %q", when, b.Checksum, err, checksum)
		}
	}
}

// TestFaultsNeverLeaveHalfABackup fails every call to the store, in every way,
// and checks what is there afterwards; then it tries again with another id.
func TestFaultsNeverLeaveHalfABackup(t *testing.T) {
	t.Parallel()
	items := []backup.Item{file("a", noise(1, 700_000)), file("b", noise(2, 700_000)), file("c", noise(3, 3<<20)), file("d", text(10))}
	for _, when := range []faultblob.When{faultblob.Before, faultblob.Middle, faultblob.After} {
		for call := 1; ; call++ {
			mem := newMem()
			blobs := faultblob.New(mem)
			r := newRepository(t, blobs)
			blobs.Inject(faultblob.Fault{Call: call, When: when, Pass: 1000})
			_, _, err := tryStore(t.Context(), r, testID, backup.WriteOptions{}, items...)
			fired := blobs.Fired()
			blobs.Inject(faultblob.Fault{})
			_, missing := r.Committed(t.Context(), testID)
			if (err == nil) != (missing == nil) {
				t.Errorf("call %d, fault %d: the answer is %v, what is there %v", call, when, err, missing)
			}
			if err != nil && !errors.Is(err, errs.ErrUnavailable) {
				t.Errorf("call %d, fault %d: %v, want ErrUnavailable", call, when, err)
			}
			if missing == nil {
				checkStored(t, open(t, r, testID), items)
			}
			store(t, r, otherID, items...)
			checkStored(t, open(t, r, otherID), items)
			if !fired {
				break
			}
		}
	}
}

func TestNewerRepositoryIsRefused(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newRepository(t, blobs)
	store(t, r, testID)
	blobs.Change("format.json", func([]byte) []byte { return []byte(`{"version":2,"more":true}`) })
	before := blobs.Contents()
	_, err := r.Begin(t.Context(), newBackup(otherID), backup.WriteOptions{})
	if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), "Update") {
		t.Errorf("begin: %v, want ErrInvalid with advice", err)
	}
	if _, err := r.Remove(t.Context(), testID); !errors.Is(err, errs.ErrInvalid) {
		t.Errorf("remove: %v, want ErrInvalid", err)
	}
	if diff := cmp.Diff(before, blobs.Contents()); diff != "" {
		t.Error("the repository was changed")
	}
	blobs.Change("format.json", func([]byte) []byte { return []byte(`{"ver`) })
	if _, err := r.Begin(t.Context(), newBackup(otherID), backup.WriteOptions{}); !errors.Is(err, errs.ErrCorrupt) {
		t.Errorf("begin in a damaged repository: %v, want ErrCorrupt", err)
	}
}

func TestManyWritersShareARepository(t *testing.T) {
	t.Parallel()
	r := newRepositoryOf(t, newMem(), repository.Options{Workers: 1, ArchiveSize: 1 << 20})
	var writers sync.WaitGroup
	for seed := range byte(4) {
		writers.Go(func() {
			id := testID[:len(testID)-1] + backup.ID('2'+rune(seed))
			items := []backup.Item{file("a", noise(seed, 100_000))}
			if _, _, err := tryStore(t.Context(), r, id, backup.WriteOptions{}, items...); err != nil {
				t.Errorf("%s: %v", id, err)
				return
			}
			checkStored(t, open(t, r, id), items)
		})
	}
	writers.Wait()
}
