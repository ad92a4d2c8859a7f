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

	written func(name string) string // the name that an entry gets in the file
	links   map[string]bool          // written names of links
}

func newGuarded(w Writer, written func(name string) string) *guarded {
	return &guarded{w, written, map[string]bool{}}
}

// Add implements Writer.
func (g *guarded) Add(e backup.Entry, name string, content func(io.Writer) error) (string, error) {
	wrong := fmt.Errorf("%.200q is no name that an entry can have: %w", name, errs.ErrCorrupt)
	for _, element := range elements(name) {
		if element == "" || element == "." || element == ".." || strings.ContainsRune(element, 0) {
			return "", wrong
		}
	}
	written := g.written(name)
	for at := range elements(written) {
		if at > 0 && g.links[written[:at-1]] {
			return "", wrong
		}
	}
	if e.Type == backup.TypeSymlink {
		g.links[written] = true
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
