package sqlite

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// dangling returns how many rows refer to rows that do not exist, and the
// tables that they are in.
func (c *connection) dangling(ctx context.Context) (count int, tables []string, err error) {
	rows, err := c.QueryContext(ctx, `SELECT "table", count(*) FROM pragma_foreign_key_check GROUP BY 1`)
	if err != nil {
		return 0, nil, err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	for rows.Next() {
		var table string
		var n int
		if err := rows.Scan(&table, &n); err != nil {
			return 0, nil, err
		}
		count += n
		tables = append(tables, table)
	}
	slices.Sort(tables)
	return count, tables, rows.Err()
}

func danglingText(count int, tables []string) string {
	return fmt.Sprintf("%d rows refer to rows that do not exist (tables: %s); they were so in the backup and are restored as they are", count, strings.Join(tables, ", "))
}
