package backup

import (
	"fmt"
	"slices"
)

// Lacks says what is known to be missing from a backup, a line for each of the
// components that it does not hold as it should. Whoever restores, verifies or drills it
// should know: what it does hold may be whole all the same.
func (b Backup) Lacks(parts []Component) (lines []string) {
	for _, c := range b.Kind.Components() {
		if !b.Status.Restorable() || !slices.Contains(parts, c) {
			continue
		}
		a, known := b.amount(c)
		switch {
		case a.Unread > 0:
			lines = append(lines, fmt.Sprintf("Backup %s is incomplete: %d files or directories of the %s could not be read when it was taken, and are not in it with all that was in them.", b.ID, a.Unread, c))
		case !b.holds(c) && len(b.Amounts) > 0 && !known:
			lines = append(lines, fmt.Sprintf("Backup %s is incomplete: it holds no %s, which could not be read when it was taken.", b.ID, c))
		case !b.holds(c):
			lines = append(lines, fmt.Sprintf("Backup %s is incomplete: it does not hold all of the %s. %s", b.ID, c, firstLine(b.Errors)))
		}
		if b.shrunkIn(c) {
			lines = append(lines, shrinkLines(b, c)...)
		}
	}
	return lines
}

// shrinkLines returns what a record says of a component that has shrunk.
func shrinkLines(b Backup, c Component) []string {
	return keep(b.Errors, func(line string) bool { return isShrinkLine(line) && shrinkOf(line) == c })
}
