package directory

import (
	"slices"
	"strings"
)

// spans is the stack of directories that a walk in byte order is inside of. A
// directory's span goes from its own path to the last path below it; between
// them lie siblings ("a", "a-b", "a/x"), so spans nest like brackets.
type spans []string

// advance moves the walk on to path and returns the directories whose span has
// ended, innermost first.
func (s *spans) advance(path string) []string {
	var ended []string
	for n, dir := range slices.Backward(*s) {
		if path < dir+"/" || strings.HasPrefix(path, dir+"/") {
			break
		}
		ended = append(ended, dir)
		*s = (*s)[:n]
	}
	return ended
}

// enter puts dir on the stack.
func (s *spans) enter(dir string) { *s = append(*s, dir) }

// holds reports whether dir is on the stack.
func (s *spans) holds(dir string) bool { return slices.Contains(*s, dir) }

// cover reports whether path lies below a directory of the stack.
func (s *spans) cover(path string) bool {
	for _, d := range *s {
		if strings.HasPrefix(path, d+"/") {
			return true
		}
	}
	return false
}
