package demodata

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/vertex-ar/backup/internal/errs"
)

// The names inside an installation.
const (
	DatabaseName = "app_data.db"
	StorageName  = "storage"
)

// Options say what to make.
type Options struct {
	// Scale is the size: 1, also meant by 0, gives some thousands of rows and
	// about 300 MB of media; 0.005 gives about 2 MB.
	Scale float64
}

// Summary counts what an installation holds.
type Summary struct {
	Rows  int   // in all tables
	Files int   // regular files in the media tree
	Dirs  int   // directories below the media tree's root
	Bytes int64 // of the files
}

// Generate makes an installation in dir. The directory appears whole or not at
// all. If dir exists, it is left alone and the error is errs.ErrConflict.
func Generate(ctx context.Context, dir string, opt Options) (Summary, error) {
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		return Summary{}, errs.New(errs.ErrConflict, "%s exists already; demo data never overwrites anything.", dir).Because(err)
	}
	unfinished := dir + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return Summary{}, err
	}
	sum, err := generate(ctx, unfinished, opt)
	if err != nil {
		return Summary{}, errors.Join(fmt.Errorf("make demo data: %w", err), os.RemoveAll(unfinished))
	}
	return sum, os.Rename(unfinished, dir)
}

func generate(ctx context.Context, dir string, opt Options) (Summary, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // the application's directory is as readable as the application's
		return Summary{}, err
	}
	plan := newPlan(opt)
	if err := writeDatabase(ctx, filepath.Join(dir, DatabaseName), plan.tables); err != nil {
		return Summary{}, err
	}
	if err := writeTree(ctx, filepath.Join(dir, StorageName), plan.nodes); err != nil {
		return Summary{}, err
	}
	return plan.summary(), nil
}
