package demo

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/vertex-ar/backup/infra/local/demodata"
	"github.com/vertex-ar/backup/infra/local/fingerprint"
)

// errDiffers ends a demo whose installation is not as it should be.
var errDiffers = errors.New("the installation is not what it was before")

// state is the fingerprint of an installation.
type state struct {
	tree     fingerprint.Tree
	database fingerprint.Database
}

func stateOf(ctx context.Context, installation string) (s state, err error) {
	if s.tree, err = fingerprint.OfTree(ctx, filepath.Join(installation, demodata.StorageName)); err != nil {
		return s, err
	}
	s.database, err = fingerprint.OfDatabase(ctx, filepath.Join(installation, demodata.DatabaseName))
	return s, err
}

// compare fails if the installation is not as it was, and shows how.
func (d *demo) compare(ctx context.Context) error {
	now, err := stateOf(ctx, d.Installation)
	if err != nil {
		return err
	}
	tree, database := now.tree.Diff(d.before.tree), now.database.Diff(d.before.database)
	if len(tree)+len(database) > 0 {
		d.report.line("DIFFERENT: %s paths and %s tables or indexes", count(int64(len(tree))), count(int64(len(database))))
		d.report.lines(database, 20)
		d.report.lines(tree, 20)
		return errDiffers
	}
	files, bytes := now.tree.Stat()
	tables, rows := now.database.Stat()
	d.report.line("media      the same: %s files, %s, and %s directories and links", count(int64(files)), megabytes(bytes), count(int64(len(now.tree)-files)))
	d.report.line("           (names, contents, modes, times to the nanosecond, link targets)")
	d.report.line("database   the same: %d tables, %s rows", tables, count(rows))
	return nil
}
