package repository_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/repository"
)

// forgetful keeps everything but the content of archives.
type forgetful struct{ *memblob.Store }

func (s forgetful) Put(ctx context.Context, key string, r io.Reader, metadata map[string]string) error {
	if strings.HasSuffix(key, ".tar.zst") {
		_, err := io.Copy(io.Discard, r)
		return err
	}
	return s.Store.Put(ctx, key, r, metadata)
}

// lister is forgetful and knows what it has forgotten.
type lister struct {
	forgetful

	forgotten *[]blob.Info
}

func (s lister) Put(ctx context.Context, key string, r io.Reader, metadata map[string]string) error {
	var size counter
	err := s.forgetful.Put(ctx, key, io.TeeReader(r, &size), metadata)
	*s.forgotten = append(*s.forgotten, blob.Info{Key: key, Size: int64(size)})
	return err
}

func (s lister) List(context.Context, string) iter.Seq2[blob.Info, error] {
	return func(yield func(blob.Info, error) bool) {
		for _, info := range *s.forgotten {
			if !yield(info, nil) {
				return
			}
		}
	}
}

type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// heap remembers the most memory that was in use, after collecting garbage.
type heap struct{ base, most uint64 }

func newHeap() *heap {
	h := new(heap)
	h.sample()
	h.base, h.most = h.most, 0
	return h
}

func (h *heap) sample() {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	h.most = max(h.most, m.HeapAlloc)
}

func (h *heap) check(t *testing.T, limit int64) {
	t.Helper()
	if grown := int64(h.most) - int64(h.base); grown > limit {
		t.Errorf("the heap grew by %d bytes, want at most %d", grown, limit)
	}
}

// endless yields the same bytes over and over, and samples the heap meanwhile.
type endless struct {
	block  []byte
	heap   *heap
	passed int
}

func (r *endless) Read(b []byte) (int, error) {
	n := copy(b, r.block[r.passed%len(r.block):])
	if r.passed>>26 != (r.passed+n)>>26 {
		r.heap.sample()
	}
	r.passed += n
	return n, nil
}

// Memory tests are not parallel: the heap is everybody's.
func TestMemoryDoesNotGrowWithTheSizeOfAFile(t *testing.T) { //nolint:paralleltest // see above
	size := int64(1 << 30)
	if testing.Short() {
		size = 1 << 28
	}
	r := newRepositoryOf(t, forgetful{newMem()}, repository.Options{Workers: 2})
	h := newHeap()
	store(t, r, testID, opening("large", size, &endless{block: noise(1, 1<<20), heap: h}, nil))
	h.check(t, 40<<20)
}

// TestMemoryDoesNotGrowWithTheSizeOfADatabase compares a large database with an
// earlier backup: pages here and there have changed.
func TestMemoryDoesNotGrowWithTheSizeOfADatabase(t *testing.T) { //nolint:paralleltest // see above
	size := int64(1 << 30)
	if testing.Short() {
		size = 1 << 28
	}
	r := newRepositoryOf(t, lister{forgetful{newMem()}, new([]blob.Info)}, repository.Options{Workers: 2})
	h := newHeap()
	block := noise(1, 1<<20)
	for i, id := range []backup.ID{testID, otherID} {
		it := opening(backup.DatabasePath, size, nil, nil)
		it.Reread, it.ByPages = true, true
		it.Open = func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(&endless{block: changed(block, byte(i), 100, 101, 200), heap: h}), nil
		}
		if _, _, err := tryStore(t.Context(), r, id, on(testID), it); err != nil {
			t.Fatal(err)
		}
	}
	if e := databaseOf(t, r, otherID); len(archivesIn(e)) != 2 {
		t.Errorf("no delta was made: the database lies in %q", archivesIn(e))
	}
	h.check(t, 120<<20)
}

func TestMemoryDoesNotGrowWithTheNumberOfEntries(t *testing.T) { //nolint:paralleltest // see above
	n := 200_000
	if testing.Short() {
		n = 20_000
	}
	r := newRepositoryOf(t, forgetful{newMem()}, repository.Options{Workers: 2})
	h := newHeap()
	w, err := r.Begin(t.Context(), newBackup(testID), backup.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for i := range n {
		if err := w.Add(t.Context(), file(fmt.Sprintf("storage/portrait_%07d.jpg", i), []byte("x"))); err != nil {
			t.Fatal(err)
		}
		if i%(n/8) == 0 {
			h.sample()
		}
	}
	if _, err := w.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.sample()
	if _, _, err := w.Commit(t.Context(), finished(newBackup(testID))); err != nil {
		t.Fatal(err)
	}
	h.check(t, 40<<20)

	h = newHeap() // the manifest itself lies in the test's store by now
	i := 0
	for _, err := range open(t, r, testID).Entries() {
		if err != nil {
			t.Fatal(err)
		}
		if i++; i%(n/4) == 0 {
			h.sample()
		}
	}
	h.check(t, 20<<20)
}
