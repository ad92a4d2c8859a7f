package catalog_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// FuzzAuditCursor reads any text as a cursor: what is one starts at a line of the
// months that are kept, and what it starts at gives the same cursor.
func FuzzAuditCursor(f *testing.F) {
	now := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	f.Add(catalog.AuditCursor(catalog.AuditKey(now)))
	f.Add(catalog.AuditCursor(catalog.AuditKey(now.AddDate(-1, 0, 0))))
	f.Add(catalog.AuditCursor(catalog.AuditKey(now.AddDate(7000, 0, 0))))
	f.Fuzz(func(t *testing.T, cursor string) {
		before, err := catalog.AuditBefore(now, cursor)
		if err != nil {
			if !errors.Is(err, errs.ErrInvalid) {
				t.Errorf("%v, want ErrInvalid", err)
			}
			return
		}
		if months := catalog.AuditMonthsBefore(before, catalog.AuditSince(now)); len(months) > catalog.AuditMonths+1 {
			t.Errorf("a page from %q looks through %d months", before, len(months))
		}
		if again, err := catalog.AuditBefore(now, catalog.AuditCursor(before)); strings.Contains(before, "#") && (err != nil || again != before) {
			t.Errorf("the cursor of %q leads to %q, %v", before, again, err)
		}
	})
}

// A cursor shows where a page ends and not the name of a line: who knew one could
// write over the line.
func TestAuditCursorDoesNotNameALine(t *testing.T) {
	now := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	key := catalog.AuditKey(now)
	before, err := catalog.AuditBefore(now, catalog.AuditCursor(key))
	if err != nil || !strings.HasPrefix(key, before) || len(key)-len(before) < 16 {
		t.Errorf("the cursor of %q shows %q, %v", key, before, err)
	}
}

// FuzzDecode reads any text as a record; what is one encodes to a text that is
// the same record.
func FuzzDecode(f *testing.F) {
	record, err := catalog.Encode(backup.Operation{
		ID: "20261122-020000-restore-b7m2cd", Verb: backup.VerbRestore, Status: backup.StatusRunning, CreatedAt: time.Unix(0, 1).UTC(),
		Errors: []string{"a"}, Restore: &backup.RestoreRequest{Paths: []string{"storage/\u2028"}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(record)
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := catalog.Decode[backup.Operation](text)
		if err != nil {
			if !errors.Is(err, errs.ErrCorrupt) {
				t.Errorf("%v, want ErrCorrupt", err)
			}
			return
		}
		once, err := catalog.Encode(o)
		if err != nil {
			return // it is too large, or has a time that JSON does not
		}
		o, err = catalog.Decode[backup.Operation](once)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := catalog.Encode(o); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s became %s, %v", once, twice, err)
		}
	})
}
