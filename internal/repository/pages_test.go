package repository_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/faultblob"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository"
)

const page = 4096

// byPages lets a database of one page be stored by pages.
var byPages = repository.Options{Workers: 2, PagesFrom: 1}

// database makes an item of which the pages are compared.
func database(content []byte) backup.Item {
	it := file(backup.DatabasePath, content)
	it.Reread, it.ByPages = true, true
	it.Open = func(context.Context) (io.ReadCloser, error) { return seekable{bytes.NewReader(content)}, nil }
	return it
}

type seekable struct{ *bytes.Reader }

func (seekable) Close() error { return nil }

// unseekable hides how a reader can seek.
func unseekable(it backup.Item) backup.Item {
	open := it.Open
	it.Open = func(ctx context.Context) (io.ReadCloser, error) {
		rc, err := open(ctx)
		return struct{ io.ReadCloser }{rc}, err
	}
	return it
}

// changed returns the content with other bytes in these pages.
func changed(content []byte, seed byte, numbers ...int) []byte {
	content = bytes.Clone(content)
	for i, n := range numbers {
		copy(content[n*page:min(len(content), (n+1)*page)], noise(seed+byte(i), page))
	}
	return content
}

func databaseOf(tb testing.TB, r *repository.Repository, id backup.ID) backup.Entry {
	tb.Helper()
	for _, e := range entries(tb, open(tb, r, id)) {
		if e.Path == backup.DatabasePath {
			return e
		}
	}
	tb.Fatal("no database")
	return backup.Entry{}
}

// archivesIn returns the names of the archives of an entry's content, oldest first.
func archivesIn(e backup.Entry) (names []string) {
	for _, x := range e.Extents {
		if !slices.Contains(names, x.Archive) {
			names = append(names, x.Archive)
		}
	}
	slices.Sort(names)
	return names
}

func nthID(n int) backup.ID {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	return backup.ID(fmt.Sprintf("20261122-1200%02d-full-aaaa%c%c", n%60, letters[n/60/26], letters[n/60%26]))
}

func TestOnlyChangedPagesAreStored(t *testing.T) {
	t.Parallel()
	first := noise(1, 1000*page+100)
	for what, c := range map[string]struct {
		second []byte
		stored int64 // pages, at most; -1 for nothing at all
		whole  bool  // a complete copy is made
	}{
		"nothing":              {first, -1, false},
		"the first page":       {changed(first, 2, 0), 1, false},
		"the last, short page": {changed(first, 2, 1000), 1, false},
		"some pages":           {changed(first, 2, 3, 4, 5, 100, 999), 5, false},
		"every tenth":          {changed(first, 2, every(10)...), 100, false},
		"grown by a byte":      {append(bytes.Clone(first), 7), 1, false},
		"grown":                {append(bytes.Clone(first), noise(3, 100*page)...), 102, false},
		"short by a byte":      {first[:len(first)-1], 1, false},
		"short by pages":       {first[:900*page], 0, false},
		"half of it":           {changed(first, 2, every(2)...), 502, false},
		"more than half of it": {changed(first, 2, append(every(2), 1, 3, 5)...), 1001, true},
		"all of it":            {noise(9, 1000*page), 1000, true},
		"moved by a byte":      {append([]byte{0}, first...), 1001, true},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			r := newRepositoryOf(t, newMem(), byPages)
			storeOn(t, r, testID, backup.WriteOptions{}, newTree(database(first)))
			o := storeOn(t, r, otherID, on(testID), newTree(database(c.second)))
			const overhead = 6000
			limit := c.stored*page + (int64(len(c.second))/page+1)*32 + overhead
			if c.stored < 0 {
				limit = 0
			}
			if o.StoredSize > limit || len(o.warnings) > 0 {
				t.Errorf("%d bytes were stored, want at most %d; warnings %q", o.StoredSize, limit, o.warnings)
			}
			e := databaseOf(t, r, otherID)
			if whole := !slices.ContainsFunc(archivesIn(e), func(a string) bool { return strings.HasPrefix(a, string(testID)) }); whole != c.whole {
				t.Errorf("complete copy: %v, want %v", whole, c.whole)
			}
			for _, deep := range []bool{false, true} {
				if report, err := r.Verify(t.Context(), otherID, "", backup.VerifyOptions{Deep: deep}); err != nil || !report.Valid {
					t.Errorf("%+v, %v", report, err)
				}
			}
		})
	}
}

