package archive_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/frame"
)

const name = "20261122-120000-full-aaaaaa/000001.tar.zst"

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.UTC)

func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{}).Read(b)
	return b
}

func newPool(tb testing.TB) *archive.Pool {
	tb.Helper()
	pool, err := archive.NewPool(2)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(pool.Close)
	return pool
}

func fileEntry(path string, size int) backup.Entry {
	return backup.Entry{Path: path, Type: backup.TypeFile, Size: int64(size), ModTime: noon, Mode: 0o640, UID: 1, GID: 2}
}

// member is a member to be written.
type member struct {
	backup.Entry
	content io.Reader
}

// write writes an archive and returns it with its members as placed and the errors of Add.
func write(tb testing.TB, members ...member) (whole []byte, placed map[string]backup.Entry, failed map[string]error) {
	tb.Helper()
	var out bytes.Buffer
	placed, failed = map[string]backup.Entry{}, map[string]error{}
	sum := sha256.New()
	w := archive.NewWriter(&out, name, newPool(tb), sum)
	for _, m := range members {
		err := w.Add(tb.Context(), archive.Member{Entry: m.Entry, Content: m.content, Done: func(p archive.Placement) {
			e := m.Entry
			e.Size, e.SHA256, e.Extents = p.Size, p.SHA256, p.Extents
			placed[e.Path] = e
		}})
		if err != nil {
			failed[m.Path] = err
		}
	}
	if err := w.Close(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	if w.Size() != int64(out.Len()) {
		tb.Errorf("size %d, %d bytes were written", w.Size(), out.Len())
	}
	if want := sha256.Sum256(out.Bytes()); !bytes.Equal(sum.Sum(nil), want[:]) {
		tb.Errorf("archive hashed as %x, it is %x", sum.Sum(nil), want)
	}
	return out.Bytes(), placed, failed
}

func newContents(tb testing.TB, whole []byte) *archive.Contents {
	tb.Helper()
	source, err := archive.NewSource(func(_ context.Context, _ string, offset, length int64) (io.ReadCloser, error) {
		if offset < 0 || length < 1 || offset > int64(len(whole)) || length > int64(len(whole))-offset {
			return nil, fmt.Errorf("range: %w", errs.ErrCorrupt)
		}
		return io.NopCloser(bytes.NewReader(whole[offset : offset+length])), nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	contents := source.Contents(func(string) int64 { return int64(len(whole)) })
	tb.Cleanup(contents.Close)
	return contents
}

func checkContent(t *testing.T, whole []byte, e backup.Entry, want []byte) {
	t.Helper()
	var got bytes.Buffer
	if err := newContents(t, whole).WriteTo(t.Context(), e, &got); err != nil || !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%q: %d bytes read back, want %d: %v", e.Path, got.Len(), len(want), err)
	}
}

// untar decodes an archive with other programs' eyes.
func untar(tb testing.TB, whole []byte) (headers []tar.Header, contents [][]byte) {
	tb.Helper()
	dec, err := zstd.NewReader(bytes.NewReader(whole))
	if err != nil {
		tb.Fatal(err)
	}
	defer dec.Close()
	tr := tar.NewReader(dec)
	for {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return headers, contents
		}
		if err != nil {
			tb.Fatal(err)
		}
		content, err := io.ReadAll(tr)
		if err != nil {
			tb.Fatal(err)
		}
		headers, contents = append(headers, *h), append(contents, content)
	}
}

func TestArchiveIsATarFile(t *testing.T) {
	t.Parallel()
	content := noise(20 << 20)
	whole, _, _ := write(
		t,
		member{Entry: backup.Entry{Path: "dir", Type: backup.TypeDir, ModTime: noon, Mode: 0o7777}},
		member{Entry: fileEntry("dir/file \xff", len(content)), content: bytes.NewReader(content)},
		member{Entry: backup.Entry{Path: "dir/link", Type: backup.TypeSymlink, Link: strings.Repeat("x", 200), ModTime: noon}},
		member{Entry: fileEntry("dir/none", 0)},
	)
	headers, contents := untar(t, whole)
	var got []string
	for i, h := range headers {
		got = append(got, fmt.Sprintf("%c %q %q %o %d:%d %s%s %s %d", h.Typeflag, h.Name, h.Linkname, h.Mode, h.Uid, h.Gid,
			h.Uname, h.Gname, h.ModTime.UTC().Format(time.RFC3339Nano), len(contents[i])))
	}
	const at = "2026-11-22T12:00:00Z" // the manifest has the fractions
	want := []string{
		fmt.Sprintf("5 %q %q 7777 0:0  %s 0", "dir/", "", at),
		fmt.Sprintf("0 %q %q 640 1:2  %s 20971520", "dir/file \xff", "", at),
		fmt.Sprintf("2 %q %q 0 0:0  %s 0", "dir/link", strings.Repeat("x", 200), at),
		fmt.Sprintf("0 %q %q 640 1:2  %s 0", "dir/none", "", at),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("members differ (-want +got):\n%s", diff)
	}
	if !bytes.Equal(contents[1], content) {
		t.Error("the file's content differs")
	}
}

// TestMembersAreCutIntoFrames checks the layout that the format promises.
func TestMembersAreCutIntoFrames(t *testing.T) {
	t.Parallel()
	const header = 512
	for _, size := range []int{1, archive.FrameSize - header - 1, archive.FrameSize - header, archive.FrameSize - header + 1, 2*archive.FrameSize - header, 20 << 20} {
		content := bytes.Repeat([]byte{'x'}, size)
		whole, placed, _ := write(
			t,
			member{Entry: fileEntry("a", size), content: bytes.NewReader(content)},
			member{Entry: fileEntry("b", 0)},
		)
		checkContent(t, whole, placed["a"], content)
		dec, err := frame.NewDecoder(archive.FrameSize)
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		r := frame.NewReader(bytes.NewReader(whole), dec)
		for f, err := r.Next(); !errors.Is(err, io.EOF); f, err = r.Next() {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, len(f.Content))
		}
		var want []int
		for total := header + (size+511)/512*512; total > 0; total -= archive.FrameSize {
			want = append(want, min(total, archive.FrameSize))
		}
		want = append(want, header, 1024)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d bytes: frames differ (-want +got):\n%s", size, diff)
		}
	}
}

