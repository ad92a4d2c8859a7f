package sqlite

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	codes "modernc.org/sqlite/lib"
)

// errDamaged says that a check has found damage.
var errDamaged = errors.New("damaged database")

// Which check to run. The quick one does not compare indexes with tables.
const (
	quickCheck     = "quick_check"
	integrityCheck = "integrity_check"
)

// A check stops after this many findings.
const maxFindings = 1_000_000

// brokenRule matches findings about values that break a constraint. They are
// data that the application has written, not damage of the file.
var brokenRule = regexp.MustCompile(`^((NULL|NUMERIC|TEXT|non-[A-Z]+) value in |CHECK constraint failed in )`)

// check runs one of the checks: damage is an error for isDamage; otherwise it
// returns how many values break a rule of the schema, and one of them.
func (c *connection) check(ctx context.Context, name string) (broken int, example string, err error) {
	rows, err := c.QueryContext(ctx, fmt.Sprintf("PRAGMA %s(%d)", name, maxFindings))
	if err != nil {
		return 0, "", asDamage(err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	for rows.Next() {
		var finding string
		if err := rows.Scan(&finding); err != nil {
			return 0, "", err
		}
		switch {
		case finding == "ok":
		case brokenRule.MatchString(finding):
			broken++
			example = finding
		default:
			return 0, "", fmt.Errorf("%w: %s", errDamaged, finding)
		}
	}
	return broken, example, asDamage(rows.Err())
}

// asDamage classifies an error of a check: the statement is always right, so
// a generic error speaks of the schema in the file.
func asDamage(err error) error {
	if code(err) == codes.SQLITE_ERROR {
		return fmt.Errorf("%w: %w", errDamaged, err)
	}
	return err
}

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

func brokenText(count int, example string) string {
	return fmt.Sprintf("%d values break a rule of the database's own schema (such as: %s); they are kept as they are", count, example)
}

func danglingText(count int, tables []string) string {
	return fmt.Sprintf("%d rows refer to rows that do not exist (tables: %s); they were so in the backup and are restored as they are", count, strings.Join(tables, ", "))
}
