package sqlite

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// Plan implements backup.Target. A backup without a database, of an
// installation that had none, changes nothing.
func (d *Database) Plan(ctx context.Context, entries iter.Seq2[backup.Entry, error], opt backup.RestoreOptions) (backup.Restoration, error) {
	name, err := source.StagingName(opt.Operation)
	if err != nil {
		return nil, err
	}
	entry, found, err := only(entries)
	if err != nil {
		return nil, err
	}
	live, info, err := d.target()
	if err != nil {
		return nil, err
	}
	if opt.Report == nil {
		opt.Report = func(backup.Notice) {}
	}
	r := &restoration{db: d, opt: opt, entry: entry, live: live, staged: filepath.Join(filepath.Dir(live), name+".db")}
	switch {
	case !found:
		opt.Report(backup.Notice{Path: backup.DatabasePath, Text: "the backup holds no database; the present one is left as it is"})
		return r, nil
	case !opt.Selects(backup.DatabasePath):
		return r, nil
	case info != nil && d.holds(ctx, live, entry):
		r.sum.Unchanged = 1
		return r, ctx.Err()
	}
	r.needed = true
	r.sum = backup.PlanSummary{WriteFiles: 1, WriteBytes: entry.Size, RequiredBytes: 2 * entry.Size}
	if info != nil {
		r.sum.RequiredBytes += info.Size() // the old pages go to the journal
	}
	return r, nil
}

// target is live for a restore, which does not follow every link.
func (d *Database) target() (string, fs.FileInfo, error) {
	to, err := d.opt.Links.Target(d.path, "database", "DATABASE_PATH")
	if err != nil {
		return "", nil, err
	}
	at := *d
	at.path = to
	return at.live()
}

// only returns the entry of the database.
func only(entries iter.Seq2[backup.Entry, error]) (entry backup.Entry, found bool, err error) {
	for e, err := range entries {
		if err != nil {
			return entry, false, err
		}
		if e.Path != backup.DatabasePath || e.Type != backup.TypeFile || found {
			return entry, false, errs.New(errs.ErrCorrupt, "The list of files in this backup is damaged: %q is not where it belongs.", e.Path)
		}
		entry, found = e, true
	}
	return entry, found, nil
}

// holds reports whether a snapshot of the live database has the entry's bytes.
// When that cannot be found out, it is restored.
func (d *Database) holds(ctx context.Context, live string, entry backup.Entry) bool {
	place, err := newPlace(d.scratch)
	if err != nil {
		return false
	}
	defer place.Close() //nolint:errcheck // it is scratch
	s := &snapshot{place: place}
	if !d.hasSize(ctx, live, entry.Size) || d.copyLive(ctx, live, s.path()) != nil || s.check(ctx, func(backup.Notice) {}) != nil {
		return false
	}
	sum, err := digest(s.path())
	return err == nil && sum == entry.SHA256
}

// hasSize reports whether a snapshot would have that size.
func (d *Database) hasSize(ctx context.Context, live string, size int64) bool {
	conn, err := connect(ctx, live, existingFile, d.opt.BusyTimeout)
	if err != nil {
		return false
	}
	defer conn.close() //nolint:errcheck // it was only read
	var bytes int64
	row := conn.QueryRowContext(ctx, "SELECT c.page_count * s.page_size FROM pragma_page_count AS c, pragma_page_size AS s")
	return row.Scan(&bytes) == nil && bytes == size
}

func digest(path string) (sum [32]byte, err error) {
	f, err := os.Open(path) //nolint:gosec // it is in a scratch directory
	if err != nil {
		return sum, err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return [32]byte(h.Sum(nil)), errors.Join(err, f.Close())
}
