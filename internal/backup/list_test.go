package backup_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

func TestListFiltersAndPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		start := time.Now()
		for i := range 6 {
			kind := backup.KindDatabase
			if i%2 == 1 {
				kind = backup.KindFull
			}
			r.create(t, kind, backup.StatusCompleted)
			time.Sleep(time.Hour)
		}
		for name, tt := range map[string]struct {
			req  backup.ListRequest
			want int
		}{
			"all":       {backup.ListRequest{}, 6},
			"by kind":   {backup.ListRequest{Kind: backup.KindFull}, 3},
			"by status": {backup.ListRequest{Status: backup.StatusFailed}, 0},
			"by text":   {backup.ListRequest{Query: "ADMIN@"}, 6},
			"from":      {backup.ListRequest{From: start.Add(4 * time.Hour)}, 2},
			"to":        {backup.ListRequest{To: start.Add(90 * time.Minute)}, 2},
		} {
			if res, err := r.svc.List(t.Context(), tt.req); err != nil || len(res.Backups) != tt.want || res.Next != "" {
				t.Errorf("%s: List = %d backups, next %q, %v, want %d", name, len(res.Backups), res.Next, err, tt.want)
			}
		}
		var seen []backup.ID
		for cursor := ""; ; {
			res, err := r.svc.List(t.Context(), backup.ListRequest{Kind: backup.KindDatabase, Limit: 2, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range res.Backups {
				seen = append(seen, b.ID)
			}
			if cursor = res.Next; cursor == "" {
				break
			}
		}
		if len(seen) != 3 || seen[0] < seen[1] || seen[1] < seen[2] {
			t.Errorf("pages = %v, want three, newest first", seen)
		}
	})
}

func TestListRefusesBadRequests(t *testing.T) {
	r := newRig(t)
	for name, req := range map[string]backup.ListRequest{
		"kind": {Kind: "x"}, "limit": {Limit: 1001}, "negative limit": {Limit: -1}, "cursor": {Cursor: "../x"},
	} {
		if _, err := r.svc.List(t.Context(), req); !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("bad %s: List = %v, want ErrInvalid", name, err)
		}
	}
}

func TestStatsCountWhatCanBeRestored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.create(t, backup.KindFull, backup.StatusCompleted)
		time.Sleep(time.Hour)
		last := r.create(t, backup.KindDatabase, backup.StatusCompleted)
		time.Sleep(time.Hour)
		r.database.missing = true
		r.create(t, backup.KindDatabase, backup.StatusFailed)
		st, err := r.svc.Stats(t.Context())
		if err != nil || st.Count[backup.KindFull] != 1 || st.Count[backup.KindDatabase] != 1 || st.Failed != 1 || st.Latest.ID != last.ID {
			t.Errorf("Stats = %+v, %v", st, err)
		}
	})
}

func TestParseIDTakesOnlyIDs(t *testing.T) {
	now := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	id := backup.NewID(now, "full")
	if got, err := backup.ParseID(string(id)); err != nil || got != id || !got.Time().Equal(now) || got.Timestamp() != "20261122_020000" {
		t.Errorf("ParseID(%q) = %q, %v", id, got, err)
	}
	for _, s := range []string{"", "../../etc/passwd", "20261122-020000-full-k3x9qa/..", "20261122-020000-full-K3X9QA", "20261122-020000-full-k3x7qa\x00", "20261122-020000-other-aaaaaa", "full"} {
		if _, err := backup.ParseID(s); !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("ParseID(%q) = %v, want ErrInvalid", s, err)
		}
	}
}
