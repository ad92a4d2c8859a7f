package backup

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"unicode/utf8"
)

// A record holds at most this many errors and warnings, so that it fits into
// one catalog item (400 KB); the last line counts the rest.
const (
	maxNotices    = 100
	maxNoticeSize = 600
)

// notices collects what a user should know about a run. Goroutines share it.
type notices struct {
	told func(lost bool, path, text string) // of each; nil is nobody

	mu       sync.Mutex
	errors   []string
	warnings []string
	moreErr  int
	moreWarn int
	lost     map[Component]bool
	unread   map[Component]int64
}

// report takes a notice of a source or of the repository.
func (n *notices) report(x Notice) {
	n.tell(x.Lost, x.Path, x.Text)
	line := Printable(x.Path) + ": " + x.Text
	if !x.Lost {
		n.keepWarning(line)
		return
	}
	n.keepError(componentOf(x.Path), line)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.unread == nil {
		n.unread = map[Component]int64{}
	}
	n.unread[componentOf(x.Path)]++
}

// unreadIn counts the files and directories of c that could not be read.
func (n *notices) unreadIn(c Component) int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.unread[c]
}

// shrunk records that a component is in the backup whole, but holds much less
// than it should. It stands first: a hundred others must not push it out.
func (n *notices) shrunk(line string) {
	n.tell(true, "", line)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.errors = slices.Insert(n.errors, 0, line)
}

// warnEmpty says that a component has nothing in it.
func (n *notices) warnEmpty(a Amount) {
	switch {
	case a.Component == ComponentStorage && a.Files == 0:
		n.warn("The storage holds no files. Look whether STORAGE_PATH is the right directory and its disk is mounted.")
	case a.Component == ComponentDatabase && a.Rows != nil && *a.Rows == 0:
		n.warn("The database holds no rows. Look whether DATABASE_PATH is the right file.")
	}
}

func (n *notices) tell(lost bool, path, text string) {
	if n.told != nil {
		n.told(lost, path, text)
	}
}

// fail records that content of c is missing.
func (n *notices) fail(c Component, line string) {
	n.tell(true, "", line)
	n.keepError(c, line)
}

func (n *notices) keepError(c Component, line string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.lost == nil {
		n.lost = map[Component]bool{}
	}
	n.lost[c] = true
	n.errors, n.moreErr = appendBounded(n.errors, n.moreErr, line)
}

// warn records something that leaves the backup whole.
func (n *notices) warn(line string) {
	n.tell(false, "", line)
	n.keepWarning(line)
}

func (n *notices) keepWarning(line string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.warnings, n.moreWarn = appendBounded(n.warnings, n.moreWarn, line)
}

// lines returns the collected errors and warnings.
func (n *notices) lines() (errors, warnings []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return withRest(n.errors, n.moreErr), withRest(n.warnings, n.moreWarn)
}

// whole reports whether nothing of c was lost.
func (n *notices) whole(c Component) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return !n.lost[c]
}

func appendBounded(list []string, more int, line string) (bounded []string, rest int) {
	if len(list) >= maxNotices {
		return list, more + 1
	}
	return append(list, shorten(line)), more
}

// shorten takes the middle out of a line that is too long.
func shorten(line string) string {
	if len(line) <= maxNoticeSize {
		return line
	}
	return Printable(line[:maxNoticeSize/2] + " … " + line[len(line)-maxNoticeSize/2:])
}

func withRest(list []string, more int) []string {
	if more == 0 {
		return list
	}
	return append(slices.Clip(list), fmt.Sprintf("and %d more", more))
}

// Printable returns a path as it can be shown in a line of text: as it is, or
// quoted with escapes when it holds control characters or is not UTF-8.
func Printable(path string) string {
	if !utf8.ValidString(path) {
		return strconv.QuoteToGraphic(path)
	}
	for _, r := range path {
		if !strconv.IsGraphic(r) {
			return strconv.QuoteToGraphic(path)
		}
	}
	return path
}

// componentOf returns the component whose entries live under the first element of path.
func componentOf(path string) Component {
	for i := range len(path) {
		if path[i] == '/' {
			return Component(path[:i])
		}
	}
	return Component(path)
}
