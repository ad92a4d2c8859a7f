package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
)

// sampled is how many of the names that lead elsewhere are looked for in the storage.
const sampled = 200

// leadsElsewhere reports whether a value is a name that may belong into the storage as
// somebody else sees it: a container, another host, a browser.
func leadsElsewhere(value string) bool {
	absolute := strings.HasPrefix(value, "/") || strings.Contains(value, "://")
	return absolute && len(value) <= 4096 && !strings.ContainsRune(value, 0) && !hasParent(value)
}

// resolve moves the names that lead elsewhere into media: without what stands before
// the path in the storage, if that can be found out, else as they are.
func (c *connection) resolve(ctx context.Context, root string) (err error) {
	prefixes, err := c.prefixes(ctx, root)
	if err != nil {
		return err
	}
	insert, err := c.PrepareContext(ctx, "INSERT OR IGNORE INTO media VALUES (?)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, insert.Close()) }()
	rows, err := c.QueryContext(ctx, "SELECT name FROM elsewhere")
	if err != nil {
		return err
	}
	return eachName(rows, func(name string) error {
		p, ok := inStorage(name, prefixes, filepath.Base(root))
		if !ok {
			return nil
		}
		_, err := insert.ExecContext(ctx, []byte(p))
		return err
	})
}

// inStorage returns the path of a name below one of the prefixes, or below a directory
// that is called as the storage's root is. An absolute path below none of them is
// returned as it is; an address of the web is no media then.
func inStorage(name string, prefixes []string, root string) (string, bool) {
	for _, prefix := range prefixes {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return mediaBelow(rest)
		}
	}
	if strings.Contains(name, "://") {
		return "", false
	}
	for _, dir := range []string{root, string(backup.ComponentStorage)} {
		if _, rest, ok := strings.Cut(name, "/"+dir+"/"); ok && dir != "" {
			return mediaBelow(rest)
		}
	}
	return name, true
}

func mediaBelow(rest string) (string, bool) {
	rest = path.Clean(strings.TrimLeft(rest, "/"))
	return string(backup.ComponentStorage) + "/" + rest, rest != "."
}

// prefixes finds out what stands before the paths in the storage: a sample of the
// names is looked for there, without more and more of what stands first. A prefix counts
// if a tenth of its names are there, since some may be missing.
func (c *connection) prefixes(ctx context.Context, root string) (found []string, err error) {
	var count int64
	if err := c.QueryRowContext(ctx, "SELECT count(*) FROM elsewhere").Scan(&count); err != nil || root == "" {
		return nil, err
	}
	var names []string
	votes := map[string]int{}
	rows, err := c.QueryContext(ctx, "SELECT name FROM elsewhere WHERE rowid % ? = 0", max(1, count/sampled))
	if err != nil {
		return nil, err
	}
	err = eachName(rows, func(name string) error {
		names = append(names, name)
		if prefix := prefixOf(name, root); prefix != "" {
			votes[prefix]++
		}
		return nil
	})
	for prefix, n := range votes {
		all := 0
		for _, name := range names {
			if strings.HasPrefix(name, prefix) {
				all++
			}
		}
		if 10*n >= all {
			found = append(found, prefix)
		}
	}
	slices.SortFunc(found, func(a, b string) int {
		return cmp.Or(cmp.Compare(votes[b], votes[a]), strings.Compare(a, b))
	})
	return found, err
}

// prefixOf returns what stands before the longest end of a name that is a path in
// the storage; "" if none is.
func prefixOf(name, root string) string {
	for at := 0; at < len(name); {
		next := strings.IndexByte(name[at:], '/')
		if next < 0 {
			return ""
		}
		at += next + 1
		if rest := path.Clean(name[at:]); at < len(name) && name[at] != '/' && rest != "." {
			if _, err := os.Lstat(filepath.Join(root, rest)); err == nil {
				return name[:at]
			}
		}
	}
	return ""
}

// eachName calls take for every name that a query found.
func eachName(rows *sql.Rows, take func(string) error) error {
	defer rows.Close() //nolint:errcheck // Err tells
	for rows.Next() {
		var name []byte
		if err := rows.Scan(&name); err != nil {
			return err
		}
		if err := take(string(name)); err != nil {
			return err
		}
	}
	return rows.Err()
}