// every returns the numbers of every n-th page of a thousand.
func every(n int) (numbers []int) {
	for i := 0; i < 1000; i += n {
		numbers = append(numbers, i)
	}
	return numbers
}

func TestSmallDatabaseStaysAPlainFile(t *testing.T) {
	t.Parallel()
	content := noise(1, 100*page)
	for from, plain := range map[int64]bool{100 * page: false, 100*page + 1: true} {
		r := newRepositoryOf(t, newMem(), repository.Options{PagesFrom: from})
		storeOn(t, r, testID, backup.WriteOptions{}, newTree(database(content)))
		o := storeOn(t, r, otherID, on(testID), newTree(database(changed(content, 2, 7))))
		if e := databaseOf(t, r, otherID); (e.Pages == "") != plain || (o.StoredSize > 100*page) != plain {
			t.Errorf("from %d: %d bytes stored, entry %+v", from, o.StoredSize, e)
		}
	}
}

// TestFramesOfAnArchiveAreInOrder checks what lets a restore read each frame
// once, and that complete copies are made again.
func TestFramesOfAnArchiveAreInOrder(t *testing.T) {
	t.Parallel()
	r := newRepositoryOf(t, newMem(), byPages)
	random := rand.New(rand.NewPCG(1, 2))
	content := noise(1, 5000*page) // more than two frames
	opt, complete := backup.WriteOptions{}, 0
	for n := range 20 {
		id := nthID(n)
		o := storeOn(t, r, id, opt, newTree(database(content)))
		e := databaseOf(t, r, id)
		names, ends := archivesIn(e), map[string]int64{}
		if len(names) > 8 {
			t.Errorf("backup %d needs %d archives", n, len(names))
		}
		if len(names) == 1 {
			complete++
		} else if o.StoredSize > 400*page {
			t.Errorf("backup %d stored %d bytes", n, o.StoredSize)
		}
		for _, x := range e.Extents {
			if at := x.Offset<<24 + x.Start; at < ends[x.Archive] {
				t.Fatalf("backup %d: an extent at %d of frame %d of %s comes late", n, x.Start, x.Offset, x.Archive)
			}
			ends[x.Archive] = x.Offset<<24 + x.Start + x.Size
		}
		for range 100 {
			content = changed(content, byte(random.Uint32()), random.IntN(5000))
		}
		opt = on(id)
	}
	if complete != 3 {
		t.Errorf("%d complete copies in 20 backups, want 3", complete)
	}
}

// TestDatabasesOutliveTheirBases makes many random backups and deletes, and
// reads back all that is left.
func TestDatabasesOutliveTheirBases(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		blobs := newMem()
		r := newRepositoryOf(t, blobs, byPages)
		random := rand.New(rand.NewPCG(seed, 0))
		kept := map[backup.ID]backup.Item{}
		content := noise(byte(seed), 50*page+random.IntN(page))
		var last backup.ID
		for n := range 60 {
			content = mutated(content, random)
			id := nthID(n)
			opt := backup.WriteOptions{}
			if _, there := kept[last]; there {
				opt = on(last)
			}
			it := database(content)
			if random.IntN(2) == 0 {
				it = unseekable(it)
			}
			o := storeOn(t, r, id, opt, newTree(it))
			if len(o.warnings) > 0 {
				t.Errorf("seed %d, backup %d: %q", seed, n, o.warnings)
			}
			kept[id], last = newTree(it).items[it.Path], id
			for id := range kept {
				if random.IntN(5) == 0 {
					if _, err := r.Remove(t.Context(), id); err != nil {
						t.Fatal(err)
					}
					delete(kept, id)
				}
			}
			for id, it := range kept {
				checkStored(t, open(t, r, id), []backup.Item{it})
			}
			if t.Failed() {
				t.Fatalf("seed %d, backup %d", seed, n)
			}
		}
		for id := range kept {
			if _, err := r.Remove(t.Context(), id); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{"format.json"}, keys(blobs)); diff != "" {
			t.Errorf("seed %d: what is left (-want +got):\n%s", seed, diff)
		}
	}
}

