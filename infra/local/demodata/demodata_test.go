package demodata_test

import (
	"database/sql"
	"errors"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/infra/local/demodata"
	"github.com/vertex-ar/backup/infra/local/fingerprint"
	"github.com/vertex-ar/backup/internal/errs"
)

// small makes about 2 MB.
var small = demodata.Options{Scale: 0.005}

func generate(t *testing.T) (dir string, sum demodata.Summary) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "vertex-ar")
	sum, err := demodata.Generate(t.Context(), dir, small)
	if err != nil {
		t.Fatal(err)
	}
	return dir, sum
}

func fingerprints(t *testing.T, dir string) (fingerprint.Tree, fingerprint.Database) {
	t.Helper()
	tree, err := fingerprint.OfTree(t.Context(), filepath.Join(dir, demodata.StorageName))
	if err != nil {
		t.Fatal(err)
	}
	db, err := fingerprint.OfDatabase(t.Context(), filepath.Join(dir, demodata.DatabaseName))
	if err != nil {
		t.Fatal(err)
	}
	return tree, db
}

func TestTwoInstallationsAreEqual(t *testing.T) {
	t.Parallel()
	a, _ := generate(t)
	b, _ := generate(t)
	treeA, dbA := fingerprints(t, a)
	treeB, dbB := fingerprints(t, b)
	if diff := cmp.Diff([]string(nil), append(treeA.Diff(treeB), dbA.Diff(dbB)...)); diff != "" {
		t.Error(diff)
	}
}

func TestSummaryCountsWhatIsThere(t *testing.T) {
	t.Parallel()
	dir, sum := generate(t)
	tree, db := fingerprints(t, dir)
	files, bytes := tree.Stat()
	_, rows := db.Stat()
	got := demodata.Summary{Rows: int(rows), Files: files, Bytes: bytes}
	for path, e := range tree {
		if e.Mode.IsDir() && path != "." {
			got.Dirs++
		}
	}
	if diff := cmp.Diff(got, sum); diff != "" {
		t.Error(diff)
	}
	if sum.Bytes < 1e6 || sum.Bytes > 4e6 {
		t.Errorf("a small installation has %d bytes, want about 2 MB", sum.Bytes)
	}
}

func TestEveryMediaPathOfARowIsAFile(t *testing.T) {
	t.Parallel()
	dir, _ := generate(t)
	db, err := sql.Open("sqlite", filepath.Join(dir, demodata.DatabaseName))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	paths := 0
	for _, query := range []string{
		"SELECT image_path FROM portraits", "SELECT image_preview_path FROM portraits", "SELECT marker_fset FROM portraits",
		"SELECT marker_fset3 FROM portraits", "SELECT marker_iset FROM portraits",
		"SELECT video_path FROM videos", "SELECT video_preview_path FROM videos",
	} {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var path string
			if err := rows.Scan(&path); err != nil {
				t.Fatal(err)
			}
			paths++
			if info, err := os.Stat(filepath.Join(dir, path)); err != nil || !info.Mode().IsRegular() {
				t.Errorf("%s: %q: %v", query, path, err)
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if paths < 20 {
		t.Errorf("only %d paths", paths)
	}
}

func TestTheDatabaseIsSound(t *testing.T) {
	t.Parallel()
	dir, _ := generate(t)
	db, err := sql.Open("sqlite", filepath.Join(dir, demodata.DatabaseName))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var integrity string
	if err := db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&integrity); err != nil || integrity != "ok" {
		t.Errorf("integrity_check: %s %v", integrity, err)
	}
	var orphan string
	if err := db.QueryRowContext(t.Context(), "PRAGMA foreign_key_check").Scan(&orphan); !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("foreign_key_check: %s %v", orphan, err)
	}
}

func TestPicturesCanBeLookedAt(t *testing.T) {
	t.Parallel()
	dir, _ := generate(t)
	pictures := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Ext(path) != ".jpg" {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		pictures++
		_, err = jpeg.Decode(file)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		}
		return file.Close()
	})
	if err != nil || pictures == 0 {
		t.Errorf("%d pictures, %v", pictures, err)
	}
}

func TestTheTreeHasWhatProgramsForget(t *testing.T) {
	t.Parallel()
	dir, _ := generate(t)
	tree, _ := fingerprints(t, dir)
	found := map[string]bool{}
	for path, e := range tree {
		found["symbolic link"] = found["symbolic link"] || e.Link != ""
		found["private file"] = found["private file"] || e.Mode == 0o600
		found["executable file"] = found["executable file"] || e.Mode == 0o755
		found["empty file"] = found["empty file"] || e.Mode.IsRegular() && e.Size == 0
		found["space"] = found["space"] || strings.Contains(path, " ")
		found["emoji"] = found["emoji"] || strings.Contains(path, "🎂")
		found["Cyrillic"] = found["Cyrillic"] || strings.Contains(path, "Портрет")
		found["nanoseconds"] = found["nanoseconds"] || e.ModTime.Nanosecond()%1000 != 0
	}
	if len(found) != 8 {
		t.Fatalf("looked for %d things", len(found))
	}
	for what, ok := range found {
		if !ok {
			t.Errorf("no %s", what)
		}
	}
}

func TestGenerateOverwritesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := demodata.Generate(t.Context(), dir, small); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("the directory has %v, %v", entries, err)
	}
}

func TestDamageDoesAllItSays(t *testing.T) {
	t.Parallel()
	dir, sum := generate(t)
	tree, db := fingerprints(t, dir)
	harm, err := demodata.Damage(t.Context(), dir, 1)
	if err != nil {
		t.Fatal(err)
	}
	if harm.Deleted < sum.Files/2 || min(harm.Changed, harm.Disguised, harm.Added, harm.Touched, harm.Tables, harm.Rows) == 0 {
		t.Errorf("too little harm for %d files: %+v", sum.Files, harm)
	}
	nowTree, nowDB := fingerprints(t, dir)
	text := strings.Join(nowTree.Diff(tree), "\n")
	for _, want := range []string{"is missing", "has another content", "was not there before", "has mode", "before at", "bytes, had"} {
		if !strings.Contains(text, want) {
			t.Errorf("no difference of the tree says %q:\n%s", want, text)
		}
	}
	text = strings.Join(nowDB.Diff(db), "\n")
	for _, want := range []string{`"videos" is missing`, `"users" has 6 rows, had 12`, `"clients" has other rows`} {
		if !strings.Contains(text, want) {
			t.Errorf("no difference of the database says %q:\n%s", want, text)
		}
	}
}

func TestRuinLeavesNothing(t *testing.T) {
	t.Parallel()
	dir, _ := generate(t)
	if err := demodata.Ruin(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := fingerprint.OfDatabase(t.Context(), filepath.Join(dir, demodata.DatabaseName)); err == nil {
		t.Error("the database can still be read")
	}
	if _, err := os.Stat(filepath.Join(dir, demodata.StorageName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the media tree: %v", err)
	}
}
