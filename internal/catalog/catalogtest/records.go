package catalogtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// records is one kind of versioned record and how a catalog keeps it.
type records[T any] struct {
	put    func(c catalog.Catalog, ctx context.Context, r T) (T, error)
	get    func(c catalog.Catalog, ctx context.Context, id backup.ID) (T, error)
	list   func(c catalog.Catalog, ctx context.Context, before backup.ID, limit int) ([]T, error)
	fields func(r *T) (id *backup.ID, version *int64, warnings *[]string)
}

var backups = records[backup.Backup]{
	put:  catalog.Catalog.PutBackup,
	get:  catalog.Catalog.GetBackup,
	list: catalog.Catalog.ListBackups,
	fields: func(b *backup.Backup) (*backup.ID, *int64, *[]string) {
		return &b.ID, &b.Version, &b.Warnings
	},
}

var operations = records[backup.Operation]{
	put:  catalog.Catalog.PutOperation,
	get:  catalog.Catalog.GetOperation,
	list: catalog.Catalog.ListOperations,
	fields: func(o *backup.Operation) (*backup.ID, *int64, *[]string) {
		return &o.ID, &o.Version, &o.Warnings
	},
}

// make returns a record that has nothing but these.
func (k records[T]) make(id backup.ID, version int64, warnings ...string) T {
	var r T
	i, v, w := k.fields(&r)
	*i, *v = id, version
	*w = warnings
	return r
}

// ids returns the records' IDs.
func (k records[T]) ids(page []T) []backup.ID {
	ids := []backup.ID{}
	for _, r := range page {
		id, _, _ := k.fields(&r)
		ids = append(ids, *id)
	}
	return ids
}

func (k records[T]) version(r T) int64 {
	_, v, _ := k.fields(&r)
	return *v
}

func runRecords[T any](t *testing.T, open func(t *testing.T) catalog.Catalog, k records[T]) {
	t.Helper()
	t.Run("RoundTripOfEveryField", func(t *testing.T) { testRoundTrip(t, open(t), k) })
	t.Run("VersionsCount", func(t *testing.T) { testVersions(t, open(t), k) })
	t.Run("StaleVersionIsRefused", func(t *testing.T) { testStale(t, open(t), k) })
	t.Run("OneOfManyNewWins", func(t *testing.T) { testNewRace(t, open(t), k) })
	t.Run("OneOfManyUpdatesWins", func(t *testing.T) { testUpdateRace(t, open(t), k) })
	t.Run("MissingIsNotFound", func(t *testing.T) { testMissing(t, open(t), k) })
	t.Run("PagesNewestFirst", func(t *testing.T) { testPages(t, open(t), k) })
	t.Run("PagesPastOneMegabyte", func(t *testing.T) { testLarge(t, open(t), k) })
	t.Run("BadPageIsRefused", func(t *testing.T) { testBadPages(t, open(t), k) })
	t.Run("LargestRecord", func(t *testing.T) { testLargest(t, open(t), k) })
}

func testRoundTrip[T any](t *testing.T, c catalog.Catalog, k records[T]) {
	want := filled[T]()
	id, version, _ := k.fields(&want)
	*id, *version = idAt(1), 0
	put := must(k.put(c, t.Context(), want))(t)
	*version = 1
	wantEqual(t, "what Put returned", put, want)
	wantEqual(t, "what Get read", must(k.get(c, t.Context(), *id))(t), want)
	wantEqual(t, "what List read", must(k.list(c, t.Context(), "", 1))(t), []T{want})

	plain := k.make(*id, 1)
	must(k.put(c, t.Context(), plain))(t)
	wantEqual(t, "after writing zero values", must(k.get(c, t.Context(), *id))(t), k.make(*id, 2))
}

