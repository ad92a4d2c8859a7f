package fingerprint

import (
	"fmt"
	"maps"
	"slices"
)

// Diff says, one line a path in order of path, how the tree is not as it was.
// It is empty when they are equal.
func (t Tree) Diff(was Tree) []string {
	return diff(was, t, func(a, b Entry) string {
		switch {
		case a.Mode.Type() != b.Mode.Type():
			return fmt.Sprintf("is %v, was %v", b.Mode, a.Mode)
		case a.Size != b.Size:
			return fmt.Sprintf("has %d bytes, had %d", b.Size, a.Size)
		case a.SHA256 != b.SHA256:
			return "has another content"
		case a.Link != b.Link:
			return fmt.Sprintf("points to %q, pointed to %q", b.Link, a.Link)
		case a.Mode != b.Mode:
			return fmt.Sprintf("has mode %v, had %v", b.Mode, a.Mode)
		case !a.ModTime.Equal(b.ModTime):
			return fmt.Sprintf("was modified at %v, before at %v", b.ModTime, a.ModTime)
		}
		return ""
	})
}

// Diff says, one line a table in order of name, how the database is not as it
// was. It is empty when they are equal.
func (d Database) Diff(was Database) []string {
	return diff(was, d, func(a, b Table) string {
		switch {
		case a.Schema != b.Schema:
			return "has another schema"
		case a.Rows != b.Rows:
			return fmt.Sprintf("has %d rows, had %d", b.Rows, a.Rows)
		case a.SHA256 != b.SHA256:
			return "has other rows"
		}
		return ""
	})
}

func diff[T any](was, is map[string]T, compare func(was, is T) string) []string {
	var lines []string
	for name, a := range was {
		b, ok := is[name]
		if !ok {
			lines = append(lines, fmt.Sprintf("%q is missing", name))
		} else if text := compare(a, b); text != "" {
			lines = append(lines, fmt.Sprintf("%q %s", name, text))
		}
	}
	for name := range maps.Keys(is) {
		if _, ok := was[name]; !ok {
			lines = append(lines, fmt.Sprintf("%q was not there before", name))
		}
	}
	slices.Sort(lines)
	return lines
}
