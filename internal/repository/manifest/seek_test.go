package manifest_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// several has so many entries that they fill several frames, and one with so many
// extents that these fill frames of their own.
func several() []backup.Entry {
	var all []backup.Entry
	for i := range 12_000 {
		all = append(all, newFile(fmt.Sprintf("storage/company-%02d/portrait-%05d/image.jpg", i/1000, i), int64(i+1)))
	}
	large := newFile("storage/company-05/portrait-05500/large", 0)
	large.Extents = nil
	for range 40_000 {
		large.Extents = append(large.Extents, extent(two, 7))
		large.Size += 7
	}
	last := large
	last.Path = "storage/z"
	all = append(append(all, large, last), odd()[:7]...)
	slices.SortFunc(all, func(a, b backup.Entry) int { return strings.Compare(a.Path, b.Path) })
	return all
}

func newSeeker(t *testing.T, entries []backup.Entry) *manifest.Seeker {
	t.Helper()
	whole := write(t, entries...)
	s, err := manifest.NewSeeker(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSeekerFindsWhatAReaderReads(t *testing.T) {
	t.Parallel()
	entries := several()
	s := newSeeker(t, entries)
	random := rand.New(rand.NewPCG(1, 2))
	paths := []string{"", "a", "storage", "storage/", "storage/company-05/portrait-05500/large", "storage/z", "\xff", "\xff\xff"}
	for range 200 {
		paths = append(paths, entries[random.IntN(len(entries))].Path)
	}
	for i, from := range paths {
		to := paths[(i+7)%len(paths)]
		want := slices.DeleteFunc(slices.Clone(entries), func(e backup.Entry) bool { return e.Path < from || to != "" && e.Path >= to })
		got := 0
		for e, err := range s.Between(from, to, nil) {
			if err != nil {
				t.Fatal(err)
			}
			if got == len(want) || e.Path != want[got].Path || len(e.Extents) != len(want[got].Extents) {
				t.Fatalf("between %q and %q: entry %d is %q", from, to, got, e.Path)
			}
			if got++; got == 300 {
				break // those that follow were compared from elsewhere
			}
		}
		if got != min(300, len(want)) {
			t.Errorf("between %q and %q: %d entries, want %d", from, to, got, len(want))
		}
	}
}

func TestSeekerGivesWholeEntries(t *testing.T) {
	t.Parallel()
	s := newSeeker(t, odd())
	var got []backup.Entry
	for e, err := range s.Between("", "", nil) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e)
	}
	if diff := cmp.Diff(odd(), got); diff != "" {
		t.Error(diff)
	}
}

func TestSeekerAsksForEveryPathOnceInOrder(t *testing.T) {
	t.Parallel()
	s := newSeeker(t, several())
	var asked []string
	for e, err := range s.Between("storage/company-05", "storage/company-06", func(path string) bool {
		asked = append(asked, path)
		return strings.HasSuffix(path, "large")
	}) {
		if err != nil || e.Path != "storage/company-05/portrait-05500/large" || len(e.Extents) != 40_000 {
			t.Errorf("%q with %d extents, %v", e.Path, len(e.Extents), err)
		}
	}
	if len(asked) != 1001 || !slices.IsSorted(asked) {
		t.Errorf("asked for %d paths", len(asked))
	}
}

func TestSeekerOfAnEmptyManifestFindsNothing(t *testing.T) {
	t.Parallel()
	for e, err := range newSeeker(t, nil).Between("", "", nil) {
		t.Errorf("%q, %v", e.Path, err)
	}
}

// TestSeekerSeesDamage: what it yields is what was written, whatever happened to the bytes.
func TestSeekerSeesDamage(t *testing.T) {
	t.Parallel()
	entries := several()
	whole := write(t, entries...)
	for at := 1; at < len(whole); at += len(whole) / 29 {
		broken := bytes.Clone(whole)
		broken[at] ^= 4
		s, err := manifest.NewSeeker(bytes.NewReader(broken), int64(len(broken)))
		if err == nil {
			i := 0
			var e backup.Entry
			for e, err = range s.Between("", "", nil) {
				if want := entries[min(i, len(entries)-1)]; err == nil && (e.Path != want.Path || e.Size != want.Size || len(e.Extents) != len(want.Extents)) {
					t.Fatalf("byte %d: entry %d is %q", at, i, e.Path)
				}
				i++
			}
		}
		if err != nil && !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("byte %d: %v", at, err)
		}
	}
	for _, length := range []int{0, 1, 100, len(whole) / 2} {
		if s, err := manifest.NewSeeker(bytes.NewReader(whole[:length]), int64(length)); err == nil || !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("of %d bytes: %v, %v", length, s, err)
		}
	}
}
