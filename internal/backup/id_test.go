package backup_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// FuzzParseID reads any text as an id: what is one is safe in a key and a URL.
func FuzzParseID(f *testing.F) {
	f.Add(string(backup.NewID(time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC), "full")))
	f.Add("20261122-020000-restore-b7m2cd")
	f.Add("../../etc/passwd")
	f.Add("20261122-020000-full-k3x9qa\n")
	f.Fuzz(func(t *testing.T, text string) {
		id, err := backup.ParseID(text)
		_, _ = backup.ID(text).Time(), backup.ID(text).Timestamp() // of anything
		if err != nil {
			if !errors.Is(err, errs.ErrInvalid) || id != "" {
				t.Errorf("%q is %q, %v", text, id, err)
			}
			return
		}
		odd := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' }
		if string(id) != text || strings.ContainsFunc(text, odd) || len(text) > 40 {
			t.Errorf("%q is taken for an id", text)
		}
	})
}

func TestIDsSortByTimeWithinASecond(t *testing.T) {
	t.Parallel()
	second := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	var last backup.ID
	for at := second; at.Before(second.Add(time.Second)); at = at.Add(time.Millisecond) {
		id := backup.NewID(at, "full")
		if _, err := backup.ParseID(string(id)); err != nil || id <= last || !id.Time().Equal(second) {
			t.Fatalf("after %s comes %s: %v", last, id, err)
		}
		last = id
	}
	if id := backup.NewID(second.Add(time.Second-1), "full"); id[:len(id)-4] < last[:len(last)-4] {
		t.Errorf("%s ends the second, but sorts before %s", id, last)
	}
}
