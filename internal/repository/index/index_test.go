package index_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/index"
)

// newIndex returns an index and checks that it leaves no files behind.
func newIndex(tb testing.TB) *index.Index {
	tb.Helper()
	dir := tb.TempDir()
	x, err := index.New(dir)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := x.Close(); err != nil {
			tb.Error(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			tb.Errorf("%v, %v are left behind", left, err)
		}
	})
	return x
}

func sumOf(i int) [32]byte { return sha256.Sum256(binary.AppendVarint(nil, int64(i))) }

// extentsOf returns extents that only the i-th content has.
func extentsOf(i int) []backup.Extent {
	var all []backup.Extent
	for n := range 1 + i%3 {
		all = append(all, backup.Extent{Archive: fmt.Sprintf("archive %d", i%7), Offset: int64(i) << 30, Length: int64(n), Start: 1, Size: int64(i)})
	}
	return all
}

func find(tb testing.TB, x *index.Index, sum [32]byte) []backup.Extent {
	tb.Helper()
	extents, err := x.Find(sum)
	if err != nil {
		tb.Fatal(err)
	}
	return extents
}

func TestIndexFindsWhatWasAdded(t *testing.T) {
	t.Parallel()
	const n = 20_000 // the table grows several times
	x := newIndex(t)
	for i := range n {
		if err := x.Add(sumOf(i), extentsOf(i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		if diff := cmp.Diff(extentsOf(i), find(t, x, sumOf(i))); diff != "" {
			t.Fatalf("content %d (-want +got):\n%s", i, diff)
		}
		if got := find(t, x, sumOf(n+i)); got != nil {
			t.Fatalf("content %d was not added and is at %v", n+i, got)
		}
	}
}

func TestFirstPlaceOfAContentStays(t *testing.T) {
	t.Parallel()
	x := newIndex(t)
	for i := range 3 {
		if err := x.Add(sumOf(1), extentsOf(i+1)); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(extentsOf(1), find(t, x, sumOf(1))); diff != "" {
		t.Error(diff)
	}
}

// TestHashesThatBeginAlikeAreToldApart gives all contents the same slot and tag.
func TestHashesThatBeginAlikeAreToldApart(t *testing.T) {
	t.Parallel()
	x := newIndex(t)
	alike := func(i byte) (sum [32]byte) { sum[31] = i; return sum }
	for i := range byte(100) {
		if err := x.Add(alike(i), extentsOf(int(i))); err != nil {
			t.Fatal(err)
		}
	}
	for i := range byte(100) {
		if diff := cmp.Diff(extentsOf(int(i)), find(t, x, alike(i))); diff != "" {
			t.Errorf("content %d (-want +got):\n%s", i, diff)
		}
	}
	if got := find(t, x, alike(100)); got != nil {
		t.Errorf("content that was not added is at %v", got)
	}
}

func TestManyGoroutinesShareAnIndex(t *testing.T) {
	t.Parallel()
	x := newIndex(t)
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range 3000 {
				if err := x.Add(sumOf(i), extentsOf(i)); err != nil {
					t.Error(err)
				}
				if got, err := x.Find(sumOf((i * (g + 1)) % (i + 1))); err != nil || got == nil {
					t.Errorf("content %d: %v, %v", i, got, err)
				}
			}
		})
	}
	all.Wait()
}

func TestMissingDirectoryIsAnError(t *testing.T) {
	t.Parallel()
	if x, err := index.New(t.TempDir() + "/none"); err == nil {
		t.Errorf("%v without a directory", x)
	}
}

// The heap is everybody's, so this test is not parallel.
func TestMemoryDoesNotGrowWithTheNumberOfContents(t *testing.T) { //nolint:paralleltest // see above
	x := newIndex(t)
	add := func(from, to int) uint64 {
		for i := from; i < to; i++ {
			if err := x.Add(sumOf(i), extentsOf(i)); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	few, many := add(0, 1000), add(1000, 50_000)
	if many > few+1<<20 {
		t.Errorf("the heap grew from %d to %d bytes", few, many)
	}
}

func TestSizesForgetNone(t *testing.T) {
	t.Parallel()
	var s index.Sizes
	for i := range int64(20_000) {
		s.Add(i * i)
	}
	wrong := 0
	for i := range int64(20_000) {
		if !s.Has(i * i) {
			t.Fatalf("size %d is forgotten", i*i)
		}
		if s.Has(-1 - i) {
			wrong++
		}
	}
	if wrong > 200 {
		t.Errorf("%d of 20000 sizes are taken for others", wrong)
	}
	if new(index.Sizes).Has(0) {
		t.Error("the empty set has size 0")
	}
}

// FuzzIndex adds contents with any first bytes and compares with a map.
func FuzzIndex(f *testing.F) {
	f.Add([]byte("\x00\x00\x01\x02\x01\x03\x00\x04"))
	f.Add(bytes.Repeat([]byte("abcdefg"), 50))
	f.Fuzz(func(t *testing.T, steps []byte) {
		x := newIndex(t)
		want := map[[32]byte][]backup.Extent{}
		for i := 0; i+1 < len(steps); i += 2 {
			var sum [32]byte
			sum[0], sum[9] = steps[i]&3, steps[i+1]
			if err := x.Add(sum, extentsOf(i)); err != nil {
				t.Fatal(err)
			}
			if _, known := want[sum]; !known {
				want[sum] = extentsOf(i)
			}
		}
		for sum, extents := range want {
			if diff := cmp.Diff(extents, find(t, x, sum)); diff != "" {
				t.Errorf("%x (-want +got):\n%s", sum, diff)
			}
		}
	})
}

func BenchmarkIndex(b *testing.B) {
	x := newIndex(b)
	extents := extentsOf(0)
	i := 0
	for b.Loop() {
		if err := x.Add(sumOf(i), extents); err != nil {
			b.Fatal(err)
		}
		if _, err := x.Find(sumOf(i)); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
