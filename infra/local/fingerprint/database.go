package fingerprint

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	_ "modernc.org/sqlite" // the driver
)

// Database is the state of a database by table. Indexes, triggers and views
// are under their own names with a schema and no rows.
type Database map[string]Table

// Table is the state of one table.
type Table struct {
	Schema string // the statement that made it
	Rows   int64
	SHA256 [32]byte // of all rows in order of rowid
}

// Stat counts the tables and their rows.
func (d Database) Stat() (tables int, rows int64) {
	for _, t := range d {
		if strings.HasPrefix(t.Schema, "CREATE TABLE") {
			tables++
			rows += t.Rows
		}
	}
	return tables, rows
}

// OfDatabase reads every row of the SQLite database in the file path.
func OfDatabase(ctx context.Context, path string) (_ Database, err error) {
	name := url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: "mode=ro"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("read the database: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	return ofSchema(ctx, tx)
}

func ofSchema(ctx context.Context, tx *sql.Tx) (Database, error) {
	d := Database{}
	rows, err := tx.QueryContext(ctx, "SELECT type, name, coalesce(sql, '') FROM sqlite_schema")
	if err != nil {
		return nil, fmt.Errorf("read the database: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var tables []string
	for rows.Next() {
		var kind, name, schema string
		if err := rows.Scan(&kind, &name, &schema); err != nil {
			return nil, err
		}
		d[name] = Table{Schema: schema}
		if kind == "table" {
			tables = append(tables, name)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for _, name := range tables {
		t := d[name]
		if err := t.read(ctx, tx, name); err != nil {
			return nil, fmt.Errorf("read table %s: %w", name, err)
		}
		d[name] = t
	}
	return d, nil
}

func (t *Table) read(ctx context.Context, tx *sql.Tx, name string) error {
	rows, err := tx.QueryContext(ctx, `SELECT * FROM "`+strings.ReplaceAll(name, `"`, `""`)+`" ORDER BY rowid`) //nolint:gosec // a name is no value; it is quoted
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	h := sha256.New()
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		for _, v := range values {
			_, _ = fmt.Fprintf(h, "%T %q;", v, fmt.Sprint(v)) // a hash takes everything
		}
		t.Rows++
	}
	t.SHA256 = [32]byte(h.Sum(nil))
	return rows.Err()
}
