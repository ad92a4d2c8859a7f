package app_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/errs"
)

func TestPlacesThatOverlapAreRefusedAtStart(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"app/storage", "tmp"} {
		if err := os.MkdirAll(at(name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("app", at("link")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ database, storage, scratch, says string }{
		{"app/storage", "app/storage", "tmp", "name the same place"},
		{"link/storage", "app/storage", "tmp", "name the same place"},
		{"app/app_data.db", "app/storage", "link/storage", "SCRATCH_DIR and STORAGE_PATH name the same"},
		{"app/app_data.db", "app/storage", "app", "STORAGE_PATH, "},
		{"app/app_data.db", "link/storage", "app", "STORAGE_PATH, "},
		{"tmp/app_data.db", "app/storage", "tmp", "DATABASE_PATH, "},
		{"app/app_data.db", "app/storage", "app/app_data.db", "SCRATCH_DIR and DATABASE_PATH"},
		{"app/storage/db/app_data.db", "app/storage", "app/storage/tmp", ""}, // left out of the media
	} {
		cfg := app.Config{Bucket: "there-is-none", DatabasePath: at(c.database), StoragePath: at(c.storage), Scratch: at(c.scratch)}
		err := app.CheckPlaces(cfg)
		if c.says == "" && err != nil || c.says != "" && (!errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), c.says)) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if err := app.CheckPlaces(app.Config{StoragePath: at("app/storage"), Scratch: os.TempDir()}); err != nil {
		t.Errorf("the system's directory for temporary files: %v", err)
	}
}
