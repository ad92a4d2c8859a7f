package catalogtest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

func testRevoked(t *testing.T, c catalog.Catalog) {
	is, err := c.GetRevoked(t.Context())
	if err != nil || is.Version != 0 {
		t.Fatalf("of nobody: %+v, %v", is, err)
	}
	if err := backup.EndSession(t.Context(), c, noon, backup.Session{ID: "a", Subject: "u1", Issued: noon, Expires: later}); err != nil {
		t.Fatal(err)
	}
	first, err := c.GetRevoked(t.Context())
	if err != nil || !first.Ended(backup.Session{ID: "a"}) || first.Ended(backup.Session{ID: "b", Subject: "u1", Issued: noon}) {
		t.Errorf("one session: %+v, %v", first, err)
	}
	if err := backup.EndAllSessions(t.Context(), c, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := c.PutRevoked(t.Context(), first); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("over what somebody else wrote: %v", err)
	}
	got, err := c.GetRevoked(t.Context())
	if diff := cmp.Diff(backup.Revoked{Before: noon, Version: 2}, got); err != nil || diff != "" {
		t.Errorf("everybody: %v (-want +got):\n%s", err, diff)
	}
}
