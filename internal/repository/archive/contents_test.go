package archive_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/archive"
)

// shelf holds archives and counts requests and what is read of them.
type shelf struct {
	archives map[string][]byte
	wait     chan struct{} // if not nil, requests wait for it
	breaks   int64         // if not 0, an answer ends in an error after so many bytes
	hangs    int64         // if not 0, an answer stops after so many bytes

	mu       sync.Mutex
	requests int
	bytes    int64
}

// counted counts what is read of an archive.
type counted struct {
	io.Reader

	shelf *shelf
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.shelf.mu.Lock()
	defer c.shelf.mu.Unlock()
	c.shelf.bytes += int64(n)
	return n, err
}

func (s *shelf) open(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	if s.wait != nil {
		select {
		case <-s.wait:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	whole := s.archives[name]
	if offset < 0 || length < 1 || offset+length > int64(len(whole)) {
		return nil, fmt.Errorf("range: %w", errs.ErrCorrupt)
	}
	body := io.Reader(bytes.NewReader(whole[offset:][:length]))
	if s.breaks > 0 && length > s.breaks {
		body = io.MultiReader(io.LimitReader(body, s.breaks), iotest.ErrReader(errs.ErrUnavailable))
	}
	if s.hangs > 0 && length > s.hangs {
		body = io.MultiReader(io.LimitReader(body, s.hangs), hanging{ctx})
	}
	return io.NopCloser(counted{body, s}), nil
}

// hanging yields nothing until its context ends.
type hanging struct {
	ctx context.Context //nolint:containedctx // of the request
}

func (h hanging) Read([]byte) (int, error) {
	<-h.ctx.Done()
	return 0, context.Cause(h.ctx)
}

// contents returns a reader of the shelf's archives as they should be.
func (s *shelf) contents(tb testing.TB) *archive.Contents {
	tb.Helper()
	source, err := archive.NewSource(s.open)
	if err != nil {
		tb.Fatal(err)
	}
	c := source.Contents(func(name string) int64 { return int64(len(s.archives[name])) })
	tb.Cleanup(c.Close)
	return c
}

// smallFiles makes an archive of n files and returns them in order.
func smallFiles(tb testing.TB, n int) (whole []byte, files []backup.Entry, want [][]byte) {
	tb.Helper()
	content := noise(n + 4000)
	var members []member
	for i := range n {
		want = append(want, content[i:][:4000])
		members = append(members, member{fileEntry(fmt.Sprintf("%06d", i), 4000), bytes.NewReader(want[i])})
	}
	whole, placed, _ := write(tb, members...)
	for _, m := range members {
		files = append(files, placed[m.Path])
	}
	return whole, files, want
}

func TestManySmallFilesTakeFewRequests(t *testing.T) {
	t.Parallel()
	whole, files, want := smallFiles(t, 3000)
	s := &shelf{archives: map[string][]byte{name: whole}}
	c := s.contents(t)
	for i, e := range files {
		var got bytes.Buffer
		if err := c.WriteTo(t.Context(), e, &got); err != nil || !bytes.Equal(got.Bytes(), want[i]) {
			t.Fatalf("%q: %d bytes, %v", e.Path, got.Len(), err)
		}
	}
	c.Close()
	if s.requests > 5 || s.bytes > int64(len(whole))+1<<20 {
		t.Errorf("%d requests for %d bytes of an archive of %d", s.requests, s.bytes, len(whole))
	}
}

// TestArchivesAfterAWholeOneTakeOneRequest reads several archives, each but for its
// first file, which is read last.
func TestArchivesAfterAWholeOneTakeOneRequest(t *testing.T) {
	t.Parallel()
	whole, files, want := smallFiles(t, 1500)
	s := &shelf{archives: map[string][]byte{"a": whole, "b": whole, "c": whole, "d": whole}}
	c := s.contents(t)
	for _, other := range []string{"a", "b", "c", "d"} {
		for i := range files {
			i = (i + 1) % len(files)
			e := files[i]
			e.Extents = slices.Clone(e.Extents)
			for k := range e.Extents {
				e.Extents[k].Archive = other
			}
			var got bytes.Buffer
			if err := c.WriteTo(t.Context(), e, &got); err != nil || !bytes.Equal(got.Bytes(), want[i]) {
				t.Fatalf("%s, %q: %d bytes, %v", other, e.Path, got.Len(), err)
			}
		}
	}
	c.Close()
	// The first takes four as its windows grow, and one for its first file, which comes late.
	if s.requests > 5+3 || s.bytes > 5*int64(len(whole)) {
		t.Errorf("%d requests for %d bytes of 4 archives of %d", s.requests, s.bytes, len(whole))
	}
}

func TestABrokenStreamLosesNothing(t *testing.T) {
	t.Parallel()
	whole, files, want := smallFiles(t, 3000)
	s := &shelf{archives: map[string][]byte{name: whole}, breaks: 5 << 20}
	c := s.contents(t)
	for i, e := range files {
		var got bytes.Buffer
		if err := c.WriteTo(t.Context(), e, &got); err != nil || !bytes.Equal(got.Bytes(), want[i]) {
			t.Fatalf("%q: %d bytes, %v", e.Path, got.Len(), err)
		}
	}
}

func TestCloseDoesNotWaitForAStreamThatHangs(t *testing.T) {
	t.Parallel()
	whole, files, _ := smallFiles(t, 3000)
	s := &shelf{archives: map[string][]byte{name: whole}, hangs: 5 << 20}
	c := s.contents(t)
	ctx, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	var err error
	for _, e := range files {
		wait := time.AfterFunc(time.Second, giveUp) // it hangs
		if err = c.WriteTo(ctx, e, io.Discard); err != nil {
			break
		}
		wait.Stop()
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("reading from a stream that hangs = %v", err)
	}
	c.Close()
}

func TestManySmallFilesAtOnceAreReadOnce(t *testing.T) {
	t.Parallel()
	whole, files, want := smallFiles(t, 3000)
	s := &shelf{archives: map[string][]byte{name: whole}}
	c := s.contents(t)
	next := make(chan int)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range next {
				var got bytes.Buffer
				if err := c.WriteTo(t.Context(), files[i], &got); err != nil || !bytes.Equal(got.Bytes(), want[i]) {
					t.Errorf("%q: %d bytes, %v", files[i].Path, got.Len(), err)
				}
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	group.Wait()
	c.Close()
	if s.requests > 60 || s.bytes > int64(len(whole))*5/4 {
		t.Errorf("%d requests for %d bytes of an archive of %d", s.requests, s.bytes, len(whole))
	}
}

func TestOneSmallFileCostsNoMoreThanItself(t *testing.T) {
	t.Parallel()
	whole, files, _ := smallFiles(t, 100)
	s := &shelf{archives: map[string][]byte{name: whole}}
	c := s.contents(t)
	if err := c.WriteTo(t.Context(), files[50], io.Discard); err != nil {
		t.Fatal(err)
	}
	c.Close()
	if want := files[50].Extents[0].Length; s.requests != 1 || s.bytes != want {
		t.Errorf("%d requests for %d bytes, want one for %d", s.requests, s.bytes, want)
	}
}

func TestWhatComesBeforeTheDamageIsReadable(t *testing.T) {
	t.Parallel()
	whole, files, _ := smallFiles(t, 1000)
	s := &shelf{archives: map[string][]byte{name: whole}}
	c := s.contents(t)
	s.archives[name] = whole[:len(whole)/2]
	for _, e := range files {
		lost := e.Extents[0].Offset+e.Extents[0].Length > int64(len(whole)/2)
		if err := c.WriteTo(t.Context(), e, io.Discard); lost != errors.Is(err, errs.ErrCorrupt) || !lost && err != nil {
			t.Fatalf("%q, lost is %v: %v", e.Path, lost, err)
		}
	}
}

func TestWhoGivesUpDoesNotFailOthers(t *testing.T) {
	t.Parallel()
	whole, files, _ := smallFiles(t, 1)
	s := &shelf{archives: map[string][]byte{name: whole}, wait: make(chan struct{})}
	c := s.contents(t)
	ctx, giveUp := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	go func() { gaveUp <- c.WriteTo(ctx, files[0], io.Discard) }()
	goesOn := make(chan error)
	go func() { goesOn <- c.WriteTo(t.Context(), files[0], io.Discard) }()
	giveUp()
	if err := <-gaveUp; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	close(s.wait)
	if err := <-goesOn; err != nil {
		t.Errorf("who went on got %v", err)
	}
}

// A database of which each second page is newer than the rest.
func TestInterleavedExtentsReadEachFrameOnce(t *testing.T) {
	t.Parallel()
	const page, pages = 4096, 1024
	old, fresh := noise(pages*page), noise(pages*page + 1)[1:]
	oldWhole, placed, _ := write(t, member{fileEntry("database", len(old)), bytes.NewReader(old)})
	freshWhole, freshPlaced, _ := write(t, member{fileEntry("pages", len(fresh)), bytes.NewReader(fresh)})
	const other = "20261123-120000-full-aaaaaa/000001.tar.zst"
	s := &shelf{archives: map[string][]byte{name: oldWhole, other: freshWhole}}

	e, want := placed["database"], slices.Clone(old)
	e.Extents = nil
	for i := range pages {
		from, in := placed["database"].Extents, name
		if i%2 == 1 {
			from, in = freshPlaced["pages"].Extents, other
			copy(want[i*page:][:page], fresh[i*page:])
		}
		e.Extents = append(e.Extents, cut(t, from, in, int64(i*page), page)...)
	}
	e.SHA256 = sha(want)
	c := s.contents(t)
	var got bytes.Buffer
	if err := c.WriteTo(t.Context(), e, &got); err != nil || !bytes.Equal(got.Bytes(), want) {
		t.Fatalf("%d bytes, %v", got.Len(), err)
	}
	c.Close()
	if most := int64(len(oldWhole) + len(freshWhole)); s.bytes > most || s.requests > 20 {
		t.Errorf("%d requests for %d bytes, want at most the %d of both archives", s.requests, s.bytes, most)
	}
}

// cut returns the extents of size bytes from offset of a content.
func cut(t *testing.T, extents []backup.Extent, in string, offset, size int64) (part []backup.Extent) {
	t.Helper()
	var at int64 // where an extent's run begins in the content
	for _, x := range extents {
		from, to := max(offset, at), min(offset+size, at+x.Size)
		if from < to {
			part = append(part, backup.Extent{Archive: in, Offset: x.Offset, Length: x.Length, Start: x.Start + from - at, Size: to - from})
		}
		at += x.Size
	}
	return part
}

func sha(b []byte) [32]byte { return sha256.Sum256(b) }
