package repository_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/faultblob"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

const (
	manifestKey  = "manifests/" + string(testID) + ".jsonl.zst"
	otherKey     = "manifests/" + string(otherID) + ".jsonl.zst"
	firstArchive = "archives/" + string(testID) + "/000001.tar.zst"
	otherArchive = "archives/" + string(otherID) + "/000001.tar.zst"
)

// damageItems lie in one archive in this order; the second needs two frames.
func damageItems() []backup.Item {
	return []backup.Item{
		dir("d"), file("d/a", noise(1, 100_000)), file("d/b", noise(2, 9<<20)), file("d/c", text(50_000)), link("d/l", "a"),
		file("d/\n", nil),
	}
}

// newDamaged returns a repository with two backups, and their checksums, to be damaged.
func newDamaged(t *testing.T) (*memblob.Store, *repository.Repository, string) {
	t.Helper()
	blobs := newMem()
	r := newRepositoryOf(t, blobs, repository.Options{Workers: 1, ArchiveSize: 16 << 20})
	checksum, _ := store(t, r, testID, sorted(damageItems()...)...)
	store(t, r, otherID, file("d/a", noise(1, 100_001)), file("d/c", noise(4, 50_000)))
	return blobs, r, checksum
}

// extentsOf returns where a file's content lies.
func extentsOf(t *testing.T, r *repository.Repository, path string) []backup.Extent {
	t.Helper()
	for _, e := range entries(t, open(t, r, testID)) {
		if e.Path == path {
			return e.Extents
		}
	}
	t.Fatalf("no entry %q", path)
	return nil
}

// unreadable returns the paths whose content cannot be fetched, and checks how that is said.
func unreadable(t *testing.T, m backup.Reader) []string {
	t.Helper()
	var paths []string
	for _, e := range entries(t, m) {
		if e.Type != backup.TypeFile {
			continue
		}
		err := m.Fetch(t.Context(), e, io.Discard)
		if err == nil {
			continue
		}
		if !errors.Is(err, errs.ErrCorrupt) || errors.Is(err, errs.ErrNotFound) || !strings.Contains(errs.Detail(err), fmt.Sprintf("%q", e.Path)) {
			t.Errorf("%q: %v, want ErrCorrupt that names the file", e.Path, err)
		}
		paths = append(paths, e.Path)
	}
	return paths
}

// TestDamagedArchivesAreFoundAndFilesNamed damages an archive in many ways.
// Fetch fails for exactly the files that are damaged; verify finds the archive
// and names the same files.
func TestDamagedArchivesAreFoundAndFilesNamed(t *testing.T) {
	t.Parallel()
	blobs, r, _ := newDamaged(t)
	b := extentsOf(t, r, "d/b")
	all := []string{"d/a", "d/b", "d/c"}
	for what, c := range map[string]struct {
		damage  func(*memblob.Store)
		lost    []string
		shallow []string // what a shallow verification names
		blind   bool     // a shallow verification finds nothing
	}{
		"bit in the first frame of d/b": {
			damage: func(s *memblob.Store) { s.FlipBit(firstArchive, int(b[0].Offset)+1000) },
			lost:   []string{"d/b"}, blind: true,
		},
		"bit in the second frame of d/b": {
			damage: func(s *memblob.Store) { s.FlipBit(firstArchive, int(b[1].Offset)+1000) },
			lost:   []string{"d/b"}, blind: true,
		},
		"bit in the end of the tar file": {damage: func(s *memblob.Store) { s.FlipBit(firstArchive, -1) }, blind: true},
		"end of the tar file cut off":    {damage: func(s *memblob.Store) { s.Truncate(firstArchive, 5) }},
		"cut off in d/b": {
			damage: func(s *memblob.Store) {
				s.Change(firstArchive, func(c []byte) []byte { return c[:b[1].Offset+5] })
			},
			lost: []string{"d/b", "d/c"}, shallow: []string{"d/b", "d/c"},
		},
		"something added": {
			damage: func(s *memblob.Store) {
				s.Change(firstArchive, func(c []byte) []byte { return append(c, 0) })
			},
		},
		"empty":   {damage: func(s *memblob.Store) { s.Change(firstArchive, func([]byte) []byte { return nil }) }, lost: all, shallow: all},
		"missing": {damage: func(s *memblob.Store) { remove(t, s, firstArchive) }, lost: all, shallow: all},
		"swapped with another": {
			damage: func(s *memblob.Store) { s.Swap(firstArchive, otherArchive) },
			lost:   all, shallow: []string{"d/b", "d/c"},
		},
		"zeros": {damage: func(s *memblob.Store) { s.Change(firstArchive, func(c []byte) []byte { clear(c); return c }) }, lost: all, blind: true},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			damaged := blobs.Clone()
			c.damage(damaged)
			r := newRepository(t, damaged)
			if diff := cmp.Diff(c.lost, unreadable(t, open(t, r, testID))); diff != "" {
				t.Errorf("unreadable files differ (-want +got):\n%s", diff)
			}
			deep := verify(t, r, "", true)
			checkReport(t, "deep", deep, false, 1, c.lost)
			count := int64(1)
			if c.blind {
				count = 0
			}
			checkReport(t, "shallow", verify(t, r, "", false), c.blind, count, c.shallow)
		})
	}
}