// mutated changes a content as a database changes, and now and then altogether.
func mutated(content []byte, random *rand.Rand) []byte {
	seed := byte(random.Uint32())
	switch random.IntN(10) {
	case 0:
		return append(bytes.Clone(content), noise(seed, random.IntN(20*page))...)
	case 1:
		return content[:1+random.IntN(len(content))]
	case 2:
		return noise(seed, 1+random.IntN(80*page))
	case 3:
		return content
	}
	for range 1 + random.IntN(6) {
		content = changed(content, seed, random.IntN((len(content)+page-1)/page))
	}
	return content
}

// TestDamagedPagesAreStoredAgain damages the archives of a delta's chain.
func TestDamagedPagesAreStoredAgain(t *testing.T) {
	t.Parallel()
	first := noise(1, 200*page)
	second := changed(first, 2, 10, 20, 21)
	third := changed(second, 3, 20, 150)
	for what, c := range map[string]struct {
		key    string
		stored int64 // pages
	}{
		"complete copy": {firstArchive, 200},
		"delta":         {otherArchive, 4}, // 10 and 21 once more
	} {
		for how, damage := range map[string]func(b *memblob.Store, key string, opt *backup.WriteOptions){
			"missing": func(b *memblob.Store, key string, _ *backup.WriteOptions) { _ = b.Delete(context.Background(), key) },
			"short":   func(b *memblob.Store, key string, _ *backup.WriteOptions) { b.Truncate(key, 10) },
			"verified and found changed": func(b *memblob.Store, key string, opt *backup.WriteOptions) {
				b.FlipBit(key, 3000)
				opt.Avoid = []string{strings.TrimPrefix(key, "archives/")}
			},
		} {
			blobs := newMem()
			r := newRepositoryOf(t, blobs, byPages)
			storeOn(t, r, testID, backup.WriteOptions{}, newTree(database(first)))
			storeOn(t, r, otherID, on(testID), newTree(database(second)))
			opt := on(otherID)
			damage(blobs, c.key, &opt)
			o := storeOn(t, r, thirdID, opt, newTree(database(third)))
			if len(o.warnings) != 1 || !strings.Contains(o.warnings[0], string(otherID)) || o.StoredSize/page > c.stored+5 {
				t.Errorf("%s %s: %d bytes stored, warnings %q", what, how, o.StoredSize, o.warnings)
			}
			if report, err := r.Verify(t.Context(), thirdID, "", backup.VerifyOptions{Deep: true}); err != nil || !report.Valid {
				t.Errorf("%s %s: %+v, %v", what, how, report, err)
			}
		}
	}
}

const firstList = "archives/" + string(testID) + "/000002.pages.zst"