func testVersions[T any](t *testing.T, c catalog.Catalog, k records[T]) {
	r := k.make(idAt(1), 0)
	for want := range int64(4) {
		if got := k.version(r); got != want {
			t.Errorf("version after %d writes is %d", want, got)
		}
		r = must(k.put(c, t.Context(), r))(t)
	}
}

func testStale[T any](t *testing.T, c catalog.Catalog, k records[T]) {
	for want := range int64(3) {
		must(k.put(c, t.Context(), k.make(idAt(1), want, fmt.Sprint("write ", want))))(t)
	}
	for _, version := range []int64{0, 1, 2, 4, -1} {
		_, err := k.put(c, t.Context(), k.make(idAt(1), version, "stale"))
		wantKind(t, fmt.Sprintf("Put of version %d over 3", version), err, errs.ErrConflict)
	}
	wantEqual(t, "the record", must(k.get(c, t.Context(), idAt(1)))(t), k.make(idAt(1), 3, "write 2"))

	_, err := k.put(c, t.Context(), k.make(idAt(2), 1))
	wantKind(t, "Put of version 1 over nothing", err, errs.ErrConflict)
	_, err = k.get(c, t.Context(), idAt(2))
	wantKind(t, "Get after that", err, errs.ErrNotFound)
}

func testNewRace[T any](t *testing.T, c catalog.Catalog, k records[T]) {
	wantOneWinner(t, race(func(i int) error {
		_, err := k.put(c, t.Context(), k.make(idAt(1), 0, fmt.Sprint("writer ", i)))
		return err
	}))
	if v := k.version(must(k.get(c, t.Context(), idAt(1)))(t)); v != 1 {
		t.Errorf("version = %d, want 1", v)
	}
}

func testUpdateRace[T any](t *testing.T, c catalog.Catalog, k records[T]) {
	r := must(k.put(c, t.Context(), k.make(idAt(1), 0)))(t)
	for round := range int64(3) {
		stored := make([]T, writers)
		failures := race(func(i int) (err error) {
			stored[i], err = k.put(c, t.Context(), k.make(idAt(1), k.version(r), fmt.Sprint("writer ", i)))
			return err
		})
		wantOneWinner(t, failures)
		r = must(k.get(c, t.Context(), idAt(1)))(t)
		if v := k.version(r); v != round+2 {
			t.Errorf("version = %d, want %d", v, round+2)
		}
		if i := slices.Index(failures, nil); i >= 0 {
			wantEqual(t, "the stored record", r, stored[i])
		}
	}
}

func testMissing[T any](t *testing.T, c catalog.Catalog, k records[T]) {
	must(k.put(c, t.Context(), k.make(idAt(5), 0)))(t)
	for _, id := range []backup.ID{idAt(4), "", "20260115", backup.ID(strings.Repeat("x", 10_000))} {
		_, err := k.get(c, t.Context(), id)
		wantKind(t, fmt.Sprintf("Get of %.40q", id), err, errs.ErrNotFound)
	}
	for _, id := range []backup.ID{"", backup.ID(strings.Repeat("x", catalog.MaxKey+1))} {
		_, err := k.put(c, t.Context(), k.make(id, 0))
		wantKind(t, fmt.Sprintf("Put of %.40q", id), err, errs.ErrInvalid)
	}
}

func testPages[T any](t *testing.T, c catalog.Catalog, k records[T]) {
	wantEqual(t, "the empty list", k.ids(must(k.list(c, t.Context(), "", 1))(t)), []backup.ID{})
	newest := []backup.ID{}
	for _, n := range []int{6, 2, 10, 4, 8} {
		must(k.put(c, t.Context(), k.make(idAt(n), 0)))(t)
		newest = append(newest, idAt(n))
	}
	slices.Sort(newest)
	slices.Reverse(newest)
	for _, limit := range []int{1, 2, 4, 5, 6, catalog.MaxPage} {
		var got []backup.ID
		for page := range slices.Chunk(newest, limit) {
			before := backup.ID("")
			if len(got) > 0 {
				before = got[len(got)-1]
			}
			ids := k.ids(must(k.list(c, t.Context(), before, limit))(t))
			wantEqual(t, fmt.Sprintf("a page of %d before %q", limit, before), ids, page)
			got = append(got, ids...)
		}
	}
	for _, n := range []int{0, 1, 2, 3, 9, 10, 11} {
		older := newest[slices.IndexFunc(append(newest, ""), func(id backup.ID) bool { return id < idAt(n) }):]
		got := k.ids(must(k.list(c, t.Context(), idAt(n), 10))(t))
		wantEqual(t, fmt.Sprintf("those before %s", idAt(n)), got, older)
	}
}

