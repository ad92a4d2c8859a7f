package repository_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// expected reports whether an error says that what was read is not right.
func expected(err error) bool {
	return errors.Is(err, errs.ErrCorrupt) || errors.Is(err, errs.ErrInvalid)
}

// FuzzFormat reads any format.json: whatever it says, nothing is written where
// it cannot be understood.
func FuzzFormat(f *testing.F) {
	for _, text := range []string{`{"version":1}`, `{"version":2}`, `{"version":-1}`, `{"version":1e99}`, `[]`, "", `{"version":1}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		blobs := newMem()
		if err := blobs.Put(t.Context(), "format.json", strings.NewReader(text), nil); err != nil {
			t.Fatal(err)
		}
		r := newRepository(t, blobs)
		w, err := r.Begin(t.Context(), newBackup(testID), backup.WriteOptions{})
		if err == nil {
			w.Abort()
			return
		}
		if !expected(err) || errs.Detail(err) == "" {
			t.Errorf("%q: %v, want ErrCorrupt or ErrInvalid with a detail", text, err)
		}
		if n := len(blobs.Contents()); n != 1 {
			t.Errorf("%d objects", n)
		}
	})
}

// FuzzExtents fetches a file whose content is said to lie anywhere in any
// archive. What comes out without an error has the size and the hash that the
// entry says, and nothing ever comes out but so many bytes.
func FuzzExtents(f *testing.F) {
	whole := newMem()
	r, err := repository.New(whole, repository.Options{Scratch: f.TempDir(), Workers: 1, AnyPlace: true})
	if err != nil {
		f.Fatal(err)
	}
	store(f, r, testID, file("a", []byte("content")), file("b", noise(1, 20_000)))
	content := whole.Contents()[firstArchive]
	good := entries(f, open(f, r, testID))
	for _, e := range good {
		x := e.Extents[0]
		f.Add(content, x.Offset, x.Length, x.Start, x.Size, e.SHA256[:])
	}
	f.Add(content, int64(0), int64(1<<40), int64(0), int64(8<<20), []byte{})
	f.Add(content[:100], int64(-1), int64(9<<20), int64(1<<62), int64(1<<62), []byte{})
	f.Fuzz(func(t *testing.T, content []byte, offset, length, start, size int64, sum []byte) {
		e := file("a", nil).Entry
		e.Size = size
		copy(e.SHA256[:], sum)
		e.Extents = []backup.Extent{{Archive: string(testID) + "/000001.tar.zst", Offset: offset, Length: length, Start: start, Size: size}}
		m, ok := manifestOf(t, e, content)
		if !ok {
			return // no manifest holds such an entry
		}
		blobs := newMem()
		for key, object := range map[string][]byte{manifestKey: m, firstArchive: content} {
			if err := blobs.Put(t.Context(), key, bytes.NewReader(object), nil); err != nil {
				t.Fatal(err)
			}
		}
		reader := open(t, newRepository(t, blobs), testID)
		got, n := sha256.New(), counter(0)
		err := reader.Fetch(t.Context(), e, io.MultiWriter(got, &n))
		if int64(n) > size || err == nil && (int64(n) != size || [32]byte(got.Sum(nil)) != e.SHA256) {
			t.Errorf("%d bytes of %d, %v", n, size, err)
		}
		if err != nil && !expected(err) {
			t.Errorf("%v, want ErrCorrupt", err)
		}
	})
}

// manifestOf writes a manifest with one entry that names one archive.
func manifestOf(t *testing.T, e backup.Entry, archive []byte) ([]byte, bool) {
	t.Helper()
	var out bytes.Buffer
	w, err := manifest.NewWriter(&out, manifest.Header{Version: manifest.Version, ID: testID, Kind: backup.KindFull, CreatedAt: noon})
	if err != nil {
		t.Fatal(err)
	}
	if w.Write(e) != nil {
		return nil, false
	}
	a := manifest.Archive{Name: string(testID) + "/000001.tar.zst", Size: int64(len(archive)), SHA256: sha256.Sum256(archive)}
	err = w.Close(finished(newBackup(testID)), []manifest.Archive{a})
	return out.Bytes(), err == nil
}
