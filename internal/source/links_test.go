package source_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

func TestOnlyOwnLinksThatLeadSomewhereAreFollowed(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	for name, to := range map[string]string{"own": "there", "dangling": "away/and/farther", "foreign": at("there"), "chain": "own", "loop": "loop"} {
		if err := os.Symlink(to, at(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(at("there"), 0o755); err != nil {
		t.Fatal(err)
	}
	foreign := os.Lchown(at("foreign"), 1234, 1234) == nil
	for _, c := range []struct {
		links source.Links
		name  string
		want  string // "" is a refusal
	}{
		{source.OwnLinks, "there", "there"},
		{source.NoLinks, "there", "there"},
		{source.NoLinks, "missing", "missing"},
		{source.OwnLinks, "own", "own"},
		{source.OwnLinks, "chain", "chain"},
		{source.NoLinks, "own", ""},
		{source.AllLinks, "own", "there"},
		{source.AllLinks, "chain", "there"},
		{source.OwnLinks, "dangling", ""},
		{source.NoLinks, "dangling", ""},
		{source.AllLinks, "dangling", "away/and/farther"},
		{source.OwnLinks, "foreign", ""},
		{source.AllLinks, "foreign", "there"},
		{source.OwnLinks, "loop", ""},
	} {
		if c.name == "foreign" && !foreign {
			continue
		}
		got, err := c.links.Target(at(c.name), "media", "STORAGE_PATH")
		switch {
		case c.want == "" && errs.Detail(err) == "":
			t.Errorf("%v, %s: %q, %v", c.links, c.name, got, err)
		case c.want != "" && (err != nil || got != at(c.want)):
			t.Errorf("%v, %s: %q, %v, want %q", c.links, c.name, got, err, c.want)
		}
	}
	if err := source.Dangling(at("dangling"), "media"); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("a link that leads nowhere: %v", err)
	}
	if err := errors.Join(source.Dangling(at("own"), "media"), source.Dangling(at("there"), "media"), source.Dangling(at("missing"), "media")); err != nil {
		t.Error(err)
	}
}
