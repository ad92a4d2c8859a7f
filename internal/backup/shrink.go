package backup

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Of the files that the database names a small share may be missing: rows
// outlive their files. More than that means that a part of the media is away.
const (
	lackingShare = 5 // hundredths
	lackingFew   = 10
)

// shrunkIn reports whether c has shrunk in b and nobody has confirmed that it is meant so.
func (b Backup) shrunkIn(c Component) bool { return !b.Accepted && slices.Contains(b.Shrunk, c) }

// weigh says how much of each component a backup holds, and compares it with the
// last good one and with what the database names: where too much is missing the
// component counts as shrunk. A safety backup keeps whatever there is, so nobody is told.
func (s *Service) weigh(ctx context.Context, b Backup, stored Stored, seen tally, found *notices) (amounts []Amount, shrunk []Component, err error) {
	amounts = slices.Clone(stored.Amounts)
	for i := range amounts {
		a := &amounts[i]
		a.Unread = found.unreadIn(a.Component)
		if a.Component == ComponentDatabase {
			a.Rows = seen.rows
		} else {
			a.Lacking = seen.lacking
		}
		good, was, err := s.lastGood(ctx, a.Component, b.ID)
		if err != nil {
			return nil, nil, err
		}
		line := s.shrinkLine(good, was, *a)
		if line == "" && a.Component == ComponentStorage {
			line = seen.judge(found, a.Files, was.Lacking)
		}
		switch {
		case line == "":
			found.warnEmpty(*a)
		case b.Reason == ReasonPreRestore:
			shrunk = append(shrunk, a.Component)
		default:
			shrunk = append(shrunk, a.Component)
			found.shrunk(strings.Join([]string{shorten(line), meantSo}, " "))
		}
	}
	return amounts, shrunk, nil
}

// lastGood returns the newest backup that can be compared with, beside the one
// that is being made, and how much of c it holds. One of which the rows are known is
// preferred.
func (s *Service) lastGood(ctx context.Context, c Component, without ID) (good Backup, was Amount, err error) {
	err = s.eachBackup(ctx, func(b Backup) bool {
		if b.ID == without || !b.Status.Restorable() || b.Reason == ReasonPreRestore || b.shrunkIn(c) {
			return true
		}
		a, ok := b.amount(c)
		best := ok && (c != ComponentDatabase || a.Rows != nil)
		if best || ok && good.ID == "" {
			good, was = b, a
		}
		return !best
	})
	return good, was, err
}

// meantSo ends each line about a shrunk component; see [judged].
const meantSo = "If it is meant to be so, accept this backup: until somebody does, the earlier ones are kept."

// shrinkLine says that a component has shrunk; "" if it has not.
func (s *Service) shrinkLine(good Backup, was, now Amount) string {
	limit := s.ShrinkLimit
	if limit == 0 {
		limit = DefaultShrinkLimit
	}
	switch {
	case good.ID == "" || !was.shrank(now, limit):
		return ""
	case now.Component == ComponentDatabase && was.Rows != nil && now.Rows != nil:
		return fmt.Sprintf("The database shrank: it has %d rows, the last good backup %s has %d. Look whether DATABASE_PATH is the right file.", *now.Rows, good.ID, *was.Rows)
	case now.Component == ComponentDatabase:
		return fmt.Sprintf("The database shrank: it has %d bytes, the last good backup %s has %d. Look whether DATABASE_PATH is the right file.", now.Bytes, good.ID, was.Bytes)
	case was.lostFiles(now, limit):
		return fmt.Sprintf("The storage shrank: it has %d files, the last good backup %s has %d. Look whether its disk is mounted.", now.Files, good.ID, was.Files)
	}
	return fmt.Sprintf("The storage shrank: its files have %d bytes, in the last good backup %s they have %d. Look whether its disk is whole.", now.Bytes, good.ID, was.Bytes)
}

// isShrinkLine reports whether a line says that a component has shrunk.
func isShrinkLine(line string) bool { return strings.HasSuffix(line, meantSo) }

// shrinkOf returns the component that such a line is about.
func shrinkOf(line string) Component {
	if strings.HasPrefix(line, "The database") {
		return ComponentDatabase
	}
	return ComponentStorage
}

// judged returns a record with the status that it has now: a backup that is
// partial only because it has shrunk is complete once somebody has accepted it, and
// what was wrong with it is then a warning.
func judged(b Backup) Backup {
	if len(b.Shrunk) == 0 || !b.Status.Restorable() || b.Reason == ReasonPreRestore {
		return b
	}
	from, to := &b.Warnings, &b.Errors
	if b.Accepted {
		from, to = to, from
	}
	*to = slices.Concat(*to, keep(*from, isShrinkLine))
	*from = keep(*from, func(line string) bool { return !isShrinkLine(line) })
	b.Status = StatusCompleted
	if len(b.Errors) > 0 || !b.Accepted {
		b.Status = StatusPartial
	}
	return b
}

// keep returns the lines that match.
func keep(lines []string, match func(string) bool) (kept []string) {
	for _, line := range lines {
		if match(line) {
			kept = append(kept, line)
		}
	}
	return kept
}
