package fingerprint_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"github.com/vertex-ar/backup/infra/local/fingerprint"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// makeTree makes a tree with one entry of each type and fixed times.
func makeTree(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	must(t, os.Mkdir(filepath.Join(root, "dir"), 0o755))
	must(t, os.WriteFile(filepath.Join(root, "dir/file"), []byte("content"), 0o644))
	must(t, os.Symlink("file", filepath.Join(root, "dir/link")))
	settle(t, root)
	return root
}

// settle gives everything but the link a fixed time.
func settle(t *testing.T, root string) {
	t.Helper()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	for _, name := range []string{"dir/file", "dir", "."} {
		if err := os.Chtimes(filepath.Join(root, name), at, at); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
}

func ofTree(t *testing.T, root string) fingerprint.Tree {
	t.Helper()
	tree, err := fingerprint.OfTree(t.Context(), root)
	must(t, err)
	return tree
}

func TestEqualTreesDoNotDiffer(t *testing.T) {
	t.Parallel()
	root := makeTree(t)
	if diff := ofTree(t, root).Diff(ofTree(t, root)); len(diff) > 0 {
		t.Error(diff)
	}
}

func TestEachDifferenceOfATreeIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(root string) error
		want   string
	}{
		"missing":   {func(root string) error { return os.Remove(root + "/dir/file") }, `"dir/file" is missing`},
		"added":     {func(root string) error { return os.Mkdir(root+"/new", 0o755) }, `"new" was not there before`},
		"size":      {func(root string) error { return os.WriteFile(root+"/dir/file", nil, 0o644) }, `"dir/file" has 0 bytes, had 7`},
		"content":   {func(root string) error { return os.WriteFile(root+"/dir/file", []byte("CONTENT"), 0o644) }, `"dir/file" has another content`},
		"mode":      {func(root string) error { return os.Chmod(root+"/dir/file", 0o600) }, `"dir/file" has mode -rw-------, had -rw-r--r--`},
		"directory": {func(root string) error { return os.Chmod(root+"/dir", 0o700) }, `"dir" has mode drwx------, had drwxr-xr-x`},
		"type": {func(root string) error {
			must(t, os.Remove(root+"/dir/file"))
			return os.Symlink("x", root+"/dir/file")
		}, `"dir/file" is L`},
		"link": {func(root string) error {
			must(t, os.Remove(root+"/dir/link"))
			return os.Symlink("other", root+"/dir/link")
		}, `"dir/link" points to "other", pointed to "file"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := makeTree(t)
			before := ofTree(t, root)
			must(t, c.change(root))
			settle(t, root)
			diff := ofTree(t, root).Diff(before)
			if len(diff) != 1 || !strings.HasPrefix(diff[0], c.want) {
				t.Errorf("got %q, want %q", diff, c.want)
			}
		})
	}
}

func TestOneNanosecondIsADifference(t *testing.T) {
	t.Parallel()
	root := makeTree(t)
	before := ofTree(t, root)
	at := time.Date(2026, 1, 2, 3, 4, 5, 7, time.UTC)
	must(t, os.Chtimes(root+"/dir/file", at, at))
	diff := ofTree(t, root).Diff(before)
	if len(diff) != 1 || !strings.Contains(diff[0], "was modified at") {
		t.Errorf("got %q", diff)
	}
}

// makeDatabase runs the statements in a new database.
func makeDatabase(t *testing.T, statements ...string) fingerprint.Database {
	t.Helper()
	path := filepath.Join(t.TempDir(), "name with spaces & % #.db")
	must(t, execute(t.Context(), "file:"+strings.NewReplacer("%", "%25", "#", "%23", " ", "%20").Replace(path), statements))
	d, err := fingerprint.OfDatabase(t.Context(), path)
	must(t, err)
	return d
}

func execute(ctx context.Context, name string, statements []string) error {
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func TestEachDifferenceOfADatabaseIsNamed(t *testing.T) {
	t.Parallel()
	base := []string{"CREATE TABLE t (a, b)", "CREATE TABLE u (a TEXT PRIMARY KEY)", "CREATE INDEX i ON t (a)", "INSERT INTO t VALUES (1, 'x'), (2, NULL)"}
	for name, c := range map[string]struct{ change, want string }{
		"nothing": {"SELECT 1", ""},
		"dropped": {"DROP TABLE u", `"sqlite_autoindex_u_1" is missing; "u" is missing`},
		"index":   {"DROP INDEX i", `"i" is missing`},
		"added":   {"CREATE TABLE v (a)", `"v" was not there before`},
		"schema":  {"ALTER TABLE t ADD COLUMN c", `"t" has another schema`},
		"deleted": {"DELETE FROM t WHERE a = 1", `"t" has 1 rows, had 2`},
		"edited":  {"UPDATE t SET b = 'y' WHERE a = 1", `"t" has other rows`},
		"type":    {"UPDATE t SET a = '1' WHERE a = 1", `"t" has other rows`},
		"blob":    {"UPDATE t SET b = x'78' WHERE a = 1", `"t" has other rows`},
		"null":    {"UPDATE t SET b = '<nil>' WHERE a = 2", `"t" has other rows`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := makeDatabase(t, base...)
			after := makeDatabase(t, append(slices.Clip(base), c.change)...)
			if got := strings.Join(after.Diff(before), "; "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
