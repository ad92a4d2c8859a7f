package repository_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository"
)

// unchanged backs up n small files of old times, and calls each after each.
func unchanged(tb testing.TB, r *repository.Repository, id backup.ID, opt backup.WriteOptions, n int, each func(i int)) {
	tb.Helper()
	w, err := r.Begin(tb.Context(), newBackup(id), opt)
	if err != nil {
		tb.Fatal(err)
	}
	defer w.Abort()
	it := file("", []byte("x"))
	it.ModTime = noon.Add(-time.Hour)
	for i := range n {
		it.Path = fmt.Sprintf("storage/company/project/portrait_%08d/video.mp4", i)
		if err := w.Add(tb.Context(), it); err != nil {
			tb.Fatal(err)
		}
		each(i)
	}
	if _, err := w.Finish(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	if _, _, err := w.Commit(tb.Context(), finished(newBackup(id))); err != nil {
		tb.Fatal(err)
	}
}

// peak returns the most memory that planning n unchanged files needs.
func peak(t *testing.T, n int) uint64 {
	t.Helper()
	r := newRepositoryOf(t, newMem(), repository.Options{Workers: 2})
	unchanged(t, r, testID, backup.WriteOptions{}, n, func(int) {})
	h := newHeap()
	unchanged(t, r, otherID, on(testID), n, func(i int) {
		if i%(n/8) == 0 {
			h.sample()
		}
	})
	return h.most - h.base
}

// Memory tests are not parallel: the heap is everybody's.
func TestMemoryDoesNotGrowWithTheNumberOfUnchangedFiles(t *testing.T) { //nolint:paralleltest // see above
	n := 200_000
	if testing.Short() {
		n = 20_000
	}
	few, many := peak(t, n), peak(t, 2*n)
	if many > few+few/4+4<<20 {
		t.Errorf("%d files need %d bytes, twice as many %d", n, few, many)
	}
}

// BenchmarkUnchanged merge-joins a million files with their base.
func BenchmarkUnchanged(b *testing.B) {
	const n = 1_000_000
	r := newRepositoryOf(b, newMem(), repository.Options{})
	unchanged(b, r, testID, backup.WriteOptions{}, n, func(int) {})
	b.ReportAllocs()
	for b.Loop() {
		unchanged(b, r, otherID, on(testID), n, func(int) {})
		if _, err := r.Remove(b.Context(), otherID); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/file")
}
