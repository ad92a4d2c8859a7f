package model_test

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	_ "modernc.org/sqlite" // the driver that makes and reads the test's databases

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

const (
	databaseName = "app_data.db"
	treeName     = string(backup.ComponentStorage)
)

// state is what an installation holds.
type state struct {
	tree  map[string]string // a line for each path below the storage, "." for itself; nil when it is missing
	rows  string            // of the database; "" when it is missing
	bad   bool              // rows are the bytes of something that is no database
	files int64             // regular files of the tree
	bytes int64             // their sizes
	pages int64             // size of the database
	named []string          // media that the database names, in byte order
	count int64             // of the database's rows
	// leading are directories above what was restored on its own: what is done
	// in them changes their times.
	leading []string
}

// observe reads an installation.
func observe(t *testing.T, dir string) state {
	t.Helper()
	var s state
	root := filepath.Join(dir, treeName)
	tree, err := sourcetest.Tree(root)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		t.Fatal(err)
	default:
		s.tree = tree
		measure(t, root, &s)
	}
	query(t, filepath.Join(dir, databaseName), &s)
	return s
}

// measure counts the files and leaves out what no source backs up.
func measure(t *testing.T, root string, s *state) {
	t.Helper()
	for path := range s.tree {
		if strings.HasPrefix(path, source.StagingPrefix) {
			delete(s.tree, path)
			continue
		}
		info, err := os.Lstat(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().IsRegular() {
			s.files++
			s.bytes += info.Size()
		}
	}
}

func query(t *testing.T, path string, s *state) {
	t.Helper()
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	pages := db.QueryRowContext(t.Context(), `SELECT c.page_count * s.page_size FROM pragma_page_count AS c, pragma_page_size AS s`)
	rows, err := texts(t, db, `SELECT id || ' ' || quote(name) || ' ' || quote(image_path) || ' ' || quote(filler) FROM portraits ORDER BY id`)
	if err != nil || pages.Scan(&s.pages) != nil {
		s.rows, s.bad, s.pages = fmt.Sprintf("%d bytes %x", len(content), sha256.Sum256(content)), true, int64(len(content))
		return
	}
	s.rows, s.count = "rows:\n"+strings.Join(rows, "\n"), int64(len(rows))
	if s.named, err = texts(t, db, `SELECT DISTINCT image_path FROM portraits`); err != nil {
		t.Fatal(err)
	}
	slices.Sort(s.named)
}

func texts(t *testing.T, db *sql.DB, query string) (lines []string, err error) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, rows.Err()
}

// only returns the part of s that a backup of a kind can hold.
func (s state) only(kind backup.Kind) state {
	if !slices.Contains(kind.Components(), backup.ComponentDatabase) {
		s.rows, s.bad, s.pages, s.named, s.count = "", false, 0, nil, 0
	}
	if !slices.Contains(kind.Components(), backup.ComponentStorage) {
		s.tree, s.files, s.bytes = nil, 0, 0
	}
	return s
}

// lost names the media that the database names and the storage lacks.
func (s state) lost() (paths []string) {
	for _, path := range s.named {
		if _, ok := s.tree[strings.TrimPrefix(path, treeName+"/")]; !ok {
			paths = append(paths, path)
		}
	}
	return paths
}

// diff says in which lines got differs from want.
func diff(want, got state) []string {
	lines := sourcetest.Diff(untimed(want.tree, want.leading), untimed(got.tree, want.leading))
	if want.rows != got.rows {
		lines = append(lines, fmt.Sprintf("the database is %.300q, want %.300q", got.rows, want.rows))
	}
	return lines
}

// untimed is a tree without the times of some paths.
func untimed(tree map[string]string, paths []string) map[string]string {
	if len(paths) == 0 {
		return tree
	}
	tree = maps.Clone(tree)
	for _, path := range paths {
		if fields := strings.Fields(tree[path]); len(fields) > 2 {
			tree[path] = fields[0] + " " + fields[2]
		}
	}
	return tree
}

// paths returns the paths of the tree, without its root, in byte order.
func (s state) paths() []string {
	var paths []string
	for path := range s.tree {
		if path != "." {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// isDir and isFile tell what is at a path of the tree.
func (s state) isDir(path string) bool  { return strings.HasPrefix(s.tree[path], "d") }
func (s state) isFile(path string) bool { return strings.HasPrefix(s.tree[path], "-") }
