package directory

import (
	"bufio"
	"encoding/gob"
	"fmt"
	"io"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/tempfile"
)

// verb is what a step does.
type verb uint8

const (
	keep       verb = iota // nothing: the entry is as in the backup
	write                  // fetch a file and rename it into place
	link                   // make a symbolic link and rename it into place
	relink                 // the same, for a link that differs only in owner or time
	touch                  // set mode, owner and time of a file that has the content
	makeDir                // make a directory; its metadata is set at the end
	settleDir              // a directory that is there with other metadata
	keepDir                // a directory that is as in the backup; changes below may disturb it
	clearDir               // make a directory empty that nobody may read
	remove                 // remove what the backup does not have, with all below it
	discard                // remove what a restore that was killed has left
	removeWith             // nothing: it goes with the directory that it is in
)

// step is one line of a plan.
type step struct {
	Verb  verb
	Entry backup.Entry // of remove, removeWith and clearDir only the path
	// Number names what is staged: the file of a write, a link, or the topmost
	// of directories that are made. What lies below such a directory is staged
	// in it: it has the directory's number and, in Below, its path there.
	Number int64
	Below  string
}

// staged reports whether Copy stages the step: commit renames it into place,
// or the directory that it lies below.
func (s *step) staged() bool {
	return s.Verb == write || s.Verb == link || s.Verb == relink || s.Verb == makeDir
}

// count adds the step to a summary.
func (s *step) count(sum *backup.PlanSummary) {
	switch s.Verb {
	case keep, keepDir:
		sum.Unchanged++
	case write:
		sum.WriteFiles++
		sum.WriteBytes += s.Entry.Size
		sum.RequiredBytes += blocks(s.Entry.Size)
	case link, relink, makeDir:
		sum.MetadataOnly++
		sum.RequiredBytes += blockSize
	case touch, settleDir:
		sum.MetadataOnly++
	case remove, removeWith:
		sum.Remove++
	case clearDir, discard:
	}
}

const blockSize = 4096

// blocks returns the space that a file of size bytes takes, with its inode.
func blocks(size int64) int64 {
	return (size+blockSize-1)/blockSize*blockSize + blockSize
}

// planFile keeps the steps in a temporary file, so that a plan takes no memory.
type planFile struct {
	file  *tempfile.File
	buf   *bufio.Writer
	enc   *gob.Encoder
	steps int64
	// changes are the steps but those that only might have to follow others.
	changes int64
}

func newPlanFile(scratch string) (*planFile, error) {
	f, err := tempfile.New(scratch)
	if err != nil {
		return nil, fmt.Errorf("create a plan: %w", err)
	}
	buf := bufio.NewWriterSize(f, 1<<16)
	return &planFile{file: f, buf: buf, enc: gob.NewEncoder(buf)}, nil
}

// add writes a step unless there is nothing to do for it.
func (p *planFile) add(s step) error {
	if s.Verb == keep || s.Verb == removeWith {
		return nil
	}
	p.steps++
	if s.Verb != keepDir {
		p.changes++
	}
	if err := p.enc.Encode(&s); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	return nil
}

// each calls do for every step in byte order of path.
func (p *planFile) each(do func(step) error) error {
	if err := p.buf.Flush(); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	info, err := p.file.Stat()
	if err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	dec := gob.NewDecoder(bufio.NewReaderSize(io.NewSectionReader(p.file, 0, info.Size()), 1<<16))
	for range p.steps {
		var s step
		if err := dec.Decode(&s); err != nil {
			return fmt.Errorf("read the plan: %w", err)
		}
		if err := do(s); err != nil {
			return err
		}
	}
	return nil
}

func (p *planFile) close() error { return p.file.Close() }
