package sqlite

import (
	"context"
	"errors"
	"os"
)

// Structure runs checkStructure on the database at path, QuickCheck SQLite's check.
// Both report whether it is whole, and why not.
func Structure(ctx context.Context, path string) (whole bool, why error) {
	return examine(ctx, path, func(conn *connection, file *os.File, size int64) error {
		roots, err := conn.roots(ctx)
		if err != nil {
			return err
		}
		return checkStructure(ctx, file, size, roots)
	})
}

// QuickCheck is SQLite's quick_check; ended is false when it could not end because of
// the schema.
func QuickCheck(ctx context.Context, path string) (whole, ended bool, why error) {
	ended = true
	whole, why = examine(ctx, path, func(conn *connection, _ *os.File, _ int64) error {
		_, err := conn.quickCheck(ctx)
		ended = err == nil || !isForeign(err)
		return err
	})
	return whole, ended, why
}

func examine(ctx context.Context, path string, with func(*connection, *os.File, int64) error) (whole bool, why error) {
	conn, err := connect(ctx, path, existingFile, 0)
	if err != nil {
		return false, err
	}
	file, err := os.Open(path)
	if err != nil {
		return false, errors.Join(err, conn.close())
	}
	info, err := file.Stat()
	if err == nil {
		err = with(conn, file, info.Size())
	}
	return err == nil, errors.Join(err, conn.close(), file.Close())
}

// LooksEncrypted is looksEncrypted.
var LooksEncrypted = looksEncrypted
