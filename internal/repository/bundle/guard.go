package bundle

import (
	"fmt"
	"io"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// guarded refuses names by which unpacking could write elsewhere than below
// where it unpacks. No source has such; a manifest that was made up could.
type guarded struct {
	Writer

	links map[string]bool // names of links
}

// Add implements Writer.
func (g *guarded) Add(e backup.Entry, name string, content func(io.Writer) error) (string, error) {
	for at, element := range elements(name) {
		if element == "" || element == "." || element == ".." || strings.ContainsRune(element, 0) || at > 0 && g.links[name[:at-1]] {
			return "", fmt.Errorf("%.200q is no name that an entry can have: %w", name, errs.ErrCorrupt)
		}
	}
	if e.Type == backup.TypeSymlink {
		g.links[name] = true
	}
	return g.Writer.Add(e, name, content)
}

// elements yields the elements of a name with where each starts.
func elements(name string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		at := 0
		for e := range strings.SplitSeq(name, "/") {
			if !yield(at, e) {
				return
			}
			at += len(e) + 1
		}
	}
}
