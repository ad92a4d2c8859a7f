package catalogtest

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// later is when bindings may be forgotten. DynamoDB goes by the real clock.
var later = time.Date(2126, 1, 1, 0, 0, 0, 1, time.UTC)

func wantBound(t *testing.T, c catalog.Catalog, key string, id, replace, want backup.ID) {
	t.Helper()
	got, err := c.Remember(t.Context(), key, id, replace, later)
	if err != nil || got != want {
		t.Errorf("Remember(%q, %q, %q) = %q, %v, want %q", key, id, replace, got, err, want)
	}
}

func testRemember(t *testing.T, c catalog.Catalog) {
	wantBound(t, c, "night", idAt(1), "", idAt(1))
	wantBound(t, c, "night", idAt(1), "", idAt(1))
	wantBound(t, c, "night", idAt(2), "", idAt(1))
	wantBound(t, c, "next night", idAt(2), "", idAt(2))
	wantBound(t, c, "night", idAt(3), "", idAt(1))
}

func testRememberReplace(t *testing.T, c catalog.Catalog) {
	wantBound(t, c, "night", idAt(2), idAt(1), idAt(2)) // not bound yet
	wantBound(t, c, "night", idAt(3), idAt(1), idAt(2)) // bound to another
	wantBound(t, c, "night", idAt(3), idAt(2), idAt(3))
	wantBound(t, c, "night", idAt(3), idAt(2), idAt(3)) // said again
	wantBound(t, c, "night", idAt(4), "", idAt(3))
}

func testRememberRace(t *testing.T, c catalog.Catalog) {
	wantOneAnswer(t, func(i int) (backup.ID, error) {
		return c.Remember(t.Context(), "night", idAt(i), "", later)
	})
}

func testReplaceRace(t *testing.T, c catalog.Catalog) {
	wantBound(t, c, "night", idAt(writers), "", idAt(writers))
	wantOneAnswer(t, func(i int) (backup.ID, error) {
		return c.Remember(t.Context(), "night", idAt(i), idAt(writers), later)
	})
}

// wantOneAnswer checks that all writers are told the same ID, of one of them.
func wantOneAnswer(t *testing.T, remember func(i int) (backup.ID, error)) {
	t.Helper()
	answers := make([]backup.ID, writers)
	err := errors.Join(race(func(i int) (err error) {
		answers[i], err = remember(i)
		return err
	})...)
	if err != nil {
		t.Fatal(err)
	}
	if first := slices.Min(answers); first != slices.Max(answers) || first >= idAt(writers) {
		t.Errorf("the answers are %q", answers)
	}
}

func testRememberInvalid(t *testing.T, c catalog.Catalog) {
	for _, key := range []string{"", strings.Repeat("x", catalog.MaxKey+1)} {
		_, err := c.Remember(t.Context(), key, idAt(1), "", later)
		wantKind(t, "Remember of a bad key", err, errs.ErrInvalid)
	}
	wantBound(t, c, strings.Repeat("x", catalog.MaxKey), idAt(1), "", idAt(1))
}
