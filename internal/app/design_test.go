package app_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestWhatStopsWhomIsShownByTests holds that the tests which the table of
// docs/design.md names are there.
func TestWhatStopsWhomIsShownByTests(t *testing.T) {
	design, err := os.ReadFile(root + "docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(design), "### Who can do what to which data")
	table, _, _ = strings.Cut(table, "\n## ")
	rows := regexp.MustCompile(`(?m)^\|.*\|$`).FindAllString(table, -1)
	if len(rows) < 20 {
		t.Fatalf("the table has %d rows", len(rows))
	}
	known := tests(t)
	name := regexp.MustCompile("`(Test[A-Za-z0-9]+)`")
	for _, row := range rows[2:] {
		named := name.FindAllStringSubmatch(row, -1)
		if len(named) == 0 && !strings.HasSuffix(row, "| nothing |") {
			t.Errorf("no test: %s", row)
		}
		for _, n := range named {
			if !known[n[1]] {
				t.Errorf("there is no %s", n[1])
			}
		}
	}
}

// tests returns the names of all tests of the module.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	function := regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`)
	tree := os.DirFS(root)
	for _, top := range []string{"cmd", "functions", "infra", "internal"} {
		err := fs.WalkDir(tree, top, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Name() == "node_modules" {
				return fs.SkipDir
			}
			if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := fs.ReadFile(tree, path)
			for _, m := range function.FindAllSubmatch(source, -1) {
				names[string(m[1])] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names
}
