package catalogtest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

func testDelete(t *testing.T, c catalog.Catalog) {
	first := must(c.PutBackup(t.Context(), backup.Backup{ID: idAt(1)}))(t)
	second := must(c.PutBackup(t.Context(), first))(t)
	must(c.PutBackup(t.Context(), backup.Backup{ID: idAt(2)}))(t)

	wantKind(t, "Delete of a stale record", c.DeleteBackup(t.Context(), first), errs.ErrConflict)
	wantKind(t, "Delete without a version", c.DeleteBackup(t.Context(), backup.Backup{ID: idAt(1)}), errs.ErrConflict)
	wantEqual(t, "the record", must(c.GetBackup(t.Context(), idAt(1)))(t), second)

	for range 2 {
		if err := c.DeleteBackup(t.Context(), second); err != nil {
			t.Errorf("Delete = %v, want nil also when it is gone", err)
		}
	}
	for _, id := range []backup.ID{idAt(3), "", backup.ID(strings.Repeat("x", catalog.MaxKey+1))} {
		if err := c.DeleteBackup(t.Context(), backup.Backup{ID: id, Version: 1}); err != nil {
			t.Errorf("Delete of %.40q, which never was, = %v, want nil", id, err)
		}
	}
	_, err := c.GetBackup(t.Context(), idAt(1))
	wantKind(t, "Get of a deleted record", err, errs.ErrNotFound)
	_, err = c.PutBackup(t.Context(), second)
	wantKind(t, "Put over a deleted record", err, errs.ErrConflict)
	wantEqual(t, "what is left", backups.ids(must(c.ListBackups(t.Context(), "", 10))(t)), []backup.ID{idAt(2)})
}

func testDeleteRace(t *testing.T, c catalog.Catalog) {
	for n := range 4 {
		b := must(c.PutBackup(t.Context(), backup.Backup{ID: idAt(n)}))(t)
		failures := race(func(i int) error {
			if i == 0 {
				return c.DeleteBackup(t.Context(), b)
			}
			_, err := c.PutBackup(t.Context(), backup.Backup{ID: b.ID, Version: b.Version, Note: fmt.Sprint(i)})
			return err
		})
		wantOneWinner(t, failures)
		_, err := c.GetBackup(t.Context(), b.ID)
		if deleted := failures[0] == nil; deleted != (err != nil) {
			t.Errorf("Delete returned %v and Get %v", failures[0], err)
		}
	}
}