func TestEntryWithoutContentKeepsItsMember(t *testing.T) {
	t.Parallel()
	_, placed, _ := write(
		t,
		member{Entry: backup.Entry{Path: "d", Type: backup.TypeDir, ModTime: noon}},
		member{Entry: fileEntry("e", 0)},
	)
	for path, e := range placed {
		if len(e.Extents) != 1 || e.Extents[0].Archive != name || e.Extents[0].Length < 1 || e.Extents[0].Start != 0 || e.Extents[0].Size != 0 {
			t.Errorf("%s: extents %+v", path, e.Extents)
		}
	}
	if placed["e"].SHA256 != sha256.Sum256(nil) || placed["d"].SHA256 != [32]byte{} {
		t.Error("hashes of what has no content")
	}
}

func TestFileThatShrankIsFilledUp(t *testing.T) {
	t.Parallel()
	for _, promised := range []int{1000, 9 << 20} {
		for _, got := range []int{0, 1, 999} {
			whole, placed, failed := write(
				t,
				member{Entry: fileEntry("a", promised), content: bytes.NewReader(noise(got))},
				member{Entry: fileEntry("b", 5), content: strings.NewReader("after")},
			)
			if len(failed) > 0 {
				t.Fatal(failed)
			}
			checkContent(t, whole, placed["a"], noise(got))
			checkContent(t, whole, placed["b"], []byte("after"))
			if _, contents := untar(t, whole); !bytes.Equal(contents[0], append(noise(got), make([]byte, promised-got)...)) {
				t.Errorf("%d of %d bytes: the tar file is not filled with zero bytes", got, promised)
			}
		}
	}
}