// TestUnusableListMeansACompleteCopy spoils a page list in every way. A list is
// never worth a wrong backup: storeOn reads back each.
func TestUnusableListMeansACompleteCopy(t *testing.T) {
	t.Parallel()
	first := noise(1, 200*page)
	for what, spoil := range map[string]func(b *memblob.Store, opt *backup.WriteOptions){
		"missing": func(b *memblob.Store, _ *backup.WriteOptions) { _ = b.Delete(context.Background(), firstList) },
		"short":   func(b *memblob.Store, _ *backup.WriteOptions) { b.Truncate(firstList, 10) },
		"changed": func(b *memblob.Store, _ *backup.WriteOptions) { b.FlipBit(firstList, 3000) },
		"another's": func(b *memblob.Store, _ *backup.WriteOptions) {
			b.Swap(firstList, "archives/"+string(thirdID)+"/000002.pages.zst")
		},
		"known as bad": func(_ *memblob.Store, opt *backup.WriteOptions) {
			opt.Avoid = []string{strings.TrimPrefix(firstList, "archives/")}
		},
		"with no list":    nil,
		"base not usable": func(b *memblob.Store, _ *backup.WriteOptions) { b.Truncate(manifestKey, 100) },
	} {
		blobs := newMem()
		options, opt := byPages, on(testID)
		if spoil == nil {
			options.PagesFrom = 1 << 30
		}
		storeOn(t, newRepositoryOf(t, blobs, options), testID, backup.WriteOptions{}, newTree(database(first)))
		r := newRepositoryOf(t, blobs, byPages)
		storeOn(t, r, thirdID, backup.WriteOptions{}, newTree(database(noise(7, 200*page))))
		if spoil != nil {
			spoil(blobs, &opt)
		}
		o := storeOn(t, r, otherID, opt, newTree(database(changed(first, 2, 5))))
		if (len(o.warnings) == 1) != (spoil != nil) || o.StoredSize < 200*page {
			t.Errorf("%s: %d bytes stored, warnings %q", what, o.StoredSize, o.warnings)
		}
		if e := databaseOf(t, r, otherID); len(archivesIn(e)) != 1 || e.Pages == "" {
			t.Errorf("%s: %+v", what, e)
		}
	}
}

// TestDamagedListIsFoundAndLosesNoFile verifies a backup without its list.
func TestDamagedListIsFoundAndLosesNoFile(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newRepositoryOf(t, blobs, byPages)
	store(t, r, testID, database(noise(1, 200*page)))
	blobs.FlipBit(firstList, 3000)
	checkReport(t, "shallow", verify(t, r, "", false), true, 0, nil)
	checkReport(t, "deep", verify(t, r, "", true), false, 1, nil)
	remove(t, blobs, firstList)
	checkReport(t, "missing", verify(t, r, "", false), false, 1, nil)
	checkStored(t, open(t, r, testID), []backup.Item{database(noise(1, 200*page))})
}

// TestDatabaseIsBuiltOnAnotherBackupThanTheMedia backs up all, then the
// database, then all again.
func TestDatabaseIsBuiltOnAnotherBackupThanTheMedia(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newRepositoryOf(t, blobs, byPages)
	first := noise(1, 200*page)
	all := newMedia()
	all.set(database(first))
	storeOn(t, r, testID, backup.WriteOptions{}, all)
	second := changed(first, 2, every(20)[:10]...)
	storeOn(t, r, otherID, on(testID), newTree(database(second)))
	all.set(database(changed(second, 90, 3)))
	opt := on(testID)
	opt.Databases.ID = otherID
	o := storeOn(t, r, thirdID, opt, all)
	if diff := cmp.Diff([]string{backup.DatabasePath, backup.DatabasePath}, o.opened); diff != "" || o.StoredSize > 4*page {
		t.Errorf("%d bytes stored, opened (-want +got):\n%s", o.StoredSize, diff)
	}
	if got := archivesIn(databaseOf(t, r, thirdID)); len(got) != 3 {
		t.Errorf("the database lies in %q", got)
	}
	opt.Databases.ID = nthID(59)
	if o = storeOn(t, r, nthID(1), opt, all); len(o.warnings) != 1 || !strings.Contains(o.warnings[0], string(nthID(59))) || o.StoredSize < 200*page {
		t.Errorf("without the base: %d bytes stored, warnings %q", o.StoredSize, o.warnings)
	}
}

