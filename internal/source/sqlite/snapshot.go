package sqlite

import (
	"context"
	"errors"
	"io"
	"os"
	"syscall"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// snapshot is a copy of the database: one that SQLite made, or the files as they are.
type snapshot struct {
	copied *copied // nil when the database was missing, or is kept as files
	kept   []salvaged
	entry  backup.Entry
	// readable says that the copy is a whole database.
	readable bool
	opt      Options
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
		opt.Report(backup.Notice{Path: backup.DatabasePath, Text: backup.NoticeAbsentDatabase})
		return &snapshot{}, nil
	}
	if err := readable(live); err != nil {
		return nil, err
	}
	if err := d.notShared(live); err != nil {
		return nil, err
	}
	s := &snapshot{entry: entryOf(live, info), opt: d.opt}
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
	c, err := d.copyLive(ctx, live)
	if err == nil {
		var j judgement
		if j, err = c.judge(ctx); err == nil {
			j.notices(opt.Report)
			s.copied, s.readable = c, true
			s.entry.Size, err = c.size()
			return err
		}
	}
	isEncrypted := isDamage(err) && looksEncrypted(live)
	if !isDamage(err) || !opt.Salvage {
		if c != nil {
			err = errors.Join(err, c.close())
		}
		if isEncrypted {
			return encrypted().Because(err)
		}
		return damagedSource(err)
	}
	text := backup.NoticeDamagedDatabase
	if isEncrypted {
		text = backup.NoticeEncryptedDatabase
	}
	opt.Report(backup.Notice{Path: backup.DatabasePath, Text: text})
	return d.salvage(ctx, s, live, c)
}

// damagedSource gives damage a sentence.
func damagedSource(err error) error {
	if !isDamage(err) {
		return err
	}
	return errs.New(errs.ErrCorrupt, "The database is damaged, so it was not backed up. Restore it from an earlier backup, or repair it with SQLite's .recover command.").Because(err)
}

// Walk implements backup.Snapshot.
func (s *snapshot) Walk(ctx context.Context, visit func(backup.Item) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.copied != nil {
		return visit(item(s.entry, s.copied.file, true))
	}
	for _, k := range s.kept {
		if err := visit(item(k.entry, k.file, k.entry.Path == backup.DatabasePath)); err != nil {
			return err
		}
	}
	return nil
}

// item is an entry of which the content stands in a file that nobody else writes.
func item(e backup.Entry, file io.ReaderAt, byPages bool) backup.Item {
	return backup.Item{Entry: e, ByPages: byPages, Open: func(ctx context.Context) (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(file, 0, e.Size)), ctx.Err()
	}}
}

// Close implements backup.Snapshot.
func (s *snapshot) Close() error {
	var err error
	if s.copied != nil {
		err = s.copied.close()
	}
	for _, k := range s.kept {
		err = errors.Join(err, k.file.Close())
	}
	s.copied, s.kept = nil, nil
	return err
}
