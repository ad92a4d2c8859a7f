package sqlite

import (
	"context"
	"errors"
	"iter"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

// References implements backup.Snapshot. It takes the texts of all columns
// that are named like paths, sorts them in a second scratch database, and so
// needs no memory for them. Absolute paths that lead elsewhere come as they are.
func (s *snapshot) References(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if !s.readable {
			return
		}
		stopped, err := s.references(ctx, yield)
		if err != nil && !stopped {
			yield("", err)
		}
	}
}

// references yields until yield says stop, and then reports that it did.
func (s *snapshot) references(ctx context.Context, yield func(string, error) bool) (stopped bool, err error) {
	copied := s.copied.connection
	sorted, err := connect(ctx, "", newFile, time.Second) // a file that SQLite makes and removes itself
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, sorted.close()) }()
	if err := s.collect(ctx, copied, sorted); err != nil {
		return false, err
	}
	rows, err := sorted.QueryContext(ctx, "SELECT path FROM media ORDER BY path")
	if err != nil {
		return false, err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	for rows.Next() {
		var p []byte
		if err := rows.Scan(&p); err != nil {
			return false, err
		}
		if !yield(string(p), nil) {
			return true, nil
		}
	}
	return false, rows.Err()
}

// collect writes the paths that the tables name into sorted, as blobs: they
// compare byte by byte whatever the database's encoding is.
func (s *snapshot) collect(ctx context.Context, copied, sorted *connection) error {
	columns, err := copied.pathColumns(ctx)
	if err != nil {
		return err
	}
	if _, err := sorted.ExecContext(ctx, "CREATE TABLE media (path BLOB PRIMARY KEY) WITHOUT ROWID; CREATE TABLE elsewhere (name BLOB UNIQUE); BEGIN"); err != nil {
		return err
	}
	insert, err := sorted.PrepareContext(ctx, "INSERT OR IGNORE INTO media VALUES (?)")
	if err != nil {
		return err
	}
	defer insert.Close() //nolint:errcheck // it holds nothing
	aside, err := sorted.PrepareContext(ctx, "INSERT OR IGNORE INTO elsewhere VALUES (?)")
	if err != nil {
		return err
	}
	defer aside.Close() //nolint:errcheck // it holds nothing
	for _, c := range columns {
		err := copied.texts(ctx, c, func(value string) error {
			p, ok := s.mediaPath(value)
			if !ok {
				if leadsElsewhere(value) {
					_, err := aside.ExecContext(ctx, []byte(value))
					return err
				}
				return nil
			}
			_, err := insert.ExecContext(ctx, []byte(p))
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := sorted.resolve(ctx, s.opt.StorageRoot); err != nil {
		return err
	}
	_, err = sorted.ExecContext(ctx, "COMMIT")
	return err
}

// column is a column of a table.
type column struct{ table, name string }

// pathColumns returns the columns of ordinary tables that name media. Of a database
// with Vertex AR's tables they are known; of another one their names tell, of which
// those are no media that speak of folders, of backups and of other machines.
func (c *connection) pathColumns(ctx context.Context) ([]column, error) {
	rows, err := c.QueryContext(ctx, `
		SELECT t.name, c.name
		FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c
		WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
		  AND CASE
			WHEN (SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name IN ('portraits', 'videos', 'companies')) = 3
			THEN lower(t.name || '.' || c.name) IN ('portraits.image_path', 'portraits.image_preview_path', 'portraits.marker_fset',
				'portraits.marker_fset3', 'portraits.marker_iset', 'videos.video_path', 'videos.video_preview_path')
			ELSE (lower(c.name) IN ('path', 'marker_fset', 'marker_fset3', 'marker_iset') OR lower(c.name) LIKE '%\_path' ESCAPE '\')
				AND lower(c.name) NOT LIKE '%folder%' AND lower(c.name) NOT LIKE '%backup%' AND lower(c.name) NOT LIKE '%remote%'
			END
		ORDER BY t.name, c.cid`)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	var columns []column
	for rows.Next() {
		var col column
		if err := rows.Scan(&col.table, &col.name); err != nil {
			return nil, err
		}
		columns = append(columns, col)
	}
	return columns, rows.Err()
}

// texts calls take for every text of a column.
func (c *connection) texts(ctx context.Context, col column, take func(string) error) error {
	name := quote(col.name)
	rows, err := c.QueryContext(ctx, "SELECT "+name+" FROM "+quote(col.table)+" WHERE typeof("+name+") = 'text'")
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err tells
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			return err
		}
		if err := take(value); err != nil {
			return err
		}
	}
	return rows.Err()
}

// quote makes an SQL identifier of a name.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// mediaPath turns what a table says into the path of an entry: relative to the
// storage directory, with its name before it, or absolute. URLs, absolute
// paths elsewhere and paths that lead out are no media of the storage.
func (s *snapshot) mediaPath(value string) (string, bool) {
	const storage = string(backup.ComponentStorage)
	if strings.Contains(value, "://") || strings.ContainsRune(value, 0) {
		return "", false
	}
	rel := value
	if root := filepath.Clean(s.opt.StorageRoot); s.opt.StorageRoot != "" && strings.HasPrefix(value, root+"/") {
		rel = value[len(root)+1:]
	} else {
		for _, prefix := range []string{"/" + storage + "/", "./" + storage + "/", storage + "/"} {
			if after, ok := strings.CutPrefix(value, prefix); ok {
				rel = after
				break
			}
		}
	}
	if strings.HasPrefix(rel, "/") || !filepath.IsLocal(rel) || hasParent(rel) {
		return "", false
	}
	rel = path.Clean(rel)
	return storage + "/" + rel, rel != "."
}

func hasParent(rel string) bool {
	for element := range strings.SplitSeq(rel, "/") {
		if element == ".." {
			return true
		}
	}
	return false
}
