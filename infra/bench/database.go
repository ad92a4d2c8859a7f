package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver
)

// The database has about five rows a page of 4 KiB, so that a hundredth of the
// rows, spread evenly, touches a twentieth of the pages.
const (
	databaseRows  = 327_000
	rowBytes      = 760
	databaseWords = 20_000
)

// makeDatabase writes the database before and after the change.
func makeDatabase(ctx context.Context, before, after string) error {
	if err := errors.Join(os.MkdirAll(before, 0o750), os.MkdirAll(after, 0o750)); err != nil {
		return err
	}
	was, is := filepath.Join(before, databaseName), filepath.Join(after, databaseName)
	r := rand.New(rand.NewPCG(3, 3)) //nolint:gosec // the same bytes on every machine are the purpose
	words := &prose{r: r, words: newVocabulary(r, databaseWords)}
	err := withDatabase(ctx, was, func(tx *sql.Tx) error { return fill(ctx, tx, words) })
	if err != nil {
		return err
	}
	if err := copyFile(was, is); err != nil {
		return err
	}
	return withDatabase(ctx, is, func(tx *sql.Tx) error { return change(ctx, tx, words) })
}

// withDatabase does work in one transaction.
func withDatabase(ctx context.Context, path string, work func(*sql.Tx) error) (err error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := work(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func fill(ctx context.Context, tx *sql.Tx, w *prose) error {
	if _, err := tx.ExecContext(ctx, `CREATE TABLE portraits (id INTEGER PRIMARY KEY, client TEXT NOT NULL, story TEXT NOT NULL)`); err != nil {
		return err
	}
	insert, err := tx.PrepareContext(ctx, `INSERT INTO portraits VALUES (?, ?, ?)`)
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	for id := range databaseRows {
		if _, err := insert.ExecContext(ctx, id+1, fmt.Sprintf("client %06d", id%5000), w.text(rowBytes)); err != nil {
			return err
		}
	}
	return nil
}

// change writes a new text of the same length into every hundredth row.
func change(ctx context.Context, tx *sql.Tx, w *prose) error {
	update, err := tx.PrepareContext(ctx, `UPDATE portraits SET story = ? WHERE id = ?`)
	if err != nil {
		return err
	}
	defer func() { _ = update.Close() }()
	for id := 1; id <= databaseRows; id += changedOf {
		if _, err := update.ExecContext(ctx, w.text(rowBytes), id+w.r.IntN(changedOf)); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from) //nolint:gosec // our own
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to) //nolint:gosec // our own
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
