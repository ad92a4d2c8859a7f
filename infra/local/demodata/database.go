package demodata

import (
	"context"
	"database/sql"
	_ "embed" // schema.sql
	"fmt"
	"net/url"
	"strings"

	_ "modernc.org/sqlite" // the driver
)

//go:embed schema.sql
var schema string

// openDatabase opens or makes a database with one connection, so that pragmas hold.
func openDatabase(path string) (*sql.DB, error) {
	name := url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: "_pragma=synchronous(off)"}
	db, err := sql.Open("sqlite", name.String())
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

func writeDatabase(ctx context.Context, path string, tables []table) (err error) {
	db, err := openDatabase(path)
	if err != nil {
		return err
	}
	defer func() {
		if e := db.Close(); err == nil {
			err = e
		}
	}()
	if _, err := db.ExecContext(ctx, "PRAGMA foreign_keys = on;\n"+schema); err != nil {
		return fmt.Errorf("make tables: %w", err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	for _, t := range tables {
		if err := t.insert(ctx, tx); err != nil {
			return fmt.Errorf("fill table %s: %w", t.name, err)
		}
	}
	return tx.Commit()
}

func (t *table) insert(ctx context.Context, tx *sql.Tx) error {
	places := strings.TrimSuffix(strings.Repeat("?, ", len(t.columns)), ", ")
	stmt, err := tx.PrepareContext(ctx, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", t.name, strings.Join(t.columns, ", "), places))
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }()
	for _, row := range t.rows {
		if _, err := stmt.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	return nil
}
