package faults_test

import (
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
)

// namedBy returns the keys of the archives that the manifests of backups name:
// they may be under the prefix of a backup that is gone.
func namedBy(t *testing.T, r backup.Repository, ids ...backup.ID) map[string]bool {
	t.Helper()
	named := map[string]bool{}
	for _, id := range ids {
		m, err := r.Open(t.Context(), id, "")
		if err != nil {
			t.Fatal(err)
		}
		for e, err := range m.Entries() {
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range e.Extents {
				named["archives/"+x.Archive] = true
			}
			if e.Pages != "" {
				named["archives/"+e.Pages] = true
			}
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	}
	return named
}
