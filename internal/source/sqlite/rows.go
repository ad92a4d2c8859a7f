package sqlite

import (
	"context"

	"github.com/vertex-ar/backup/internal/backup"
)

var _ backup.Counter = (*snapshot)(nil)

// Rows implements backup.Counter. A table is counted by its own leaves, not by an
// index, whose collation may be the application's.
func (s *snapshot) Rows(ctx context.Context) (rows int64, known bool) {
	if !s.readable {
		return 0, false
	}
	rows, err := s.copied.countRows(ctx)
	return rows, err == nil
}

// countRows counts the rows of all ordinary tables.
func (c *connection) countRows(ctx context.Context) (sum int64, err error) {
	tables, err := c.ordinaryTables(ctx)
	if err != nil {
		return 0, err
	}
	for _, name := range tables {
		var rows int64
		if err := c.QueryRowContext(ctx, "SELECT count(*) FROM "+quote(name)+" NOT INDEXED").Scan(&rows); err != nil {
			return 0, err
		}
		sum += rows
	}
	return sum, nil
}

// ordinaryTables returns the tables that are neither SQLite's own nor virtual, nor part of a virtual one.
func (c *connection) ordinaryTables(ctx context.Context) (names []string, err error) {
	rows, err := c.QueryContext(ctx, `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