// TestDatabaseThatDoesNotHoldStillIsNotKept gives another content at the second reading.
func TestDatabaseThatDoesNotHoldStillIsNotKept(t *testing.T) {
	t.Parallel()
	first := noise(1, 200*page)
	second := changed(first, 2, 10, 199)
	for what, third := range map[string][]byte{
		"changed":   changed(second, 50, 199),
		"shorter":   second[:200*page-1],
		"emptied":   nil,
		"different": noise(5, 200*page),
	} {
		for _, seeks := range []bool{false, true} {
			r := newRepositoryOf(t, newMem(), byPages)
			store(t, r, testID, database(first))
			it, readings := database(second), 0
			it.Open = func(context.Context) (io.ReadCloser, error) {
				if readings++; readings == 1 {
					return seekable{bytes.NewReader(second)}, nil
				}
				return seekable{bytes.NewReader(third)}, nil
			}
			if !seeks {
				it = unseekable(it)
			}
			var seen notices
			opt := on(testID)
			opt.Report = seen.add
			if _, _, err := tryStore(t.Context(), r, otherID, opt, it); err != nil {
				t.Fatal(err)
			}
			if len(seen.list) != 1 || !seen.list[0].Lost || !strings.Contains(seen.list[0].Text, "while it was being read") {
				t.Errorf("%s, seeks %v: %+v", what, seeks, seen.list)
			}
			if len(entries(t, open(t, r, otherID))) != 0 {
				t.Errorf("%s, seeks %v: it is in the backup", what, seeks)
			}
		}
	}
}

// TestDatabaseThatShrinksIsKeptAsItIs stores what the walk saw longer.
func TestDatabaseThatShrinksIsKeptAsItIs(t *testing.T) {
	t.Parallel()
	r := newRepositoryOf(t, newMem(), byPages)
	first := noise(1, 200*page)
	store(t, r, testID, database(first))
	for n, size := range []int{150*page + 5, 0} {
		shrunk := database(first)
		shrunk.Open = database(first[:size]).Open
		opt := on(testID)
		if _, _, err := tryStore(t.Context(), r, nthID(n), opt, shrunk); err != nil {
			t.Fatal(err)
		}
		want := database(first[:size])
		checkStored(t, open(t, r, nthID(n)), []backup.Item{want})
	}
}

// TestFaultsNeverLeaveHalfADelta fails every call to the store, in every way.
func TestFaultsNeverLeaveHalfADelta(t *testing.T) {
	t.Parallel()
	first := noise(1, 200*page)
	second := database(changed(first, 2, 5, 77))
	mem := newMem()
	store(t, newRepositoryOf(t, mem, byPages), testID, database(first))
	for _, when := range []faultblob.When{faultblob.Before, faultblob.Middle, faultblob.After} {
		for call := 1; ; call++ {
			blobs := faultblob.New(mem.Clone())
			r := newRepositoryOf(t, blobs, byPages)
			blobs.Inject(faultblob.Fault{Call: call, When: when, Pass: 1000})
			_, _, err := tryStore(t.Context(), r, otherID, on(testID), second)
			fired := blobs.Fired()
			blobs.Inject(faultblob.Fault{})
			_, missing := r.Committed(t.Context(), otherID)
			if (err == nil) != (missing == nil) || err != nil && !errors.Is(err, errs.ErrUnavailable) {
				t.Errorf("call %d, fault %d: the answer is %v, what is there %v", call, when, err, missing)
			}
			if missing == nil {
				checkStored(t, open(t, r, otherID), []backup.Item{second})
			}
			store(t, r, thirdID, second)
			checkStored(t, open(t, r, thirdID), []backup.Item{second})
			if _, err := r.Remove(t.Context(), otherID); err != nil {
				t.Errorf("call %d, fault %d: remove: %v", call, when, err)
			}
			checkStored(t, open(t, r, testID), []backup.Item{database(first)})
			if !fired {
				break
			}
		}
	}
}