// TestEachArchiveIsJudgedForItself damages any of three archives in any ways at
// once: two are read side by side, the third alone.
func TestEachArchiveIsJudgedForItself(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newRepositoryOf(t, blobs, repository.Options{ArchiveSize: 64 << 10})
	paths := []string{"a", "b", "c"}
	store(t, r, testID, file("a", noise(1, 300_000)), file("b", noise(2, 200_000)), file("c", noise(3, 400_000)))
	whole := verify(t, r, "", true)
	const cut = 1000
	ways := []struct {
		why   string // as the report has it; "" is no damage
		read  int64  // bytes fewer
		apply func(s *memblob.Store, key string)
	}{
		{apply: func(*memblob.Store, string) {}},
		{why: "changed", apply: func(s *memblob.Store, key string) { s.FlipBit(key, 100_000) }},
		{why: "bytes instead of", read: cut, apply: func(s *memblob.Store, key string) { s.Truncate(key, cut) }},
		{why: "missing", apply: func(s *memblob.Store, key string) { remove(t, s, key) }},
	}
	for n := range len(ways) * len(ways) * len(ways) {
		damaged := blobs.Clone()
		var lost, why []string
		read := whole.FileSize
		for i, path := range paths {
			way := ways[[]int{n / 16, n / 4 % 4, n % 4}[i]]
			way.apply(damaged, "archives/"+extentsOf(t, r, path)[0].Archive)
			read -= way.read
			if way.why != "" {
				lost, why = append(lost, path), append(why, way.why)
			}
		}
		var bytes, objects int64
		got, err := newRepository(t, damaged).Verify(t.Context(), testID, "", backup.VerifyOptions{
			Deep: true, Progress: func(o, b int64) { objects += o; bytes += b },
		})
		if err != nil {
			t.Fatal(err)
		}
		checkReport(t, fmt.Sprintf("%q damaged: %q", lost, why), got, len(lost) == 0, int64(len(lost)), lost)
		if got.Archives != 3 || objects != 3 || bytes != read {
			t.Errorf("%q damaged: %q: %d archives, progress of %d and of %d bytes, want 3 and %d", lost, why, got.Archives, objects, bytes, read)
		}
		for _, w := range why {
			if !slices.ContainsFunc(got.DamagedArchives, func(s string) bool { return strings.Contains(s, w) }) {
				t.Errorf("%q damaged: %q, want %q", lost, got.DamagedArchives, why)
			}
		}
	}
}

func remove(t *testing.T, s *memblob.Store, key string) {
	t.Helper()
	if err := s.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
}

func verify(t *testing.T, r *repository.Repository, checksum string, deep bool) backup.VerifyReport {
	t.Helper()
	var bytes int64
	report, err := r.Verify(t.Context(), testID, checksum, backup.VerifyOptions{Deep: deep, Progress: func(_, b int64) { bytes += b }})
	if err != nil {
		t.Fatal(err)
	}
	if report.Valid && bytes != report.FileSize {
		t.Errorf("progress of %d bytes, the backup has %d", bytes, report.FileSize)
	}
	return report
}

func checkReport(t *testing.T, what string, got backup.VerifyReport, valid bool, archives int64, files []string) {
	t.Helper()
	if got.Valid != valid || (got.Error == "") != valid || got.DamagedArchiveCount != archives || int64(len(got.DamagedArchives)) != archives ||
		!slices.Equal(got.DamagedFiles, files) || got.DamagedFileCount != int64(len(files)) {
		t.Errorf("%s: %+v, want %d archives, files %q", what, got, archives, files)
	}
}

