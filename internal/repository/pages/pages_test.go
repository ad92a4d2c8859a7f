package pages_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/frame"
	"github.com/vertex-ar/backup/internal/repository/pages"
)

func noise(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

// hashes hashes the pages of content in the plainest way.
func hashes(content []byte) (all []byte) {
	for len(content) > 0 {
		n := min(len(content), pages.Size)
		sum := sha256.Sum256(content[:n])
		all = append(all, sum[:]...)
		content = content[n:]
	}
	return all
}

// newList returns the list of a content.
func newList(tb testing.TB, content []byte) []byte {
	tb.Helper()
	var list bytes.Buffer
	h := pages.Header{Size: int64(len(content)), SHA256: sha256.Sum256(content)}
	if err := pages.WriteList(&list, h, bytes.NewReader(hashes(content))); err != nil {
		tb.Fatal(err)
	}
	return list.Bytes()
}

// readList reads a list to its end.
func readList(list io.Reader) (h pages.Header, all []byte, err error) {
	r, err := pages.NewReader(list)
	if err != nil {
		return h, nil, err
	}
	for {
		hash, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.Header(), all, nil
		}
		if err != nil {
			return r.Header(), all, err
		}
		all = append(all, hash...)
	}
}

func TestHasherHashesEachPage(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, pages.Size - 1, pages.Size, pages.Size + 1, 64 * pages.Size, 1000*pages.Size + 7} {
		content := noise(size)
		for _, step := range []int{1 + size/7, pages.Size, 100_000} {
			var got []byte
			h := pages.NewHasher(func(b []byte) error {
				got = append(got, b...)
				return nil
			})
			for at := 0; at < size; at += step {
				if n, err := h.Write(content[at:min(size, at+step)]); err != nil || n != min(step, size-at) {
					t.Fatal(n, err)
				}
			}
			if err := h.Close(); err != nil || !bytes.Equal(got, hashes(content)) {
				t.Errorf("%d bytes in steps of %d: %d bytes of hashes, %v", size, step, len(got), err)
			}
		}
	}
}

func TestHasherStopsAtTheFirstError(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	calls := 0
	h := pages.NewHasher(func([]byte) error {
		calls++
		return full
	})
	_, err := io.Copy(h, rand.NewChaCha8([32]byte{}))
	if !errors.Is(err, full) {
		t.Errorf("Write: %v", err)
	}
	if err := h.Close(); !errors.Is(err, full) || calls != 1 {
		t.Errorf("Close: %v after %d calls", err, calls)
	}
}

func TestListReadsBack(t *testing.T) {
	t.Parallel()
	const perFrame = 32768 * pages.Size
	for _, size := range []int{1, pages.Size, pages.Size + 1, perFrame, perFrame + 1} {
		content := make([]byte, size)
		copy(content, noise(100_000))
		h, all, err := readList(bytes.NewReader(newList(t, content)))
		if err != nil || h.Size != int64(size) || h.SHA256 != sha256.Sum256(content) || !bytes.Equal(all, hashes(content)) {
			t.Errorf("%d bytes: header %+v, %d bytes of hashes, %v", size, h, len(all), err)
		}
	}
}

func TestListThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	content := noise(300 * pages.Size)
	good := newList(t, content)
	all := hashes(content)
	const line = `{"format":"vertex-ar-backup/pages","version":1,"size":%s,"sha256":"%x"}` + "\n"
	header := fmt.Sprintf(line, "1228800", sha256.Sum256(content))
	frames := func(contents ...string) (list []byte) {
		for _, c := range contents {
			list = frame.AppendRaw(list, []byte(c))
		}
		return list
	}
	if _, _, err := readList(bytes.NewReader(frames(header, string(all)))); err != nil {
		t.Fatalf("not changed: %v", err)
	}
	for what, list := range map[string][]byte{
		"nothing":          nil,
		"cut off":          good[:len(good)-1],
		"no hashes":        frames(header),
		"a bit":            append(append(bytes.Clone(good[:500]), good[500]^1), good[501:]...),
		"too few":          frames(header, string(all[32:])),
		"too many":         frames(header, string(all)+string(all[:32])),
		"another frame":    frames(header, string(all), string(all)),
		"in two frames":    frames(header, string(all[:3200]), string(all[3200:])),
		"header not alone": frames(header + string(all)),
		"long header":      frames(header[:len(header)-1]+string(make([]byte, 2000)), string(all)),
		"no size":          frames(fmt.Sprintf(line, "0", sha256.Sum256(content)), string(all)),
		"negative size":    frames(fmt.Sprintf(line, "-1", sha256.Sum256(content)), string(all)),
		"short hash":       frames(fmt.Sprintf(line, "1228800", all[:31]), string(all)),
		"other version":    frames(`{"format":"vertex-ar-backup/pages","version":2`+header[46:], string(all)),
		"other form":       frames(" "+header, string(all)),
		"skippable":        frame.AppendSkippable(nil, []byte("x")),
	} {
		if _, _, err := readList(bytes.NewReader(list)); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("%s: %v, want ErrCorrupt", what, err)
		}
	}
}

