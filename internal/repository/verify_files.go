package repository

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/crypt"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// files names the damaged archives and the files that are lost with them.
func (v *verification) files(ctx context.Context) error {
	v.report.DamagedArchiveCount = int64(len(v.damaged))
	if len(v.damaged) == 0 && (v.ledger == nil || len(v.ledger.doubt) == 0) {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(v.damaged)) {
		if len(v.report.DamagedArchives) == maxNamed {
			break
		}
		v.report.DamagedArchives = append(v.report.DamagedArchives, name+": "+v.damaged[name].why)
	}
	lost := &lostFiles{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(v.repo.opt.Workers)
	number := int64(-1)
	for e, err := range v.m.Entries() {
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, group.Wait())
		}
		number++
		switch v.fate(number, e) {
		case fateLost:
			lost.add(e.Path)
		case fateUnknown:
			group.Go(func() error { return v.reread(ctx, e, lost) })
		case fateSafe:
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	v.report.DamagedFiles, v.report.DamagedFileCount = lost.result()
	slices.Sort(lost.why)
	v.report.Details = lost.why
	return nil
}

// fate is what damage to archives means for a file.
type fate int

const (
	fateSafe fate = iota
	fateLost
	fateUnknown // only reading it tells
)

// fate says what is known of a file before reading it on its own. In a shallow
// verification, which reads nothing, doubt counts as safe, and so it does where
// nothing is damaged and no key is at hand.
func (v *verification) fate(number int64, e backup.Entry) fate {
	touched := false
	for _, x := range e.Extents {
		d, ok := v.damaged[x.Archive]
		if !ok || x.Size == 0 {
			continue
		}
		if d.missing || storedEnd(x) > d.size {
			return fateLost
		}
		touched = true
	}
	switch {
	case !v.opt.Deep:
	case touched, v.ledger.doubt.has(number) && !v.closed(e):
		return fateUnknown
	case e.Type == backup.TypeFile && e.Size == 0 && !empty(e):
		return fateLost
	}
	return fateSafe
}

// storedEnd returns how much of its archive is needed at least to read an extent.
func storedEnd(x backup.Extent) int64 {
	if manifest.Encrypted(x.Archive) {
		return crypt.MinStored(x.Offset + x.Length)
	}
	return x.Offset + x.Length
}

// reread reads a file of a damaged archive on its own. Without the key to it
// nobody can tell, so it counts as lost.
func (v *verification) reread(ctx context.Context, e backup.Entry, lost *lostFiles) error {
	err := v.m.Fetch(ctx, e, io.MultiWriter(io.Discard, readCounter(func(n int64) { v.checked(0, 0, n) })))
	if errors.Is(err, errs.ErrCorrupt) || isLocked(err) {
		lost.add(e.Path)
		lost.because(e.Path, err)
		return nil
	}
	return err
}

// lostFiles keeps the first of the lost files in order of path.
type lostFiles struct {
	mu    sync.Mutex
	count int64
	paths []string
	why   []string // of the first that were found
}

// maxReasons is how many files a report explains.
const maxReasons = 100

// because notes why a file is lost.
func (l *lostFiles) because(path string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, why := range reasons(err) {
		if len(l.why) < maxReasons {
			l.why = append(l.why, display(path)+": "+why)
		}
	}
}

func (l *lostFiles) add(path string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	// Some that are read at once may come late: sort a few more than are shown.
	if l.paths = append(l.paths, path); len(l.paths) >= 2*maxNamed {
		slices.Sort(l.paths)
		l.paths = l.paths[:maxNamed]
	}
}

func (l *lostFiles) result() (shown []string, count int64) {
	slices.Sort(l.paths)
	for _, path := range l.paths[:min(len(l.paths), maxNamed)] {
		shown = append(shown, display(path))
	}
	return shown, l.count
}