func TestGoodBackupIsValid(t *testing.T) {
	t.Parallel()
	blobs, r, checksum := newDamaged(t)
	size := int64(len(blobs.Contents()[manifestKey]) + len(blobs.Contents()[firstArchive]))
	want := backup.VerifyReport{Valid: true, Checksum: checksum, FileSize: size, Archives: 1, Entries: 6, Signature: backup.Signature{State: backup.Unsigned}}
	want.BytesRead = int64(len(blobs.Contents()[manifestKey]))
	if diff := cmp.Diff(want, verify(t, r, checksum, false)); diff != "" {
		t.Errorf("shallow report differs (-want +got):\n%s", diff)
	}
	want.Deep, want.Decoded, want.BytesRead = true, true, size
	if diff := cmp.Diff(want, verify(t, r, checksum, true)); diff != "" {
		t.Errorf("deep report differs (-want +got):\n%s", diff)
	}
}

// TestDamagedManifestIsRefused damages a manifest in many ways.
func TestDamagedManifestIsRefused(t *testing.T) {
	t.Parallel()
	blobs, _, checksum := newDamaged(t)
	for what, damage := range map[string]func(*memblob.Store){
		"bit in the header":  func(s *memblob.Store) { s.FlipBit(manifestKey, 50) },
		"bit in the entries": func(s *memblob.Store) { s.FlipBit(manifestKey, 400) },
		"bit in the trailer": func(s *memblob.Store) { s.FlipBit(manifestKey, -100) },
		"bit in the footer":  func(s *memblob.Store) { s.FlipBit(manifestKey, -1) },
		"cut off":            func(s *memblob.Store) { s.Truncate(manifestKey, 100) },
		"empty":              func(s *memblob.Store) { s.Change(manifestKey, func([]byte) []byte { return nil }) },
		"another backup's":   func(s *memblob.Store) { s.Swap(manifestKey, otherKey) },
		"an archive":         func(s *memblob.Store) { s.Swap(manifestKey, firstArchive) },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			damaged := blobs.Clone()
			damage(damaged)
			r := newRepository(t, damaged)
			for _, sum := range []string{"", checksum} {
				if _, err := r.Open(t.Context(), testID, sum); !errors.Is(err, errs.ErrCorrupt) || !strings.Contains(errs.Detail(err), string(testID)) {
					t.Errorf("open with checksum %q: %v, want ErrCorrupt that names the backup", sum, err)
				}
				report := verify(t, r, sum, true)
				if report.Valid || report.Error == "" || report.Checksum == checksum || report.Checksum == "" {
					t.Errorf("verify with checksum %q: %+v", sum, report)
				}
			}
		})
	}
}

// TestOlderManifestIsRefused puts back a good manifest of the same backup.
func TestOlderManifestIsRefused(t *testing.T) {
	t.Parallel()
	blobs, r, checksum := newDamaged(t)
	again := newMem()
	store(t, newRepository(t, again), testID, file("d/a", nil))
	blobs.Change(manifestKey, func([]byte) []byte { return again.Contents()[manifestKey] })
	if _, err := r.Open(t.Context(), testID, checksum); !errors.Is(err, errs.ErrCorrupt) {
		t.Errorf("open: %v, want ErrCorrupt", err)
	}
	if report := verify(t, r, checksum, false); report.Valid {
		t.Errorf("verify: %+v", report)
	}
}

func TestMissingManifestIsNotFound(t *testing.T) {
	t.Parallel()
	r := newRepository(t, newMem())
	if _, err := r.Open(t.Context(), testID, ""); !errors.Is(err, errs.ErrNotFound) || errs.Detail(err) == "" {
		t.Errorf("open: %v, want ErrNotFound with a detail", err)
	}
	if _, err := r.Committed(t.Context(), testID); !errors.Is(err, errs.ErrNotFound) || errs.Detail(err) == "" {
		t.Errorf("committed: %v, want ErrNotFound with a detail", err)
	}
	if report := verify(t, r, "", true); report.Valid || report.Error == "" {
		t.Errorf("verify: %+v", report)
	}
}

func TestNewerManifestAsksForAnUpdate(t *testing.T) {
	t.Parallel()
	blobs, r, _ := newDamaged(t)
	blobs.Change(manifestKey, func([]byte) []byte {
		return frame.AppendRaw(nil, []byte(`{"format":"vertex-ar-backup/manifest","version":3}`+"\n"))
	})
	_, open := r.Open(t.Context(), testID, "")
	_, verify := r.Verify(t.Context(), testID, "", backup.VerifyOptions{})
	_, committed := r.Committed(t.Context(), testID)
	_, removed := r.Remove(t.Context(), otherID) // who knows what the newer one needs
	_, _, created := tryStore(t.Context(), r, "20261122-120000-full-aaaaa4", backup.WriteOptions{Base: backup.Base{ID: testID}}, file("a", []byte("a")))
	for what, err := range map[string]error{"open": open, "verify": verify, "committed": committed, "remove": removed, "create": created} {
		if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), "Update") {
			t.Errorf("%s: %v, want ErrInvalid with advice", what, err)
		}
	}
}