func TestUnreadableContentLeavesTheArchiveGood(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk error")
	for _, good := range []int{0, 500, 9 << 20} {
		whole, placed, failed := write(
			t,
			member{Entry: fileEntry("a", 20<<20), content: io.MultiReader(bytes.NewReader(noise(good)), iotest.ErrReader(broken))},
			member{Entry: fileEntry("b", 5), content: strings.NewReader("after")},
		)
		if _, ok := errors.AsType[*archive.ContentError](failed["a"]); !ok || !errors.Is(failed["a"], broken) {
			t.Errorf("after %d bytes: %v, want a ContentError", good, failed["a"])
		}
		if _, ok := placed["a"]; ok {
			t.Errorf("after %d bytes: the member was placed", good)
		}
		checkContent(t, whole, placed["b"], []byte("after"))
		untar(t, whole)
	}
}

func TestWriterGivesUpWhenItsOutputFails(t *testing.T) {
	t.Parallel()
	away := errors.New("store is away")
	w := archive.NewWriter(failingWriter{away}, name, newPool(t), nil)
	var err error
	for range 100 { // the first ones wait in buffers
		e := fileEntry("a", 1<<20)
		if err = w.Add(t.Context(), archive.Member{Entry: e, Content: bytes.NewReader(noise(1 << 20))}); err != nil {
			break
		}
	}
	if !errors.Is(err, away) {
		t.Errorf("Add: %v, want the output's error", err)
	}
	if err := w.Close(t.Context()); !errors.Is(err, away) {
		t.Errorf("Close: %v, want the output's error", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

func TestWriterStopsWhenCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	r, pipe := io.Pipe() // nobody reads
	stop := errors.New("stop")
	time.AfterFunc(10*time.Millisecond, func() {
		cancel(stop)
		_ = r.Close()
	})
	w := archive.NewWriter(pipe, name, newPool(t), nil)
	e := fileEntry("a", 1<<30)
	err := w.Add(ctx, archive.Member{Entry: e, Content: rand.NewChaCha8([32]byte{})})
	if !errors.Is(err, stop) && !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Add: %v, want the reason", err)
	}
	if err := w.Close(ctx); err == nil {
		t.Error("Close of what was cancelled succeeds")
	}
}

func TestReadingChecksWhatItReads(t *testing.T) {
	t.Parallel()
	content := noise(20 << 20)
	whole, placed, _ := write(t, member{Entry: fileEntry("a", len(content)), content: bytes.NewReader(content)})
	change := map[string]func(e *backup.Entry, whole []byte) []byte{
		"flipped bit":      func(_ *backup.Entry, b []byte) []byte { b[9<<20] ^= 1; return b },
		"cut off":          func(_ *backup.Entry, b []byte) []byte { return b[:len(b)/2] },
		"other hash":       func(e *backup.Entry, b []byte) []byte { e.SHA256[0] ^= 1; return b },
		"other offset":     func(e *backup.Entry, b []byte) []byte { e.Extents[1].Offset++; return b },
		"shorter frame":    func(e *backup.Entry, b []byte) []byte { e.Extents[0].Length--; return b },
		"longer frame":     func(e *backup.Entry, b []byte) []byte { e.Extents[2].Length++; return b },
		"huge frame":       func(e *backup.Entry, b []byte) []byte { e.Extents[0].Length = 1 << 60; return b },
		"negative start":   func(e *backup.Entry, b []byte) []byte { e.Extents[0].Start = -1; return b },
		"start past frame": func(e *backup.Entry, b []byte) []byte { e.Extents[0].Start = 9 << 20; return b },
		"too much":         func(e *backup.Entry, b []byte) []byte { e.Extents[0].Size += 1 << 40; return b },
		"other start":      func(e *backup.Entry, b []byte) []byte { e.Extents[0].Start--; return b },
		"frames swapped": func(e *backup.Entry, b []byte) []byte {
			e.Extents[0], e.Extents[1] = e.Extents[1], e.Extents[0]
			return b
		},
	}
	for what, f := range change {
		e := placed["a"]
		e.Extents = append([]backup.Extent(nil), e.Extents...)
		damaged := f(&e, bytes.Clone(whole))
		if err := newContents(t, damaged).WriteTo(t.Context(), e, io.Discard); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", what, err)
		}
	}
}

