package blobtest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/blob"
)

func listIsSortedAndBounded(t *testing.T, s blob.Store) {
	keys := []string{ // in byte order
		"archives-old/1", "archives/20261122-020000-full-aaaaaa/1.tar.zst", "archives/20261122-020000-full-aaaaaa/10.tar.zst",
		"archives/20261122-020000-full-aaaaaa/2.tar.zst", "archives/B", "archives/a", "archives/a-b", "archives/a.b",
		"archives0", "format.json", "manifests/x.jsonl.zst",
	}
	for i := range keys {
		put(t, s, keys[(i*7)%len(keys)], []byte("x"))
	}
	for prefix, want := range map[string][]string{
		"":                 keys,
		"archives/":        keys[1:8],
		"archives/a":       keys[5:8],
		"archives":         keys[:9],
		"archives/2026":    keys[1:4],
		"format.json":      keys[9:10],
		"manifests/x.json": keys[10:],
		"manifests/y":      nil,
		"m":                keys[10:],
	} {
		if diff := cmp.Diff(want, list(t, s, prefix)); diff != "" {
			t.Errorf("List(%q) (-want +got):\n%s", prefix, diff)
		}
	}
	for info, err := range s.List(t.Context(), "format") {
		if err != nil || info.Size != 1 || info.Modified.IsZero() {
			t.Errorf("listed %+v, %v, want size and time", info, err)
		}
	}
}

// many is more than S3 lists or deletes in one request.
const many = 1005

func putMany(t *testing.T, s blob.Store) []string {
	t.Helper()
	keys := make([]string, many)
	next := make(chan string)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for key := range next {
				if err := s.Put(t.Context(), key, stream([]byte(key)), nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range keys {
		keys[i] = fmt.Sprintf("many/%04d", i)
		next <- keys[i]
	}
	close(next)
	wg.Wait()
	return keys
}

func listGoesOnPastOnePage(t *testing.T, s blob.Store) {
	keys := putMany(t, s)
	if diff := cmp.Diff(keys, list(t, s, "many/")); diff != "" {
		t.Errorf("List (-want +got):\n%s", diff)
	}
}

func listMayBeLeftEarly(t *testing.T, s blob.Store) {
	put(t, s, "a", nil)
	put(t, s, "b", nil)
	n := 0
	for _, err := range s.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		n++
		break
	}
	if n != 1 {
		t.Errorf("the loop ran %d times, want 1", n)
	}
}

func deletedIsGoneAndMayComeBack(t *testing.T, s blob.Store) {
	put(t, s, "d/1", []byte("old"))
	if err := s.Delete(t.Context()); err != nil {
		t.Errorf("Delete of nothing = %v", err)
	}
	if err := s.Delete(t.Context(), "d/1", "d/none"); err != nil {
		t.Errorf("Delete = %v; a missing key counts as removed", err)
	}
	wantMissing(t, s, "d/1")
	put(t, s, "d/1", []byte("new"))
	wantContent(t, s, "d/1", []byte("new"))
}

func deleteManyTwice(t *testing.T, s blob.Store) {
	keys := putMany(t, s)
	put(t, s, "other", []byte("stays"))
	for range 2 {
		if err := s.Delete(t.Context(), keys...); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"other"}, list(t, s, "")); diff != "" {
			t.Errorf("left over (-want +got):\n%s", diff)
		}
	}
}
