// Package web_test holds the page's translation of the service's sentences
// against the source that says them.
package web_test

import (
	"encoding/json"
	"go/build"
	"go/parser"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const root = "../../.."

func newRoot(dir string) fs.FS { return os.DirFS(dir) }

func translations(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("src/i18n/server.ru.json")
	if err != nil {
		t.Fatal(err)
	}
	var russian map[string]string
	if err := json.Unmarshal(text, &russian); err != nil {
		t.Fatal(err)
	}
	return russian
}

// foreign returns texts of others that reach users: of the system, and of the
// module that validates requests, in the words that httpapi makes of its signs.
func foreign(t *testing.T) []string {
	t.Helper()
	texts := []string{syscall.EIO.Error(), syscall.EACCES.Error(), syscall.EPERM.Error(), syscall.ENOENT.Error(), syscall.ENOSPC.Error(), syscall.ESTALE.Error()}
	texts = append(texts, "text without control characters") // in tags of httpapi's inputs
	pkg, err := build.Import("github.com/danielgtaylor/huma/v2/validation", ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	s := newSource()
	file, err := parser.ParseFile(s.fset, filepath.Join(pkg.Dir, "messages.go"), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	s.visit(file, "validation", true)
	for _, x := range s.found {
		texts = append(texts, strings.NewReplacer("<= ", "of at most ", ">= ", "of at least ").Replace(x.text))
	}
	return texts
}

func TestEverySentenceHasATranslation(t *testing.T) {
	russian := translations(t)
	for _, x := range templates(t, root) {
		if !x.quiet && russian[x.text] == "" {
			t.Errorf("%s: not in server.ru.json: %q", strings.TrimPrefix(x.at, root+"/"), x.text)
		}
	}
}

func TestEveryTranslationHasASentence(t *testing.T) {
	known := foreign(t)
	for _, x := range templates(t, root) {
		known = append(known, x.text)
	}
	for _, text := range slices.Sorted(maps.Keys(translations(t))) {
		if !slices.Contains(known, text) {
			t.Errorf("nothing in the source says %q any more: remove it from server.ru.json", text)
		}
	}
}

func TestTemplatesAreFoundWhereverTheyStand(t *testing.T) {
	const text = `package x
import "some/thing with space"
const begin = "It is " + "a constant."
type t struct { F int ` + "`json:\"a tag\"`" + ` }
var table = []row{{1, "In a table."}}
func f(err error) error {
	log.WarnContext(ctx, "in a log")
	warn(fmt.Sprintf("%d files of %s.", n, p))
	x.phase("some phase")
	report(Notice{Path: p, Text: "was read: " + err.Error() + "; so (" + begin + ")"})
	if err != nil { return fmt.Errorf("in the way: %w", errs.New(kind, "Not seen.")) }
	line := begin + " Do it " + verb("in an argument") + "."
	return errs.New(kind, "%s %s", begin, "Two words.")
}`
	s := newSource()
	file, err := parser.ParseFile(s.fset, "x.go", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	s.learn("x", file)
	s.visit(file, "x", false)
	var got []string
	for _, x := range s.found {
		if !x.quiet {
			got = append(got, x.text)
		}
	}
	want := []string{
		"It is a constant.", "In a table.", "%d files of %s.", "was read: %s; so (It is a constant.)",
		"It is a constant. Do it %s.", "in an argument", "Two words.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
