package backup

import (
	"context"
	"fmt"
	"iter"
	"strings"
)

// lackingExamples is how many of the files that the database names and that are
// missing are named one by one.
const lackingExamples = 20

// tally is what was found out while the sources were copied.
type tally struct {
	rows      *int64   // of the database; nil is not known
	names     int64    // of files, in the database
	lacking   int64    // of them that are not in the storage
	elsewhere int64    // of them that do not lead into the storage
	examples  []string // of those that are lacking
	strange   string   // one that leads elsewhere
}

// referenceCheck merge-joins the media paths that the database names with the
// walk of the storage: both come in byte order.
type referenceCheck struct {
	next func() (string, error, bool)
	stop func()
	want string
	more bool
	err  error
	seen *tally
}

// references starts the check if the backup holds both components.
func (ss snapshots) references(ctx context.Context, seen *tally) *referenceCheck {
	c := &referenceCheck{stop: func() {}, seen: seen}
	if len(ss) < 2 {
		return c
	}
	c.next, c.stop = iter.Pull2(ss[0].References(ctx))
	c.advance()
	return c
}

func (c *referenceCheck) advance() {
	c.want, c.err, c.more = c.next()
	if c.err != nil {
		c.more = false
	}
	if c.more {
		c.seen.names++
	}
}

// pass tells the check that the walk has come to path.
func (c *referenceCheck) pass(path string) {
	for c.more && strings.Compare(c.want, path) < 0 {
		c.missing()
		c.advance()
	}
	if c.more && c.want == path {
		c.advance()
	}
}

// end counts what the walk did not come to.
func (c *referenceCheck) end() error {
	for c.more {
		c.missing()
		c.advance()
	}
	return c.err
}

func (c *referenceCheck) missing() {
	if componentOf(c.want) != ComponentStorage {
		c.seen.elsewhere++
		c.seen.strange = c.want
		return
	}
	c.seen.lacking++
	if len(c.seen.examples) < lackingExamples {
		c.seen.examples = append(c.seen.examples, c.want)
	}
}

// judge says what the database names and the storage does not have: as a line
// about a shrunk storage if that is too much, and more than the last good backup
// lacked too, or if the storage has no files at all; else as warnings.
func (t tally) judge(found *notices, files, lackedBefore int64) (line string) {
	within := t.names - t.elsewhere
	if t.elsewhere >= lackingFew && 2*t.elsewhere > t.names {
		found.warn(fmt.Sprintf("Only %d of the %d files that the database names lie in the storage as far as their names tell; the others, such as %s, were not looked for.",
			within, t.names, Printable(t.strange)))
	}
	const grown = 10 // hundredths, as a tree grows
	much := t.lacking >= lackingFew && 100*t.lacking > lackingShare*within || files == 0 && within > 0
	if much && 100*t.lacking > (100+grown)*lackedBefore {
		return fmt.Sprintf("The storage lacks %d of the %d files that the database names, %d in a hundred, such as %s. Look whether all of its disks are mounted.",
			t.lacking, within, 100*t.lacking/within, Printable(t.examples[0]))
	}
	for _, path := range t.examples {
		found.warn(Printable(path) + ": the database names this file, but it is not in the storage")
	}
	if more := t.lacking - int64(len(t.examples)); more > 0 {
		found.warn(fmt.Sprintf("The database names %d more files that are not in the storage.", more))
	}
	return ""
}