// TestExtentsThatLeadElsewhereAreCorrupt fetches entries that no manifest would have.
func TestExtentsThatLeadElsewhereAreCorrupt(t *testing.T) {
	t.Parallel()
	_, r, _ := newDamaged(t)
	m := open(t, r, testID)
	for what, f := range map[string]func(x *backup.Extent){
		"offset past the end": func(x *backup.Extent) { x.Offset = 1 << 40 },
		"negative offset":     func(x *backup.Extent) { x.Offset = -1 },
		"length past the end": func(x *backup.Extent) { x.Length = 9 << 20 },
		"no length":           func(x *backup.Extent) { x.Length = 0 },
		"other archive":       func(x *backup.Extent) { x.Archive = string(otherID) + "/000001.tar.zst" },
		"no such archive":     func(x *backup.Extent) { x.Archive = string(otherID) + "/000009.tar.zst" },
		"start past the end":  func(x *backup.Extent) { x.Start = 8 << 20 },
	} {
		for _, e := range entries(t, m) {
			if e.Path != "d/a" {
				continue
			}
			f(&e.Extents[0])
			if err := m.Fetch(t.Context(), e, io.Discard); !errors.Is(err, errs.ErrCorrupt) {
				t.Errorf("%s: %v, want ErrCorrupt", what, err)
			}
		}
	}
}

// TestStoreThatIsAwayIsNotDamage fails every call of verify, open, fetch and committed.
func TestStoreThatIsAwayIsNotDamage(t *testing.T) {
	t.Parallel()
	mem, _, checksum := newDamaged(t)
	blobs := faultblob.New(mem)
	r := newRepository(t, blobs)
	for what, f := range map[string]func(ctx context.Context) error{
		"deep": func(ctx context.Context) error {
			_, err := r.Verify(ctx, testID, checksum, backup.VerifyOptions{Deep: true})
			return err
		},
		"shallow": func(ctx context.Context) error {
			_, err := r.Verify(ctx, testID, checksum, backup.VerifyOptions{})
			return err
		},
		"committed": func(ctx context.Context) error {
			_, err := r.Committed(ctx, testID)
			return err
		},
		"read": func(ctx context.Context) error { return readAll(ctx, r) },
	} {
		for _, when := range []faultblob.When{faultblob.Before, faultblob.Middle} {
			for call := 1; ; call++ {
				blobs.Inject(faultblob.Fault{Call: call, When: when, Pass: 10, Stays: true})
				err := f(t.Context())
				if !blobs.Fired() {
					if err != nil {
						t.Errorf("%s without a fault: %v", what, err)
					}
					break
				}
				if !errors.Is(err, errs.ErrUnavailable) || errors.Is(err, errs.ErrCorrupt) {
					t.Errorf("%s, call %d: %v, want ErrUnavailable", what, call, err)
				}
			}
		}
	}
}

// readAll reads every file of the test's backup.
func readAll(ctx context.Context, r *repository.Repository) error {
	m, err := r.Open(ctx, testID, "")
	if err != nil {
		return err
	}
	for e, err2 := range m.Entries() {
		if err = err2; err == nil && e.Type == backup.TypeFile {
			err = m.Fetch(ctx, e, io.Discard)
		}
		if err != nil {
			break
		}
	}
	return errors.Join(err, m.Close())
}

func TestReportNamesOnlySoManyFiles(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newRepositoryOf(t, blobs, repository.Options{Workers: 2})
	var items []backup.Item
	for i := range 2500 {
		items = append(items, file(fmt.Sprintf("f%04d", i), []byte{1}))
	}
	store(t, r, testID, items...)
	for key := range blobs.Contents() {
		if strings.HasPrefix(key, "archives/") {
			remove(t, blobs, key)
		}
	}
	report := verify(t, r, "", true)
	if report.DamagedFileCount != 2500 || len(report.DamagedFiles) != 1000 || report.DamagedFiles[999] != "f0999" {
		t.Errorf("%d files, %d named", report.DamagedFileCount, len(report.DamagedFiles))
	}
}