// TestDeltasAreMadeWithoutTheIdentity encrypts: whoever creates cannot read
// what is there. What was stored before in the clear is not built upon.
func TestDeltasAreMadeWithoutTheIdentity(t *testing.T) {
	t.Parallel()
	blobs, key := newMem(), newPair(t)
	first := noise(1, 200*page)
	plain, reading, creating := newEncrypted(t, blobs, ""), newEncrypted(t, blobs, key.identity), newEncrypted(t, blobs, "", key.recipient)
	store(t, plain, nthID(0), database(first))
	for n, c := range []struct {
		content []byte
		stored  int64 // pages, at most
	}{{first, 205}, {changed(first, 2, 7, 100), 6}, {changed(first, 2, 7, 150), 6}} {
		_, size, err := tryStore(t.Context(), creating, nthID(n+1), on(nthID(n)), database(c.content))
		if err != nil || size > c.stored*page || size < 2*page {
			t.Errorf("%d bytes stored, want at most %d pages: %v", size, c.stored, err)
		}
		checkStored(t, open(t, reading, nthID(n+1)), []backup.Item{database(c.content)})
		if !record(t, plain, nthID(n+1)).Encrypted {
			t.Errorf("backup %d is not encrypted", n+1)
		}
	}
}

// TestManyWritersBuildOnOneDatabase runs with several databases each.
func TestManyWritersBuildOnOneDatabase(t *testing.T) {
	t.Parallel()
	options := byPages
	options.Workers = 4
	r := newRepositoryOf(t, newMem(), options)
	var items []backup.Item
	for i := range byte(6) {
		it := database(noise(i, 300*page))
		it.Path += string('0' + rune(i))
		items = append(items, it)
	}
	store(t, r, testID, items...)
	var writers sync.WaitGroup
	for n := range 4 {
		writers.Go(func() {
			var next []backup.Item
			for i, it := range items {
				other := database(changed(noise(byte(i), 300*page), byte(n), 5*n, 100))
				other.Path = it.Path
				next = append(next, other)
			}
			if _, _, err := tryStore(t.Context(), r, nthID(n), on(testID), next...); err != nil {
				t.Error(err)
				return
			}
			checkStored(t, open(t, r, nthID(n)), next)
		})
	}
	writers.Wait()
}

func TestCancelledContextEndsAComparison(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := newRepositoryOf(t, newMem(), byPages)
	store(t, r, testID, database(noise(1, 200*page)))
	stuck := opening(backup.DatabasePath, 200*page, readerFunc(func(b []byte) (int, error) {
		cancel()
		return len(b), nil
	}), nil)
	stuck.ByPages, stuck.Reread = true, true
	if _, _, err := tryStore(ctx, r, otherID, on(testID), stuck); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want Canceled", err)
	}
}

// meter counts what is read of archives.
type meter struct {
	blob.Store

	read *atomic.Int64
}

func (m meter) GetRange(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	if strings.HasPrefix(key, "archives/") {
		m.read.Add(length)
	}
	return m.Store.GetRange(ctx, key, offset, length)
}

// TestRestoreReadsNothingTwice restores a database that lies in several archives,
// page by page here and there.
func TestRestoreReadsNothingTwice(t *testing.T) {
	t.Parallel()
	var read atomic.Int64
	r := newRepositoryOf(t, meter{newMem(), &read}, byPages)
	random := rand.New(rand.NewPCG(1, 2))
	content := noise(1, 3000*page)
	opt, last := backup.WriteOptions{}, backup.ID("")
	for n := range 7 {
		last = nthID(n)
		if _, _, err := tryStore(t.Context(), r, last, opt, database(content)); err != nil {
			t.Fatal(err)
		}
		for range 150 {
			content = changed(content, byte(random.Uint32()), random.IntN(3000))
		}
		opt = on(last)
	}
	m := open(t, r, last)
	e := databaseOf(t, r, last)
	if n := len(archivesIn(e)); n != 7 {
		t.Errorf("the database lies in %d archives, want 7", n)
	}
	read.Store(0)
	if err := m.Fetch(t.Context(), e, io.Discard); err != nil {
		t.Fatal(err)
	}
	if got := read.Load(); got > m.StoredSize() {
		t.Errorf("%d bytes were read of archives of %d", got, m.StoredSize())
	}
}
