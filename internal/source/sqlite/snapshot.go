package sqlite

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// snapshot is a copy of the database in a place of its own.
type snapshot struct {
	place *place // nil when the database was missing
	entry backup.Entry
	// readable says that the copy is a database, not just its bytes.
	readable    bool
	storageRoot string
}

// Snapshot implements backup.Source.
func (d *Database) Snapshot(ctx context.Context, opt backup.SnapshotOptions) (backup.Snapshot, error) {
	live, info, err := d.live()
	if err != nil {
		return nil, err
	}
	if info == nil {
		if !opt.Salvage {
			if err := source.Dangling(d.path, "database"); err != nil {
				return nil, err
			}
			return nil, missing()
		}
		opt.Report(backup.Notice{Path: backup.DatabasePath, Text: "the database is missing, so there is nothing of it to keep"})
		return &snapshot{}, nil
	}
	if err := readable(live); err != nil {
		return nil, err
	}
	place, err := newPlace(d.scratch)
	if err != nil {
		return nil, scratchFull(explain(err))
	}
	s := &snapshot{place: place, entry: entryOf(live, info), storageRoot: d.opt.StorageRoot}
	if err := d.fill(ctx, s, live, opt); err != nil {
		return nil, errors.Join(scratchFull(explain(err)), s.Close())
	}
	return s, nil
}

// scratchFull says which disk it is that is full: reading the database needs no
// room but that of its copy.
func scratchFull(err error) error {
	if !errors.Is(err, errs.ErrNoSpace) {
		return err
	}
	return errs.New(errs.ErrNoSpace, "The disk for temporary files has no room for a copy of the database. Free some space, or set SCRATCH_DIR to a directory on a larger disk, then try again.").Because(err)
}

// entryOf describes the live file. A commit in WAL mode changes only the log.
func entryOf(live string, info os.FileInfo) backup.Entry {
	e := backup.Entry{Path: backup.DatabasePath, Type: backup.TypeFile, ModTime: info.ModTime()}
	if wal, err := os.Stat(live + "-wal"); err == nil && wal.ModTime().After(e.ModTime) {
		e.ModTime = wal.ModTime()
	}
	e.ModTime = e.ModTime.UTC()
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		e.Mode = uint32(st.Mode) & 0o7777 //nolint:unconvert // it has 16 bits on some systems
		e.UID, e.GID = int(st.Uid), int(st.Gid)
	}
	return e
}

// fill copies the database, or with Salvage at least its bytes.
func (d *Database) fill(ctx context.Context, s *snapshot, live string, opt backup.SnapshotOptions) error {
	err := d.copyLive(ctx, live, s.path())
	if err == nil {
		err = s.check(ctx, opt.Report)
	}
	switch {
	case err == nil:
		s.readable = true
	case !isDamage(err):
		return err
	case !opt.Salvage:
		return errs.New(errs.ErrCorrupt, "The database is damaged, so it was not backed up. Restore it from an earlier backup, or repair it with SQLite's .recover command.").Because(err)
	default:
		if err := copyBytes(ctx, live, s.path()); err != nil {
			return err
		}
		opt.Report(backup.Notice{Path: backup.DatabasePath, Text: backup.NoticeDamagedDatabase})
	}
	info, err := os.Stat(s.path())
	if err != nil {
		return err
	}
	s.entry.Size = info.Size()
	return nil
}

// copyLive makes a consistent copy of the live database, as one file that
// needs no journal.
func (d *Database) copyLive(ctx context.Context, live, to string) error {
	return d.persist(ctx, func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		conn, err := connect(ctx, live, existingFile, d.opt.BusyTimeout)
		if err != nil {
			return err
		}
		err = conn.saveTo(location(to, newFile, d.opt.BusyTimeout))
		return errors.Join(err, conn.close())
	})
}

// path returns where the copy is.
func (s *snapshot) path() string { return filepath.Join(s.place.dir, "copy.db") }

// check checks the copy and brings it out of WAL mode.
func (s *snapshot) check(ctx context.Context, report func(backup.Notice)) error {
	conn, err := connect(ctx, s.path(), existingFile, time.Second)
	if err != nil {
		return err
	}
	broken, example, err := conn.check(ctx, quickCheck)
	if err == nil {
		_, err = conn.ExecContext(ctx, "PRAGMA journal_mode = DELETE")
	}
	if err == nil && broken > 0 {
		report(backup.Notice{Path: backup.DatabasePath, Text: brokenText(broken, example)})
	}
	return errors.Join(err, conn.close())
}

// copyBytes copies a file as it is.
func copyBytes(ctx context.Context, from, to string) error {
	in, err := os.Open(from) //nolint:gosec // the operator configured it
	if err != nil {
		return err
	}
	defer in.Close()          //nolint:errcheck // it was only read
	out, err := os.Create(to) //nolint:gosec // it is in a scratch directory
	if err != nil {
		return err
	}
	if err = ctx.Err(); err == nil {
		_, err = io.Copy(out, in)
	}
	return errors.Join(err, out.Close())
}

// Walk implements backup.Snapshot.
func (s *snapshot) Walk(ctx context.Context, visit func(backup.Item) error) error {
	if err := ctx.Err(); err != nil || s.place == nil {
		return err
	}
	return visit(backup.Item{Entry: s.entry, ByPages: true, Open: func(ctx context.Context) (io.ReadCloser, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return os.Open(s.path())
	}})
}

// Close implements backup.Snapshot.
func (s *snapshot) Close() error {
	if s.place == nil {
		return nil
	}
	return s.place.Close()
}