func TestListPassesOnOtherErrors(t *testing.T) {
	t.Parallel()
	away := errors.New("store is away")
	good := newList(t, noise(300*pages.Size))
	if _, _, err := readList(io.MultiReader(bytes.NewReader(good[:500]), iotest.ErrReader(away))); !errors.Is(err, away) {
		t.Errorf("reading: %v", err)
	}
	h := pages.Header{Size: 2 * pages.Size}
	if err := pages.WriteList(io.Discard, h, bytes.NewReader(make([]byte, 33))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("writing with too few hashes: %v", err)
	}
	if err := pages.WriteList(io.Discard, pages.Header{}, nil); !errors.Is(err, errs.ErrInvalid) {
		t.Errorf("writing for no content: %v", err)
	}
}

// extents cuts a content of size bytes into extents of an archive.
func extents(archive string, size, each int64) (all []backup.Extent) {
	for at := int64(0); at < size; at += each {
		all = append(all, backup.Extent{Archive: archive, Offset: at, Length: each, Start: 10, Size: min(each, size-at)})
	}
	return all
}

// compare plans next on top of base, which lies in frames of this size.
func compare(tb testing.TB, base, next []byte, each int64, whole func(string) bool) (pages.Plan, error) {
	tb.Helper()
	list, err := pages.NewReader(bytes.NewReader(newList(tb, base)))
	if err != nil {
		tb.Fatal(err)
	}
	c := pages.NewComparer(pages.Base{List: list, Extents: extents("a", int64(len(base)), each), Whole: whole}, int64(len(next)))
	if err := c.Take(hashes(next)); err != nil {
		return pages.Plan{}, err
	}
	return c.Plan()
}

func all(string) bool { return true }

