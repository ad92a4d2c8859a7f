package backup_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// audited writes n lines, a minute apart; every third is Anna's.
func audited(t *testing.T, r *rig, n int) {
	t.Helper()
	for i := range n {
		time.Sleep(time.Minute)
		e := backup.AuditEntry{Time: time.Now(), Actor: "boris@example.com", Action: "create", Outcome: "completed", Subject: fmt.Sprint(i)}
		if i%3 == 0 {
			e.Actor, e.Arguments = "Anna@example.com", map[string]string{"type": "full"}
		}
		if err := r.catalog.AppendAudit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

// subjects reads the audit log page by page.
func subjects(t *testing.T, r *rig, req backup.AuditRequest) (all []string, pages int) {
	t.Helper()
	for {
		page, err := r.svc.ListAudit(t.Context(), req)
		if err != nil || len(page.Entries) > req.Limit {
			t.Fatalf("ListAudit = %d entries, %v", len(page.Entries), err)
		}
		pages++
		for _, e := range page.Entries {
			all = append(all, e.Subject)
		}
		if req.Cursor = page.Next; req.Cursor == "" {
			return all, pages
		}
	}
}

func TestAuditLogPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		audited(t, r, 10)
		all, pages := subjects(t, r, backup.AuditRequest{Limit: 4})
		if want := []string{"9", "8", "7", "6", "5", "4", "3", "2", "1", "0"}; !cmp.Equal(want, all) || pages != 3 {
			t.Errorf("%d pages of %v, want 3 of %v", pages, all, want)
		}
		for name, query := range map[string]string{"actor": "ANNA@", "argument": "type=full"} {
			for limit := 1; limit < 6; limit++ {
				all, _ := subjects(t, r, backup.AuditRequest{Limit: limit, Query: query})
				if diff := cmp.Diff([]string{"9", "6", "3", "0"}, all); diff != "" {
					t.Errorf("by %s, %d a page (-want +got):\n%s", name, limit, diff)
				}
			}
		}
		if all, pages := subjects(t, r, backup.AuditRequest{Limit: 5, Query: "nobody"}); len(all) != 0 || pages != 1 {
			t.Errorf("what does not match: %v in %d pages", all, pages)
		}
	})
}

func TestSearchOfTheAuditLogGoesOnBehindItsBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		audited(t, r, 12_000)
		all, pages := subjects(t, r, backup.AuditRequest{Limit: 1000, Query: "anna"})
		if len(all) != 4000 {
			t.Errorf("%d lines in %d pages, want 4000", len(all), pages)
		}
		first, err := r.svc.ListAudit(t.Context(), backup.AuditRequest{Limit: 3, Query: "nobody"})
		if err != nil || len(first.Entries) != 0 || first.Next == "" {
			t.Errorf("the first page of a search in vain = %+v, %v, want a cursor and nothing else", first, err)
		}
	})
}

func TestAuditLogRefusesBadRequests(t *testing.T) {
	r := newRig(t)
	for name, req := range map[string]backup.AuditRequest{
		"negative limit": {Limit: -1}, "large limit": {Limit: 1001}, "foreign cursor": {Cursor: "x", Query: "y"},
	} {
		if _, err := r.svc.ListAudit(t.Context(), req); !errors.Is(err, errs.ErrInvalid) || errs.Detail(err) == "" {
			t.Errorf("%s: ListAudit = %v, want ErrInvalid with a sentence", name, err)
		}
	}
}
