package catalogtest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// appendAt writes a line that says when it was written.
func appendAt(t *testing.T, c catalog.Catalog, at time.Time) backup.AuditEntry {
	t.Helper()
	e := backup.AuditEntry{Time: at, Action: "create", Subject: at.Format(time.RFC3339Nano)}
	if err := c.AppendAudit(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	return e
}

// readAudit reads the whole log page by page and checks the pages' lengths.
func readAudit(t *testing.T, c catalog.Catalog, now time.Time, limit int) []backup.AuditEntry {
	t.Helper()
	var all []backup.AuditEntry
	for cursor := ""; ; {
		page, next, err := c.ListAudit(t.Context(), now, cursor, limit)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
		if next == "" {
			return all
		}
		if len(page) != limit {
			t.Fatalf("a page of %d lines, want %d, and there are more", len(page), limit)
		}
		cursor = next
	}
}

func testAuditRoundTrip(t *testing.T, c catalog.Catalog) {
	want := filled[backup.AuditEntry]()
	want.Time = noon
	if err := c.AppendAudit(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	wantEqual(t, "the log", readAudit(t, c, noon, 10), []backup.AuditEntry{want})
}

func testAuditOrder(t *testing.T, c catalog.Catalog) {
	wantEqual(t, "the empty log", readAudit(t, c, noon, 1), []backup.AuditEntry(nil))
	var want []backup.AuditEntry
	for _, ago := range []time.Duration{3, 1, 2000, 0, 500 * time.Millisecond, time.Hour} {
		want = append(want, appendAt(t, c, noon.Add(-ago)))
	}
	slices.SortFunc(want, func(a, b backup.AuditEntry) int { return b.Time.Compare(a.Time) })
	for limit := range len(want) + 2 {
		wantEqual(t, fmt.Sprintf("the log in pages of %d", limit+1), readAudit(t, c, noon, limit+1), want)
	}
}

func testAuditSameTime(t *testing.T, c catalog.Catalog) {
	err := errors.Join(race(func(i int) error {
		return c.AppendAudit(t.Context(), backup.AuditEntry{Time: noon, Status: i})
	})...)
	if err != nil {
		t.Fatal(err)
	}
	for _, limit := range []int{1, 5, writers, 100} {
		seen := map[int]bool{}
		for _, e := range readAudit(t, c, noon, limit) {
			seen[e.Status] = true
		}
		if len(seen) != writers {
			t.Errorf("in pages of %d the lines are %v, want %d of them", limit, slices.Sorted(maps.Keys(seen)), writers)
		}
	}
}

func testAuditMonths(t *testing.T, c catalog.Catalog) {
	zone := time.FixedZone("UTC+5", 5*60*60)
	times := []time.Time{
		time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2025, 12, 31, 23, 59, 59, 999999999, time.UTC),
		time.Date(2026, 1, 1, 3, 0, 0, 0, zone), // still December in UTC
		time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2025, 8, 31, 0, 0, 0, 1, time.UTC),
		time.Date(2024, 12, 31, 0, 0, 0, 0, time.UTC),
	}
	var want []backup.AuditEntry
	for _, at := range times {
		want = append(want, appendAt(t, c, at))
	}
	for _, limit := range []int{1, 2, 3, 7, 8} {
		wantEqual(t, fmt.Sprintf("the log in pages of %d", limit), readAudit(t, c, noon, limit), want)
	}
}

func testAuditWindow(t *testing.T, c catalog.Catalog) {
	oldest := noon.AddDate(0, -catalog.AuditMonths, 0)
	appendAt(t, c, oldest.Add(-1))
	appendAt(t, c, oldest.AddDate(0, -1, 0))
	want := []backup.AuditEntry{appendAt(t, c, oldest)}
	for _, limit := range []int{1, 2, 3} {
		wantEqual(t, "the log", readAudit(t, c, noon, limit), want)
	}
}

func testAuditPagesStandStill(t *testing.T, c catalog.Catalog) {
	var want []backup.AuditEntry
	for n := range time.Duration(6) {
		want = append(want, appendAt(t, c, noon.Add(-n)))
	}
	first, cursor, err := c.ListAudit(t.Context(), noon, "", 3)
	if err != nil {
		t.Fatal(err)
	}
	appendAt(t, c, noon.Add(1))
	second, next, err := c.ListAudit(t.Context(), noon.Add(time.Minute), cursor, 3)
	if err != nil || next != "" {
		t.Fatalf("the second page: next %q, %v", next, err)
	}
	wantEqual(t, "the pages", append(first, second...), want)
}

func testAuditLarge(t *testing.T, c catalog.Catalog) {
	const count = 12
	for n := range count {
		e := backup.AuditEntry{Time: noon.Add(time.Duration(-n) * time.Second), Status: n, Detail: strings.Repeat("x", 110_000)}
		if err := c.AppendAudit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for _, limit := range []int{7, count, 100} {
		all := readAudit(t, c, noon, limit)
		if len(all) != count || !slices.IsSortedFunc(all, func(a, b backup.AuditEntry) int { return a.Status - b.Status }) {
			t.Errorf("pages of %d gave %d lines, want %d in order", limit, len(all), count)
		}
	}
	err := c.AppendAudit(t.Context(), backup.AuditEntry{Time: noon, Detail: strings.Repeat("x", catalog.MaxRecord)})
	wantKind(t, "AppendAudit of too much", err, errs.ErrInvalid)
}

func testAuditInvalid(t *testing.T, c catalog.Catalog) {
	appendAt(t, c, noon)
	for _, cursor := range []string{"x", "!", "MjAyNi0wMS0xNQ", strings.Repeat("x", 10_000), "2026-01-15T00:00:00Z#x"} {
		_, _, err := c.ListAudit(t.Context(), noon, cursor, 1)
		wantKind(t, fmt.Sprintf("ListAudit from %.40q", cursor), err, errs.ErrInvalid)
	}
	for _, limit := range []int{-1, 0, catalog.MaxPage + 1} {
		_, _, err := c.ListAudit(t.Context(), noon, "", limit)
		wantKind(t, fmt.Sprintf("ListAudit of %d", limit), err, errs.ErrInvalid)
	}
}
