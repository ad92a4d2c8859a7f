package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
	beside []backup.Entry // the journal or log of a database that is kept as files
	sum    backup.PlanSummary
	live   string
	staged string // the copy beside the live file
	needed bool
	absent bool // there was none, so the live file is to be removed

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
		err = r.fetch(ctx, r.entry, r.staged, fetch, progress)
	}
	for _, e := range r.beside {
		if err == nil {
			err = r.fetch(ctx, e, r.stagedBeside(e), fetch, progress)
		}
	}
	if err == nil {
		err = r.verify(ctx)
	}
	if err == nil && !r.raw {
		err = r.fits(ctx)
	}
	if err != nil {
		return errors.Join(explain(err), r.Close())
	}
	r.copied = true
	progress(r.sum.WriteFiles, 0)
	return nil
}

// stagedBeside is where the copy of a companion waits: not where SQLite would take
// it for the staged copy's own.
func (r *restoration) stagedBeside(e backup.Entry) string {
	return r.staged + "." + strings.TrimPrefix(e.Path, backup.DatabasePath+"-")
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
		if source.StagedDatabase(e.Name()) && e.Type().IsRegular() {
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

// fetch writes the content of an entry into a staged file.
func (r *restoration) fetch(ctx context.Context, e backup.Entry, staged string, fetch backup.Fetch, progress func(files, bytes int64)) error {
	var file *os.File
	err := r.db.opt.Fault.Do("create", staged, func() (err error) {
		file, err = os.OpenFile(staged, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // beside the database
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
		err = r.db.opt.Fault.Do("write", staged, func() error { return fetch(ctx, e, w) })
	}
	if err == nil && w.N != e.Size {
		err = fmt.Errorf("%d bytes instead of %d: %w", w.N, e.Size, errs.ErrCorrupt)
	}
	if err == nil {
		err = r.db.opt.Fault.Do("sync", staged, file.Sync)
	}
	return errors.Join(err, file.Close())
}

// verify judges the staged copy before anything is changed, by the judgement that
// the backup was made with.
func (r *restoration) verify(ctx context.Context) error {
	if len(r.beside) > 0 {
		return r.asBytes()
	}
	err := r.inspect(ctx)
	switch {
	case !isDamage(err):
		return err
	case !r.opt.Damaged:
		return errs.New(errs.ErrCorrupt, "The database in this backup is damaged, so it was not restored. Choose another backup.").Because(err)
	}
	return r.asBytes()
}

// asBytes restores what is no whole database, which is known.
func (r *restoration) asBytes() error {
	r.raw = true
	if looksEncrypted(r.staged) {
		r.report("the database in this backup is encrypted; it is restored as the bytes that it is")
	} else {
		r.report("the database in this backup is damaged; it is restored as the bytes that it is")
	}
	return nil
}

// inspect judges the staged copy, and makes sure that it needs no other file.
func (r *restoration) inspect(ctx context.Context) (err error) {
	conn, err := connect(ctx, r.staged, existingFile, time.Second)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.close()) }()
	j, err := r.judge(ctx, conn)
	if err != nil {
		return err
	}
	j.notices(r.opt.Report)
	if err := conn.setJournal(ctx, "delete"); err != nil {
		return err
	}
	count, tables, err := conn.dangling(ctx)
	switch {
	case isDamage(err) || ctx.Err() != nil:
		return err
	case err != nil && j.foreign == "":
		r.report("its foreign keys could not be checked: the schema declares some that fit no table")
	case count > 0:
		r.report(danglingText(count, tables))
	}
	return nil
}

// judge judges the staged copy. Its file is closed after SQLite's connection has
// judged it: closing it drops SQLite's locks, of which nobody else knows.
func (r *restoration) judge(ctx context.Context, conn *connection) (j judgement, err error) {
	file, err := os.Open(r.staged)
	if err != nil {
		return j, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return j, err
	}
	return judge(ctx, conn, file, info.Size())
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
	for _, e := range r.beside {
		err = errors.Join(err, r.remove(r.stagedBeside(e)))
	}
	for _, dir := range slices.Backward(r.made) {
		_ = os.Remove(dir) // one that is not empty any more stays
	}
	return err
}

// companions are the ends of the names of the files that SQLite keeps beside a database.
func companions() []string { return []string{"-journal", "-wal", "-shm"} }
