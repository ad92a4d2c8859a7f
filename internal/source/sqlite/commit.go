package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// Commit implements backup.Restoration.
func (r *restoration) Commit(ctx context.Context) error {
	if r.absent {
		return r.removeLive()
	}
	if !r.needed {
		return ctx.Err()
	}
	if !r.copied {
		return errs.New(errs.ErrInvalid, "A restore must copy its files before it commits them.")
	}
	whole, err := r.liveIsWhole(ctx)
	if err != nil {
		return explain(err)
	}
	if r.raw || !whole {
		err = r.replace(ctx, whole)
	} else {
		err = r.overwrite(ctx)
	}
	return explain(err)
}

// removeLive brings back that there was no database. The file goes last: without it what
// is beside it would mean nothing.
func (r *restoration) removeLive() error {
	for _, suffix := range append(companions(), "") {
		if err := r.remove(r.live + suffix); err != nil {
			return err
		}
	}
	r.report("there was no database when the backup was taken, so the present one was removed; restart Vertex AR")
	return source.Sync(filepath.Dir(r.live), r.db.opt.Fault)
}

// liveIsWhole reports whether the live file is a database that SQLite can write.
// It may be in use, so there are no bytes to be looked at; what SQLite cannot
// check because it is the application's own does not keep it from writing.
func (r *restoration) liveIsWhole(ctx context.Context) (bool, error) {
	if _, err := os.Stat(r.live); err != nil {
		return false, ifExists(err)
	}
	err := r.db.persist(ctx, func() error {
		conn, err := connect(ctx, r.live, existingFile, r.db.opt.BusyTimeout)
		if err != nil {
			return err
		}
		_, err = conn.quickCheck(ctx)
		return errors.Join(err, conn.close())
	})
	if isDamage(err) {
		return false, nil
	}
	return err == nil || isForeign(err), ifForeign(err)
}

// ifForeign ignores what isForeign.
func ifForeign(err error) error {
	if err != nil && isForeign(err) {
		return nil
	}
	return err
}

// ifExists ignores fs.ErrNotExist.
func ifExists(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// overwrite writes the copy into the live database in one transaction.
func (r *restoration) overwrite(ctx context.Context) error {
	err := r.db.persist(ctx, func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		conn, err := connect(ctx, r.live, existingFile, r.db.opt.BusyTimeout)
		if err != nil {
			return err
		}
		err = r.load(ctx, conn)
		if err == nil {
			// The log now holds the whole database. If readers are in the
			// way, a later checkpoint moves it.
			_, _ = conn.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
		}
		return errors.Join(err, conn.close())
	})
	if err != nil {
		return fmt.Errorf("restore into the live database: %w", err)
	}
	return r.chmod(r.live, r.entry)
}

// replace puts the copy in the place of a live file that is missing or no
// whole database. A journal or log of the old file would be played back into the
// new one, so it goes first; the old content is lost already.
func (r *restoration) replace(ctx context.Context, whole bool) error {
	if whole {
		if err := r.emptyLog(ctx); err != nil {
			return err
		}
	}
	if err := r.settle(r.staged, r.entry); err != nil {
		return err
	}
	for _, e := range r.beside {
		if err := r.settle(r.stagedBeside(e), e); err != nil {
			return err
		}
	}
	_, gone := os.Stat(r.live)
	dir := filepath.Dir(r.live)
	for _, suffix := range companions() {
		if err := r.remove(r.live + suffix); err != nil {
			return err
		}
	}
	if err := source.Sync(dir, r.db.opt.Fault); err != nil {
		return err
	}
	err := r.db.opt.Fault.Do("rename", r.live, func() error { return os.Rename(r.staged, r.live) })
	if err != nil {
		return err
	}
	r.made = nil // they are in use now
	for _, e := range r.beside {
		to := r.live + strings.TrimPrefix(e.Path, backup.DatabasePath)
		err := r.db.opt.Fault.Do("rename", to, func() error { return os.Rename(r.stagedBeside(e), to) })
		if err != nil {
			return err
		}
	}
	if gone == nil {
		r.report("the database was replaced as a file; restart Vertex AR so that it opens the new one")
	}
	return source.Sync(dir, r.db.opt.Fault)
}

// emptyLog brings a whole live database into one file before its log is
// removed: damaged bytes are about to replace it, and until they do, nothing
// of it may be lost.
func (r *restoration) emptyLog(ctx context.Context) error {
	return r.db.persist(ctx, func() error {
		conn, err := connect(ctx, r.live, existingFile, r.db.opt.BusyTimeout)
		if err != nil {
			return err
		}
		_, err = conn.ExecContext(ctx, "PRAGMA journal_mode = DELETE")
		return errors.Join(err, conn.close())
	})
}

// settle gives a staged copy its entry's owner, as far as this user may set it, and its
// mode and time, and makes all of it durable.
func (r *restoration) settle(staged string, e backup.Entry) error {
	info, err := os.Stat(staged)
	if err != nil {
		return err
	}
	if err := r.chown(staged, e, info); err != nil {
		return err
	}
	if err := r.chmod(staged, e); err != nil {
		return err
	}
	err = r.db.opt.Fault.Do("chtimes", staged, func() error {
		return source.SetTime(unix.AT_FDCWD, staged, e.ModTime)
	})
	if err != nil {
		return err
	}
	return source.Sync(staged, r.db.opt.Fault)
}

// chown gives a staged copy, which is what info says now, its entry's owner.
func (r *restoration) chown(staged string, e backup.Entry, info fs.FileInfo) error {
	uid, gid := source.Owner(info)
	newUID, newGID, lacks := source.OwnRights().Chown(uid, gid, e.UID, e.GID)
	var err error
	if newUID >= 0 && newUID != uid || newGID >= 0 && newGID != gid {
		err = r.db.opt.Fault.Do("chown", staged, func() error { return os.Chown(staged, newUID, newGID) })
	}
	if denied := errors.Is(err, fs.ErrPermission); lacks && err == nil || denied {
		r.report("its owner or group is not that of the backup, since only root may set it")
		return nil
	}
	return err
}

// chmod sets an entry's mode. That of another user's file stays.
func (r *restoration) chmod(path string, e backup.Entry) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	mode := fs.FileMode(e.Mode & 0o777)
	if info.Mode().Perm() == mode {
		return nil
	}
	err = r.db.opt.Fault.Do("chmod", path, func() error { return os.Chmod(path, mode) })
	if errors.Is(err, fs.ErrPermission) {
		r.report("its mode is not that of the backup, since it belongs to another user")
		return nil
	}
	return err
}

var _ backup.Restoration = (*restoration)(nil)
