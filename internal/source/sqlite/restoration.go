package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// restoration is a planned restore of the database.
type restoration struct {
	db     *Database
	opt    backup.RestoreOptions // Report is set
	entry  backup.Entry
	sum    backup.PlanSummary
	live   string
	staged string // the copy beside the live file
	needed bool

	made   []string // directories that Copy made, outermost first
	copied bool
	raw    bool // the copy is no whole database, and that is known
}

// Summary implements backup.Restoration.
func (r *restoration) Summary() backup.PlanSummary { return r.sum }

// Copy implements backup.Restoration.
func (r *restoration) Copy(ctx context.Context, fetch backup.Fetch, progress func(files, bytes int64)) error {
	if !r.needed {
		// The restore that was killed may have come so far that nothing is
		// left to do but this.
		return errors.Join(ifExists(r.removeLeftovers()), ctx.Err())
	}
	err := r.prepare(ctx)
	if err == nil {
		err = r.fetch(ctx, fetch, progress)
	}
	if err == nil {
		err = r.verify(ctx)
	}
	if err != nil {
		return errors.Join(explain(err), r.Close())
	}
	r.copied = true
	progress(1, 0)
	return nil
}

// prepare makes room beside the live file.
func (r *restoration) prepare(ctx context.Context) error {
	space, err := r.db.Space(ctx)
	if err != nil {
		return err
	}
	if space < r.sum.RequiredBytes {
		return source.NoSpace("database")
	}
	r.made, err = source.MakeDirs(filepath.Dir(r.live), r.db.opt.Fault)
	if err != nil {
		return errs.New(errs.ErrUnavailable, "The directory of the database is missing and cannot be made. Make the directory of the file that DATABASE_PATH names, then try again.").Because(source.Full(err, "database"))
	}
	return r.removeLeftovers()
}

// removeLeftovers removes what an earlier restore that was killed has left.
func (r *restoration) removeLeftovers() error {
	dir := filepath.Dir(r.live)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if ours, _ := filepath.Match(source.StagingPrefix+"*.db*", e.Name()); ours && e.Type().IsRegular() {
			if err := r.remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// remove removes a file, which may be missing.
func (r *restoration) remove(path string) error {
	return r.db.opt.Fault.Do("remove", path, func() error {
		err := os.Remove(path)
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	})
}

// fetch writes the content of the entry into the staged file.
func (r *restoration) fetch(ctx context.Context, fetch backup.Fetch, progress func(files, bytes int64)) error {
	var file *os.File
	err := r.db.opt.Fault.Do("create", r.staged, func() (err error) {
		file, err = os.OpenFile(r.staged, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		return err
	})
	if file == nil {
		if errors.Is(err, os.ErrPermission) {
			return unreadable().Because(err)
		}
		return err
	}
	w := &source.Meter{W: file, Progress: progress}
	if err == nil {
		err = r.db.opt.Fault.Do("write", r.staged, func() error { return fetch(ctx, r.entry, w) })
	}
	if err == nil && w.N != r.entry.Size {
		err = fmt.Errorf("%d bytes instead of %d: %w", w.N, r.entry.Size, errs.ErrCorrupt)
	}
	if err == nil {
		err = r.db.opt.Fault.Do("sync", r.staged, file.Sync)
	}
	return errors.Join(err, file.Close())
}

// verify checks the staged copy before anything is changed.
func (r *restoration) verify(ctx context.Context) error {
	conn, err := connect(ctx, r.staged, existingFile, time.Second)
	if err != nil {
		return err
	}
	err = r.inspect(ctx, conn)
	err = errors.Join(err, conn.close())
	if !isDamage(err) {
		return err
	}
	if !r.opt.Damaged {
		return errs.New(errs.ErrCorrupt, "The database in this backup is damaged, so it was not restored. Choose another backup.").Because(err)
	}
	r.raw = true
	r.report("the database in this backup is damaged; it is restored as the bytes that it is")
	return nil
}

// inspect runs SQLite's checks on the staged copy, and makes sure that it
// needs no other file.
func (r *restoration) inspect(ctx context.Context, conn *connection) error {
	broken, example, err := conn.check(ctx, integrityCheck)
	if err != nil {
		return err
	}
	if broken > 0 {
		r.report(brokenText(broken, example))
	}
	count, tables, err := conn.dangling(ctx)
	switch {
	case isDamage(err) || ctx.Err() != nil:
		return err
	case err != nil:
		r.report("its foreign keys could not be checked: the schema declares some that fit no table")
	case count > 0:
		r.report(danglingText(count, tables))
	}
	_, err = conn.ExecContext(ctx, "PRAGMA journal_mode = DELETE")
	return err
}

func (r *restoration) report(text string) {
	r.opt.Report(backup.Notice{Path: backup.DatabasePath, Text: text})
}

// Close implements backup.Restoration.
func (r *restoration) Close() error {
	var err error
	for _, suffix := range append([]string{""}, companions()...) {
		err = errors.Join(err, r.remove(r.staged+suffix))
	}
	for _, dir := range slices.Backward(r.made) {
		_ = os.Remove(dir) // one that is not empty any more stays
	}
	return err
}

// companions are the ends of the names of the files that SQLite keeps beside a database.
func companions() []string { return []string{"-journal", "-wal", "-shm"} }
