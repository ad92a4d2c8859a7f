package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/errs"
)

// DrillRequest asks for a drill.
type DrillRequest struct {
	ID            ID // "" is the newest backup that can be restored
	AllowUnsigned bool
}

// DrillReport is what a drill found.
type DrillReport struct {
	ID        ID    `json:"id"`
	Encrypted bool  `json:"encrypted"` // all archives of the backup
	Files     int64 `json:"files"`     // whose content came out as it went in
	Bytes     int64 `json:"bytes"`
	Entries   int64 `json:"entries"` // files, directories and links
	// Lost names files that cannot be restored, at most as many as a record
	// holds; LostCount is whole.
	Lost      []string `json:"lost,omitempty"`
	LostCount int64    `json:"lost_count"`
	// Warnings say what the backup lacks: it can be restored without that.
	Warnings []string `json:"warnings,omitempty"`
}

// Drill restores a backup to nowhere: it opens what is encrypted with the
// identity at hand, decodes every file and compares it with its hash. Without an ID it is the
// newest backup that can be restored. progress is called by many goroutines. What
// is damaged is in the report; a key that is missing or does not fit is
// errs.ErrInvalid. What nobody who is trusted has signed is errs.ErrForbidden unless the
// request allows it.
func (s *Service) Drill(ctx context.Context, req DrillRequest, progress func(Progress)) (_ DrillReport, err error) {
	b, err := s.drilled(ctx, req.ID)
	if err != nil {
		return DrillReport{}, err
	}
	r, err := s.open(ctx, b)
	if err != nil {
		return DrillReport{}, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if err := admit(ctx, b.ID, r, req.AllowUnsigned); err != nil {
		return DrillReport{}, err
	}
	d := drill{from: r, progress: progress}
	d.meter.phase("drill", b.FileCount, b.LogicalSize)
	if err := d.run(ctx); err != nil {
		return DrillReport{}, damaged(b.ID, err)
	}
	return d.report(b), nil
}

// drilled returns the backup of that id, or the newest.
func (s *Service) drilled(ctx context.Context, id ID) (Backup, error) {
	if id != "" {
		return s.restorable(ctx, id)
	}
	var newest Backup
	err := s.eachBackup(ctx, func(b Backup) bool {
		if b.Status.Restorable() {
			newest = b
		}
		return newest.ID == ""
	})
	if err == nil && newest.ID == "" {
		err = errs.New(errs.ErrNotFound, "There is no backup yet that could be restored.")
	}
	return newest, err
}

// drill is a running Drill.
type drill struct {
	from     Reader
	progress func(Progress)

	entries   int64
	meter     meter // of files that came out whole
	lost      notices
	lostCount atomic.Int64
}

// run fetches every file, a few at a time.
func (d *drill) run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2 * runtime.GOMAXPROCS(0))
	for e, err := range d.from.Entries() {
		if err != nil || ctx.Err() != nil {
			return errors.Join(err, group.Wait())
		}
		d.entries++
		if e.Type == TypeFile {
			group.Go(func() error { return d.fetch(ctx, e) })
		}
	}
	return group.Wait()
}

// fetch reads one file. Damage is noted, and the drill goes on.
func (d *drill) fetch(ctx context.Context, e Entry) error {
	err := d.from.Fetch(ctx, e, io.Discard)
	if errors.Is(err, errs.ErrCorrupt) {
		d.lostCount.Add(1)
		d.lost.warn(Printable(e.Path))
		return nil
	}
	if err != nil {
		return fmt.Errorf("drill: %w", err)
	}
	d.meter.add(1, e.Size)
	d.progress(d.meter.now())
	return nil
}

func (d *drill) report(b Backup) DrillReport {
	_, lost := d.lost.lines()
	if d.lostCount.Load() == int64(len(lost)) {
		slices.Sort(lost)
	}
	done := d.meter.now()
	return DrillReport{
		ID: b.ID, Encrypted: b.Encrypted, Entries: d.entries, Files: done.DoneFiles, Bytes: done.DoneBytes,
		Lost: lost, LostCount: d.lostCount.Load(), Warnings: b.Lacks(b.Kind.Components()),
	}
}
