package manifest

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
)

// Places check that each entry lies where a backup of its kind has something, and
// in a directory that is an entry too: what a manifest has can be restored.
type Places struct {
	components []backup.Component
	// dirs are the directories that could still have something below them; each
	// is above the next.
	dirs []string
}

// NewPlaces returns the places of a backup of that kind.
func NewPlaces(k backup.Kind) *Places { return &Places{components: k.Components()} }

// Add checks the next entry, of those that a [Reader] yields.
func (p *Places) Add(e backup.Entry) error {
	p.leave(e.Path)
	if err := p.check(e); err != nil {
		return err
	}
	if e.Type == backup.TypeDir {
		p.dirs = append(p.dirs, e.Path)
	}
	return nil
}

// leave forgets the directories that path has passed. Between one and what is
// below it may stand others: a, a-b, a/c.
func (p *Places) leave(path string) {
	for n, dir := range slices.Backward(p.dirs) {
		if strings.HasPrefix(path, dir) && path[len(dir)] <= '/' {
			return
		}
		p.dirs = p.dirs[:n]
	}
}

func (p *Places) check(e backup.Entry) error {
	top, _, below := strings.Cut(e.Path, "/")
	switch c := backup.Component(top); {
	case !slices.Contains(p.components, c):
		return fmt.Errorf("it lies in none of %q, which are all that the backup holds", p.components)
	case !below && e.Type != backup.TypeDir:
		return errors.New("a component is no directory")
	case !below:
		return nil
	case c == backup.ComponentDatabase:
		if e.Path != backup.DatabasePath || e.Type != backup.TypeFile {
			return fmt.Errorf("all that is there is the file %q", backup.DatabasePath)
		}
		return nil
	}
	if parent := e.Path[:strings.LastIndexByte(e.Path, '/')]; !slices.Contains(p.dirs, parent) {
		return fmt.Errorf("what it lies in, %.200q, is no directory of the backup", parent)
	}
	return nil
}
