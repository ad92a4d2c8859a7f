package blobtest

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

// Run tests the store that open returns. open is called once a subtest and
// returns an empty store.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	t.Helper()
	for _, tt := range []struct {
		name string
		test func(t *testing.T, s blob.Store)
	}{
		{"ContentComesBack", contentComesBack},
		{"LargeStreamComesBack", largeStreamComesBack},
		{"MetadataComesBack", metadataComesBack},
		{"MissingIsNotFound", missingIsNotFound},
		{"RangesAreExact", rangesAreExact},
		{"RangesOutsideAreCorrupt", rangesOutsideAreCorrupt},
		{"SecondPutConflicts", secondPutConflicts},
		{"SecondLargePutConflicts", secondLargePutConflicts},
		{"OneOfManyPutsWins", oneOfManyPutsWins},
		{"OneOfManyLargePutsWins", oneOfManyLargePutsWins},
		{"FailingReaderLeavesNothing", failingReaderLeavesNothing},
		{"CancelledPutLeavesNothing", cancelledPutLeavesNothing},
		{"CancelledPutReleasesBothSidesOfAPipe", cancelReleasesPipe},
		{"FailedPutReleasesThePipesWriter", failureReleasesPipe},
		{"CancelledReadFails", cancelledReadFails},
		{"ListIsSortedAndBounded", listIsSortedAndBounded},
		{"ListGoesOnPastOnePage", listGoesOnPastOnePage},
		{"ListMayBeLeftEarly", listMayBeLeftEarly},
		{"DeletedIsGoneAndMayComeBack", deletedIsGoneAndMayComeBack},
		{"DeleteManyTwice", deleteManyTwice},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.test(t, open(t)) })
	}
}

// large is more than two parts of any multipart upload.
const large = 40<<20 + 12345

// pattern returns n random bytes, always the same for a seed.
func pattern(n int, seed byte) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b) // never fails
	return b
}

// stream hides everything but Read, so the length stays unknown.
func stream(b []byte) io.Reader { return struct{ io.Reader }{bytes.NewReader(b)} }

func put(t *testing.T, s blob.Store, key string, content []byte) {
	t.Helper()
	if err := s.Put(t.Context(), key, stream(content), nil); err != nil {
		t.Fatal(err)
	}
}

// wantContent compares without printing megabytes.
func wantContent(t *testing.T, s blob.Store, key string, want []byte) {
	t.Helper()
	rc, err := s.Get(t.Context(), key)
	if err != nil {
		t.Errorf("Get: %v", err)
		return
	}
	wantBytes(t, "Get "+key, rc, want)
}

func wantBytes(t *testing.T, what string, rc io.ReadCloser, want []byte) {
	t.Helper()
	defer func() {
		if err := rc.Close(); err != nil {
			t.Errorf("%s: Close: %v", what, err)
		}
	}()
	got, err := io.ReadAll(rc)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s = %d bytes, %v; want the %d that were put", what, len(got), err, len(want))
	}
}

func wantMissing(t *testing.T, s blob.Store, key string) {
	t.Helper()
	if _, err := s.Head(t.Context(), key); !errors.Is(err, errs.ErrNotFound) {
		t.Errorf("Head(%s) = %v, want ErrNotFound", key, err)
	}
	if keys := list(t, s, ""); len(keys) > 0 {
		t.Errorf("the store has %v, want nothing", keys)
	}
}

func list(t *testing.T, s blob.Store, prefix string) []string {
	t.Helper()
	var keys []string
	for info, err := range s.List(t.Context(), prefix) {
		if err != nil {
			t.Fatalf("List(%q): %v", prefix, err)
		}
		keys = append(keys, info.Key)
	}
	return keys
}

