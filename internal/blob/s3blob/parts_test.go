package s3blob_test

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/blob/s3blob"
)

func TestPartIsReadAsItCame(t *testing.T) {
	t.Parallel()
	const limit = 3 << 20
	for _, size := range []int{0, 1, 1<<20 - 1, 1 << 20, 1<<20 + 1, limit - 1, limit, limit + 1} {
		all := content(size)
		want := all[:min(size, limit)]
		r, err := s3blob.ReadPart(bytes.NewReader(all), limit)
		if err != nil {
			t.Fatal(err)
		}
		if err := iotest.TestReader(r, want); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		if _, err := r.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if _, err := io.Copy(&got, r); err != nil || !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%d bytes: copied %d, %v", size, got.Len(), err)
		}
	}
}

// TestObjectsUpToTwoPartsAreOneRequest looks at objects around the sizes at which
// they take a request more.
func TestObjectsUpToTwoPartsAreOneRequest(t *testing.T) {
	const part = 8 << 20
	for size, want := range map[int]map[string]int{
		2*part - 1: {"PutObject": 1},
		2 * part:   {"HEAD": 1, "CreateMultipartUpload": 1, "UploadPart": 2, "CompleteMultipartUpload": 1},
		2*part + 1: {"HEAD": 1, "CreateMultipartUpload": 1, "UploadPart": 3, "CompleteMultipartUpload": 1},
		3*part + 1: {"HEAD": 1, "CreateMultipartUpload": 1, "UploadPart": 4, "CompleteMultipartUpload": 1},
	} {
		w := &wire{}
		s := openOn(t, w, s3blob.WithConcurrency(2))
		if err := s.Put(t.Context(), "k", bytes.NewReader(content(size)), nil); err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		for _, op := range w.seen {
			got[op]++
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d bytes: requests (-want +got):\n%s", size, diff)
		}
		body, err := s.Get(t.Context(), "k")
		if err != nil {
			t.Fatal(err)
		}
		if all, err := io.ReadAll(body); err != nil || !bytes.Equal(all, content(size)) {
			t.Errorf("%d bytes: read %d, %v", size, len(all), err)
		}
		_ = body.Close()
	}
}
