package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	codes "modernc.org/sqlite/lib"

	"github.com/vertex-ar/backup/internal/backup"
)

// errDamaged says that a check has found damage.
var errDamaged = errors.New("damaged database")

// judgement is what is to be known of a database that is whole: all of its rows
// can be read.
type judgement struct {
	// foreign is what the application brings to its database and this program
	// does not have, so that SQLite could not check values and search indexes;
	// "" when it could. Pages and rows were checked all the same.
	foreign string
	// broken is how many values break a rule of the schema, brokenSuch one of them.
	broken     int
	brokenSuch string
	// derived is a finding about what can be made anew from rows: a search index
	// that was written by another version.
	derived string
}

// judge is the one judgement of a database: of a live one that is backed up, and
// of a copy before it is restored. Damage is an error for isDamage.
//
// SQLite's quick_check decides where it can run to its end. It does not look at the
// contents of indexes, which depend on functions and collations of the application. Where
// it cannot even begin, since a rule, a column or a module is the application's own,
// checkStructure decides about file, the same database as bytes.
func judge(ctx context.Context, conn *connection, file io.ReaderAt, size int64) (judgement, error) {
	j, err := conn.quickCheck(ctx)
	if err == nil || isDamage(err) || !isForeign(err) {
		return j, err
	}
	j = judgement{foreign: foreignName(err)}
	roots, err := conn.roots(ctx)
	if isForeign(err) {
		err = fmt.Errorf("%w: its schema cannot be read: %w", errDamaged, err)
	}
	if err != nil {
		return j, err
	}
	return j, checkStructure(ctx, file, size, roots)
}

// A check stops after this many findings.
const maxFindings = 1_000_000

// What quick_check finds and what is no damage. Values that break a constraint are
// data that the application has written. All else is damage.
var (
	brokenRule   = regexp.MustCompile(`^((NULL|NUMERIC|TEXT|non-[A-Z]+) value in |CHECK constraint failed in )`)
	derivedFault = regexp.MustCompile(`^(unable to validate the inverted index for FTS|malformed inverted index for FTS|fts[0-9]+: |In RTree )`)
)

// quickCheck runs SQLite's check.
func (c *connection) quickCheck(ctx context.Context) (j judgement, err error) {
	rows, err := c.QueryContext(ctx, fmt.Sprintf("PRAGMA quick_check(%d)", maxFindings))
	if err != nil {
		return j, err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	for rows.Next() {
		var finding string
		if err := rows.Scan(&finding); err != nil {
			return j, err
		}
		switch {
		case finding == "ok":
		case brokenRule.MatchString(finding):
			j.broken++
			j.brokenSuch = finding
		case derivedFault.MatchString(finding):
			j.derived = finding
		default:
			return j, fmt.Errorf("%w: %s", errDamaged, finding)
		}
	}
	return j, rows.Err()
}

// roots returns the trees that the schema names, and its own.
func (c *connection) roots(ctx context.Context) ([]root, error) {
	rows, err := c.QueryContext(ctx, `
		SELECT s.rootpage, s.tbl_name, t.name IS NOT NULL AS holds, ifnull(NOT t.wr, FALSE),
			EXISTS (SELECT 1 FROM pragma_index_list(s.tbl_name) AS i WHERE i.name = s.name AND i.partial)
		FROM sqlite_schema AS s LEFT JOIN pragma_table_list AS t ON t.schema = 'main' AND t.name = s.name
		WHERE s.rootpage > 0 ORDER BY holds DESC`)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	roots := []root{{page: 1, of: "sqlite_schema", rows: true, numbered: true}}
	for rows.Next() {
		var r root
		if err := rows.Scan(&r.page, &r.of, &r.rows, &r.numbered, &r.partial); err != nil {
			return nil, err
		}
		roots = append(roots, r)
	}
	return roots, rows.Err()
}

// isForeign reports whether a check failed because of the schema, not because of
// the file, the disk or who waits for it.
func isForeign(err error) bool {
	if code(err) == codes.SQLITE_CORRUPT_VTAB {
		return true
	}
	switch code(err) & 0xff {
	case codes.SQLITE_ERROR, codes.SQLITE_AUTH, codes.SQLITE_CONSTRAINT, codes.SQLITE_MISMATCH, codes.SQLITE_RANGE:
		return true
	}
	return false
}

var foreignThing = regexp.MustCompile(`(?:no such|unknown) (function|collation sequence|module|tokenizer): ([^\s(]+)`)

// foreignName names what SQLite's error says that it does not have.
func foreignName(err error) string {
	m := foreignThing.FindStringSubmatch(err.Error())
	if m == nil {
		return strings.TrimPrefix(err.Error(), "SQL logic error: ")
	}
	switch m[1] {
	case "function":
		return fmt.Sprintf("the function %s", m[2])
	case "module":
		return fmt.Sprintf("the module %s", m[2])
	case "tokenizer":
		return fmt.Sprintf("the tokenizer %s", m[2])
	}
	return fmt.Sprintf("the collation %s", m[2])
}

// notices says what a user should know of a whole database.
func (j judgement) notices(report func(backup.Notice)) {
	say := func(text string) { report(backup.Notice{Path: backup.DatabasePath, Text: text}) }
	if j.foreign != "" {
		say(fmt.Sprintf("its pages and rows are whole; its rules and search indexes could not be checked, because the application brings what is not known here: %s", j.foreign))
	}
	if j.broken > 0 {
		say(fmt.Sprintf("%d values break a rule of the database's own schema (such as: %s); they are kept as they are", j.broken, j.brokenSuch))
	}
	if j.derived != "" {
		say(fmt.Sprintf("its rows are whole; a search index that is derived from them does not fit in the eyes of this version of SQLite (%s) and is kept as it is", j.derived))
	}
}