func TestPlanCutsAndJoinsExtents(t *testing.T) {
	t.Parallel()
	base := noise(4*pages.Size + 5)
	next := append(bytes.Clone(base), 1, 2, 3)
	next[pages.Size]++
	got, err := compare(t, base, next, 6000, all)
	if err != nil {
		t.Fatal(err)
	}
	const page = pages.Size
	want := pages.Plan{Size: 4*page + 8, Changed: page + 8, Extents: []backup.Extent{
		{Archive: "a", Offset: 0, Length: 6000, Start: 10, Size: page},
		{Size: page},
		{Archive: "a", Offset: 6000, Length: 6000, Start: 10 + 2*page - 6000, Size: 12000 - 2*page},
		{Archive: "a", Offset: 12000, Length: 6000, Start: 10, Size: 4*page - 12000},
		{Size: 8},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("plan differs (-want +got):\n%s", diff)
	}
	var holes [][2]int64
	for offset, size := range got.Holes() {
		holes = append(holes, [2]int64{offset, size})
	}
	if diff := cmp.Diff([][2]int64{{page, page}, {4 * page, 8}}, holes); diff != "" {
		t.Errorf("holes differ (-want +got):\n%s", diff)
	}
	stored := extents("b", page+8, page+4)
	filled, err := got.Fill(stored)
	if err != nil {
		t.Fatal(err)
	}
	wantFilled := []backup.Extent{want.Extents[0], stored[0], want.Extents[2], want.Extents[3], stored[0], stored[1]}
	wantFilled[1].Size = page
	wantFilled[4].Start, wantFilled[4].Size = 10+page, 4
	if diff := cmp.Diff(wantFilled, filled); diff != "" {
		t.Errorf("filled plan differs (-want +got):\n%s", diff)
	}
	if _, err := got.Fill(stored[:1]); err == nil {
		t.Error("a plan is filled with less than it lacks")
	}
}

func TestPagesOfDamagedArchivesAreHoles(t *testing.T) {
	t.Parallel()
	content := noise(10 * pages.Size)
	plan, err := compare(t, content, content, 1<<20, func(string) bool { return false })
	if !errors.Is(err, pages.ErrTooMuch) {
		t.Errorf("%+v, %v, want ErrTooMuch", plan, err)
	}
}

func TestPlanNeedsAllPages(t *testing.T) {
	t.Parallel()
	content := noise(10 * pages.Size)
	list, err := pages.NewReader(bytes.NewReader(newList(t, content)))
	if err != nil {
		t.Fatal(err)
	}
	c := pages.NewComparer(pages.Base{List: list, Extents: extents("a", int64(len(content)), 1<<20), Whole: all}, int64(len(content)))
	if err := c.Take(hashes(content[:9*pages.Size])); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Plan(); err == nil {
		t.Error("there is a plan before the last page")
	}
	if err := c.Take(hashes(content[9*pages.Size:])); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Plan(); err != nil {
		t.Error(err)
	}
	if err := c.Take(hashes(content[:1])); err == nil {
		t.Error("there are more pages than the content has")
	}
}

func TestRulesChooseBetweenDeltaAndCompleteCopy(t *testing.T) {
	t.Parallel()
	plan := func(changed int64, archives int) pages.Plan {
		p := pages.Plan{Size: 1000, Changed: changed}
		for i := range archives {
			p.Extents = append(p.Extents, backup.Extent{Archive: fmt.Sprint(9 - i), Size: 10}, backup.Extent{Size: 1})
		}
		return p
	}
	many := plan(10, 1)
	many.Extents = make([]backup.Extent, pages.MaxExtents+1)
	for what, c := range map[string]struct {
		plan  pages.Plan
		first int64 // stored; each other archive has 10
		want  bool
	}{
		"nothing changed":                 {plan(0, 9), 1, true},
		"half":                            {plan(500, 1), 100, true},
		"more than half":                  {plan(501, 1), 100, false},
		"seven archives":                  {plan(10, 7), 100, true},
		"eight archives":                  {plan(10, 8), 100, false},
		"deltas as large as the first":    {plan(10, 5), 40, true},
		"deltas larger than the first":    {plan(10, 5), 39, false},
		"many extents":                    {many, 100, false},
		"no archive at all":               {plan(10, 0), 100, true},
		"all but a few is of one archive": {plan(500, 2), 10, true},
	} {
		stored := func(archive string) int64 {
			if archive == fmt.Sprint(10-len(c.plan.Extents)/2) {
				return c.first
			}
			return 10
		}
		if got := c.plan.Worthwhile(stored); got != c.want {
			t.Errorf("%s: worthwhile %v, want %v", what, got, c.want)
		}
	}
}

// FuzzList reads anything. What is accepted is written again to the same.
func FuzzList(f *testing.F) {
	f.Add(newList(f, noise(1)))
	f.Add(newList(f, noise(100*pages.Size+1)))
	f.Add(newList(f, make([]byte, 3000*pages.Size)))
	f.Fuzz(func(t *testing.T, list []byte) {
		h, all, err := readList(bytes.NewReader(list))
		if err != nil {
			if !errors.Is(err, errs.ErrCorrupt) {
				t.Errorf("%v, want ErrCorrupt", err)
			}
			return
		}
		var again bytes.Buffer
		if err := pages.WriteList(&again, h, bytes.NewReader(all)); err != nil {
			t.Fatal(err)
		}
		if h2, all2, err := readList(&again); err != nil || h2 != h || !bytes.Equal(all, all2) {
			t.Errorf("%+v was read again as %+v, %v", h, h2, err)
		}
	})
}

// FuzzPlan compares any two contents; what a plan puts together is the second.
func FuzzPlan(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4}, []byte{1, 2, 5, 4, 6}, uint16(5000), uint16(100), true)
	f.Add([]byte{1}, []byte{}, uint16(1), uint16(0), false)
	f.Fuzz(func(t *testing.T, base, next []byte, each, cut uint16, short bool) {
		a, b := blocks(base, int(cut)), blocks(next, 0)
		if short && len(b) > 1 {
			b = b[:len(b)-1]
		}
		if len(a) == 0 || len(b) == 0 || len(base)+len(next) > 200 {
			t.Skip()
		}
		plan, err := compare(t, a, b, int64(each)+100, all)
		if errors.Is(err, pages.ErrTooMuch) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var stored []byte
		for offset, size := range plan.Holes() {
			stored = append(stored, b[offset:offset+size]...)
		}
		filled, err := plan.Fill(extents("b", int64(len(stored)), 5000))
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		for _, x := range filled {
			from := map[string][]byte{"a": a, "b": stored}[x.Archive]
			at := x.Offset + x.Start - 10
			got = append(got, from[at:at+x.Size]...)
		}
		if !bytes.Equal(got, b) || plan.Changed != int64(len(stored)) {
			t.Errorf("%d bytes of other content, want %d", len(got), len(b))
		}
	})
}

// blocks makes a page of each byte, the last one shorter by cut.
func blocks(of []byte, cut int) (content []byte) {
	for _, c := range of {
		content = append(content, bytes.Repeat([]byte{c}, pages.Size)...)
	}
	return content[:max(0, len(content)-cut%pages.Size)]
}

func BenchmarkHasher(b *testing.B) {
	content := noise(32 << 20)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		h := pages.NewHasher(func([]byte) error { return nil })
		_, _ = h.Write(content)
		if err := h.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCompare compares 256 MiB, of which every twentieth page has changed.
func BenchmarkCompare(b *testing.B) {
	base := make([]byte, 256<<20)
	list, next := newList(b, base), hashes(base)
	for i := 0; i < len(next); i += 20 * pages.HashSize {
		next[i]++
	}
	where := extents("a", int64(len(base)), 1<<20)
	b.SetBytes(int64(len(base)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := pages.NewReader(bytes.NewReader(list))
		if err != nil {
			b.Fatal(err)
		}
		c := pages.NewComparer(pages.Base{List: r, Extents: where, Whole: all}, int64(len(base)))
		if err := c.Take(next); err != nil {
			b.Fatal(err)
		}
	}
}