func contentComesBack(t *testing.T, s blob.Store) {
	for name, content := range map[string][]byte{
		"empty": {}, "one": {0}, "zeros": make([]byte, 100_000), "text": []byte("line\r\nline\x00\xff"), "noise": pattern(1<<20, 1),
	} {
		put(t, s, "content/"+name, content)
		wantContent(t, s, "content/"+name, content)
		if info, err := s.Head(t.Context(), "content/"+name); err != nil || info.Size != int64(len(content)) || info.Modified.IsZero() {
			t.Errorf("Head(%s) = %+v, %v, want %d bytes", name, info, err, len(content))
		}
	}
}

func largeStreamComesBack(t *testing.T, s blob.Store) {
	content := pattern(large, 2)
	r := iotest.HalfReader(bytes.NewReader(content)) // short reads must not make short parts
	if err := s.Put(t.Context(), "large", r, map[string]string{"kind": "full"}); err != nil {
		t.Fatal(err)
	}
	wantContent(t, s, "large", content)
	info, err := s.Head(t.Context(), "large")
	if err != nil || info.Size != large || info.Metadata["kind"] != "full" {
		t.Errorf("Head = %+v, %v, want %d bytes of kind full", info, err, large)
	}
	rc, err := s.GetRange(t.Context(), "large", 16<<20-100, 200)
	if err != nil {
		t.Fatal(err)
	}
	wantBytes(t, "GetRange over a part's end", rc, content[16<<20-100:16<<20+100])
}

func metadataComesBack(t *testing.T, s blob.Store) {
	want := map[string]string{"sha256": "ab12", "note-2": "plain ASCII, with = and spaces"}
	if err := s.Put(t.Context(), "m", stream([]byte("x")), want); err != nil {
		t.Fatal(err)
	}
	info, err := s.Head(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, info.Metadata); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
	put(t, s, "none", nil)
	if info, err := s.Head(t.Context(), "none"); err != nil || len(info.Metadata) > 0 {
		t.Errorf("metadata of an object without = %v, %v", info.Metadata, err)
	}
}

func missingIsNotFound(t *testing.T, s blob.Store) {
	ctx := t.Context()
	_, err := s.Get(ctx, "none")
	_, rangeErr := s.GetRange(ctx, "none/here", 0, 1)
	_, headErr := s.Head(ctx, "none")
	for what, err := range map[string]error{"Get": err, "GetRange": rangeErr, "Head": headErr} {
		if !errors.Is(err, errs.ErrNotFound) {
			t.Errorf("%s = %v, want ErrNotFound", what, err)
		}
	}
	if keys := list(t, s, "none"); len(keys) > 0 {
		t.Errorf("List = %v, want none", keys)
	}
}

func rangesAreExact(t *testing.T, s blob.Store) {
	content := pattern(10_000, 3)
	put(t, s, "r", content)
	for _, span := range [][2]int64{{0, 1}, {0, 10_000}, {9_999, 1}, {1, 9_998}, {4_096, 4_096}} {
		rc, err := s.GetRange(t.Context(), "r", span[0], span[1])
		if err != nil {
			t.Errorf("GetRange(%v): %v", span, err)
			continue
		}
		wantBytes(t, "GetRange", rc, content[span[0]:span[0]+span[1]])
	}
}

func rangesOutsideAreCorrupt(t *testing.T, s blob.Store) {
	put(t, s, "r", []byte("0123456789"))
	put(t, s, "empty", nil)
	for _, tt := range []struct {
		key            string
		offset, length int64
	}{{"r", 10, 1}, {"r", 9, 2}, {"r", 0, 11}, {"r", 1000, 5}, {"r", -1, 3}, {"r", 3, 0}, {"empty", 0, 1}, {"r", 1, 1<<63 - 1}} {
		rc, err := s.GetRange(t.Context(), tt.key, tt.offset, tt.length)
		if !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("GetRange(%s, %d, %d) = %v, want ErrCorrupt", tt.key, tt.offset, tt.length, err)
		}
		if rc != nil {
			_ = rc.Close()
		}
	}
}
