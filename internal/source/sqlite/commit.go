package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// Commit implements backup.Restoration.
func (r *restoration) Commit(ctx context.Context) error {
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

// liveIsWhole reports whether the live file is a database that SQLite can write.
func (r *restoration) liveIsWhole(ctx context.Context) (bool, error) {
	if _, err := os.Stat(r.live); err != nil {
		return false, ifExists(err)
	}
	err := r.db.persist(ctx, func() error {
		conn, err := connect(ctx, r.live, existingFile, r.db.opt.BusyTimeout)
		if err != nil {
			return err
		}
		_, _, err = conn.check(ctx, quickCheck)
		return errors.Join(err, conn.close())
	})
	if isDamage(err) {
		return false, nil
	}
	return err == nil, err
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
		err = r.fitPages(ctx, conn)
		if err == nil {
			err = r.db.opt.Fault.Do("restore", r.live, func() error {
				return conn.loadFrom(location(r.staged, existingFile, r.db.opt.BusyTimeout))
			})
		}
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
	return r.chmod(r.live)
}

// fitPages gives the copy the page size of a live database in WAL mode, where
// it cannot change.
func (r *restoration) fitPages(ctx context.Context, live *connection) error {
	var mode string
	var size int
	if err := live.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if err := live.QueryRowContext(ctx, "PRAGMA page_size").Scan(&size); err != nil {
		return err
	}
	if mode != "wal" {
		return nil
	}
	staged, err := connect(ctx, r.staged, existingFile, time.Second)
	if err != nil {
		return err
	}
	var own int
	err = staged.QueryRowContext(ctx, "PRAGMA page_size").Scan(&own)
	if err == nil && own != size {
		_, err = staged.ExecContext(ctx, fmt.Sprintf("PRAGMA page_size = %d; VACUUM", size))
	}
	return errors.Join(err, staged.close())
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
	if err := r.settle(); err != nil {
		return err
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

// settle gives the copy the entry's owner, as far as this user may set it, and its
// mode and time, and makes all of it durable.
func (r *restoration) settle() error {
	info, err := os.Stat(r.staged)
	if err != nil {
		return err
	}
	if err := r.chown(source.Owner(info)); err != nil {
		return err
	}
	if err := r.chmod(r.staged); err != nil {
		return err
	}
	err = r.db.opt.Fault.Do("chtimes", r.staged, func() error {
		return source.SetTime(unix.AT_FDCWD, r.staged, r.entry.ModTime)
	})
	if err != nil {
		return err
	}
	return source.Sync(r.staged, r.db.opt.Fault)
}

// chown gives the copy, which is owned by uid and gid now, the entry's owner.
func (r *restoration) chown(uid, gid int) error {
	newUID, newGID, lacks := source.OwnRights().Chown(uid, gid, r.entry.UID, r.entry.GID)
	var err error
	if newUID >= 0 && newUID != uid || newGID >= 0 && newGID != gid {
		err = r.db.opt.Fault.Do("chown", r.staged, func() error { return os.Chown(r.staged, newUID, newGID) })
	}
	if denied := errors.Is(err, fs.ErrPermission); lacks && err == nil || denied {
		r.report("its owner or group is not that of the backup, since only root may set it")
		return nil
	}
	return err
}

// chmod sets the entry's mode. That of another user's file stays.
func (r *restoration) chmod(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	mode := fs.FileMode(r.entry.Mode & 0o777)
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
