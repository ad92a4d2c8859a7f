package repository_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

func TestNewestInstallationCounts(t *testing.T) {
	blobs := newMem()
	r := newRepository(t, blobs)
	if _, err := r.Installation(t.Context()); !errors.Is(err, errs.ErrNotFound) {
		t.Errorf("Installation = %v, want ErrNotFound", err)
	}
	for _, want := range []backup.Installation{{Name: "prod", Marks: []string{"1@1"}}, {Host: "b", Database: "/d"}, {Host: "c", Storage: "/s"}} {
		if err := r.Install(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		got, err := r.Installation(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("installation (-want +got):\n%s", diff)
		}
	}
	if n := len(blobs.Contents()); n != 1 {
		t.Errorf("%d objects, want the one that counts", n)
	}
	store(t, r, testID, file("d/a", noise(1, 100)))
	if _, err := r.PlanSweep(t.Context(), backup.SweepOptions{Now: noon}); err != nil {
		t.Errorf("PlanSweep beside it = %v", err)
	}
}