func TestReadingPassesOnOtherErrors(t *testing.T) {
	t.Parallel()
	whole, placed, _ := write(t, member{Entry: fileEntry("a", 100), content: bytes.NewReader(noise(100))})
	full := errors.New("disk full")
	err := newContents(t, whole).WriteTo(t.Context(), placed["a"], failingWriter{full})
	if !errors.Is(err, full) || errors.Is(err, errs.ErrCorrupt) {
		t.Errorf("%v, want the output's error", err)
	}
}

// FuzzMember writes entries with any names and numbers; what tar reads back is
// the same, with times to the second.
func FuzzMember(f *testing.F) {
	f.Add("a/b", "", uint32(0o644), 0, 0, int64(1), int64(1), []byte("content"))
	f.Add("\xff\n "+strings.Repeat("x", 300), "link", uint32(0o7777), 1<<31, 1<<31, int64(-5), int64(999_999_999), []byte{})
	f.Add("PaxHeaders.0/x=y\n12 path=z", "17 size=9\n", uint32(0), 2097152, 7, int64(1<<40), int64(0), make([]byte, 2000))
	f.Fuzz(func(t *testing.T, path, to string, mode uint32, uid, gid int, sec, nsec int64, content []byte) {
		e := fileEntry(path, len(content))
		if to != "" {
			e.Type, e.Size, e.Link, content = backup.TypeSymlink, 0, to, nil
		}
		e.Mode, e.UID, e.GID = mode&0o7777, max(uid, 0)&0xffffffff, max(gid, 0)&0xffffffff
		e.ModTime = time.Unix(sec%(1<<37), max(nsec, 0)%1e9).UTC()
		if path == "" || strings.ContainsRune(path+to, 0) || strings.HasSuffix(path, "/") || e.ModTime.Year() < 1 || e.ModTime.Year() > 9999 {
			t.Skip("no entry can be so")
		}
		whole, placed, failed := write(t, member{Entry: e, content: bytes.NewReader(content)})
		if len(failed) > 0 {
			t.Fatal(failed)
		}
		headers, contents := untar(t, whole)
		if len(headers) != 1 {
			t.Fatalf("%d members", len(headers))
		}
		h := headers[0]
		if h.Name != path || h.Linkname != to || h.Mode != int64(e.Mode) || h.Uid != e.UID || h.Gid != e.GID ||
			h.ModTime.Unix() != e.ModTime.Unix() || !bytes.Equal(contents[0], content) {
			t.Errorf("%+v came back as %+v", e, h)
		}
		if e.Type == backup.TypeFile {
			checkContent(t, whole, placed[path], content)
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	for what, content := range map[string][]byte{
		"media": noise(32 << 20), "text": bytes.Repeat([]byte("all that is solid melts into air\n"), 32<<20/33), "small": noise(3000),
	} {
		b.Run(what, func(b *testing.B) {
			w := archive.NewWriter(io.Discard, name, newPool(b), nil)
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				if err := w.Add(b.Context(), archive.Member{Entry: fileEntry("a", len(content)), Content: bytes.NewReader(content)}); err != nil {
					b.Fatal(err)
				}
			}
			if err := w.Close(b.Context()); err != nil {
				b.Fatal(err)
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	content := noise(32 << 20)
	whole, placed, _ := write(b, member{Entry: fileEntry("a", len(content)), content: bytes.NewReader(content)})
	s := newContents(b, whole)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		if err := s.WriteTo(b.Context(), placed["a"], io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
