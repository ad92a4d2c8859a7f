package sqlite

import (
	"context"
	"crypto/sha256"
	"io"
	"io/fs"
	"iter"
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
	entry, beside, found, err := only(entries)
	if err != nil {
		return nil, err
	}
	if len(beside) > 0 && !opt.Damaged {
		return nil, misplaced(beside[0].Path)
	}
	live, info, err := d.target()
	if err != nil {
		return nil, err
	}
	if opt.Report == nil {
		opt.Report = func(backup.Notice) {}
	}
	r := &restoration{db: d, opt: opt, entry: entry, beside: beside, live: live, staged: filepath.Join(filepath.Dir(live), name+".db")}
	switch {
	case !found && opt.Absent:
		if info != nil {
			r.absent, r.sum.Remove = true, 1
		}
		return r, nil
	case !found:
		opt.Report(backup.Notice{Path: backup.DatabasePath, Text: "the backup holds no database; the present one is left as it is"})
		return r, nil
	case !opt.Selects(backup.DatabasePath):
		return r, nil
	}
	if info != nil {
		if err := d.notShared(live); err != nil {
			return nil, err
		}
		if len(beside) == 0 && d.holds(ctx, live, entry) {
			r.sum.Unchanged = 1
			return r, ctx.Err()
		}
	}
	r.needed = true
	r.sum = backup.PlanSummary{WriteFiles: 1, WriteBytes: entry.Size, RequiredBytes: 2 * entry.Size}
	for _, e := range beside {
		r.sum.WriteFiles++
		r.sum.WriteBytes += e.Size
		r.sum.RequiredBytes += e.Size
	}
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

// only returns the entry of the database, and those of files that a damaged one
// had beside it.
func only(entries iter.Seq2[backup.Entry, error]) (entry backup.Entry, beside []backup.Entry, found bool, err error) {
	for e, err := range entries {
		switch {
		case err != nil:
			return entry, nil, false, err
		case e.Type == backup.TypeFile && e.Path == backup.DatabasePath && !found:
			entry, found = e, true
		case e.Type == backup.TypeFile && found && isCompanion(e.Path) && len(beside) < len(keptCompanions()):
			beside = append(beside, e)
		default:
			return entry, nil, false, misplaced(e.Path)
		}
	}
	return entry, beside, found, nil
}

func misplaced(path string) *errs.Error {
	return errs.New(errs.ErrCorrupt, "The list of files in this backup is damaged: %q is not where it belongs.", path)
}

// holds reports whether a snapshot of the live database has the entry's bytes.
// When that cannot be found out, it is restored.
func (d *Database) holds(ctx context.Context, live string, entry backup.Entry) bool {
	if !d.hasSize(ctx, live, entry.Size) {
		return false
	}
	c, err := d.copyLive(ctx, live)
	if err != nil {
		return false
	}
	defer c.close() //nolint:errcheck // it is scratch
	if _, err := c.judge(ctx); err != nil {
		return false
	}
	size, err := c.size()
	if err != nil || size != entry.Size {
		return false
	}
	h := sha256.New()
	_, err = io.Copy(h, io.NewSectionReader(c.file, 0, size))
	return err == nil && [sha256.Size]byte(h.Sum(nil)) == entry.SHA256
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