func testLarge[T any](t *testing.T, c catalog.Catalog, k records[T]) {
	const count = 12
	want := []T{}
	for n := range count {
		r := must(k.put(c, t.Context(), k.make(idAt(n), 0, strings.Repeat(fmt.Sprint(n%10), 110_000))))(t)
		want = append([]T{r}, want...)
	}
	same := func(what string, got, want []T) {
		wantEqual(t, what+", IDs", k.ids(got), k.ids(want))
		for i := range min(len(got), len(want)) {
			_, _, g := k.fields(&got[i])
			_, _, w := k.fields(&want[i])
			if !slices.Equal(*g, *w) {
				t.Errorf("%s: record %d has other warnings", what, i)
			}
		}
	}
	same("all", must(k.list(c, t.Context(), "", catalog.MaxPage))(t), want)
	same("exactly all", must(k.list(c, t.Context(), "", count))(t), want)
	same("a part", must(k.list(c, t.Context(), idAt(count-1), count-2))(t), want[1:count-1])
}

func testBadPages[T any](t *testing.T, c catalog.Catalog, k records[T]) {
	for _, limit := range []int{-1, 0, catalog.MaxPage + 1} {
		_, err := k.list(c, t.Context(), "", limit)
		wantKind(t, fmt.Sprintf("List of %d", limit), err, errs.ErrInvalid)
	}
	_, err := k.list(c, t.Context(), backup.ID(strings.Repeat("x", catalog.MaxKey+1)), 1)
	wantKind(t, "List before a key that is too long", err, errs.ErrInvalid)
}

func testLargest[T any](t *testing.T, c catalog.Catalog, k records[T]) {
	empty := must(catalog.Encode(k.make(idAt(1), 1, "")))(t)
	room := catalog.MaxRecord - len(empty)
	_, err := k.put(c, t.Context(), k.make(idAt(1), 0, strings.Repeat("x", room+1)))
	wantKind(t, "Put of one byte too much", err, errs.ErrInvalid)
	_, err = k.get(c, t.Context(), idAt(1))
	wantKind(t, "Get after that", err, errs.ErrNotFound)
	must(k.put(c, t.Context(), k.make(idAt(1), 0, strings.Repeat("x", room))))(t)
}

func testKindsApart(t *testing.T, c catalog.Catalog) {
	must(c.PutBackup(t.Context(), backup.Backup{ID: idAt(1), Note: "mine"}))(t)
	must(c.PutOperation(t.Context(), backup.Operation{ID: idAt(1), CreatedBy: "me"}))(t)
	must(c.AcquireLock(t.Context(), string(idAt(1)), idAt(1), noon, 1))(t)
	must(c.Remember(t.Context(), string(idAt(1)), idAt(2), "", noon))(t)
	if b := must(c.GetBackup(t.Context(), idAt(1)))(t); b.Note != "mine" {
		t.Errorf("the backup is %+v", b)
	}
	if o := must(c.GetOperation(t.Context(), idAt(1)))(t); o.CreatedBy != "me" {
		t.Errorf("the operation is %+v", o)
	}
	if n := len(must(c.ListBackups(t.Context(), "", 10))(t)); n != 1 {
		t.Errorf("%d backups, want 1", n)
	}
}
