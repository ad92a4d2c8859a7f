package sqlite

import (
	"context"
	"errors"
	"os"

	"github.com/vertex-ar/backup/internal/errs"
)

// In WAL mode SQLite cannot change the size of pages of a database that somebody
// has open. VACUUM could give the copy the live one's, but it numbers rows anew in tables
// without an INTEGER PRIMARY KEY, on which search indexes and applications rely. So the
// bytes stay, and the live database leaves WAL mode for the moment of the restore,
// which SQLite does only for its last user.

// fits refuses, before anything is changed, a restore that load could not end.
func (r *restoration) fits(ctx context.Context) error {
	if _, err := os.Stat(r.live); err != nil {
		return ifExists(err)
	}
	err := r.db.persist(ctx, func() (err error) {
		conn, err := connect(ctx, r.live, existingFile, r.db.opt.BusyTimeout)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, conn.close()) }()
		changes, err := r.changesPages(ctx, conn)
		if err != nil || !changes {
			return err
		}
		if err := r.leaveLog(ctx, conn); err != nil {
			return err
		}
		return r.backToLog(ctx, conn)
	})
	if isDamage(err) {
		return nil // it will be replaced as a file
	}
	return err
}

// load writes the copy into the live database.
func (r *restoration) load(ctx context.Context, live *connection) error {
	changes, err := r.changesPages(ctx, live)
	if err != nil {
		return err
	}
	if changes {
		if err := r.leaveLog(ctx, live); err != nil {
			return err
		}
	}
	err = r.db.opt.Fault.Do("restore", r.live, func() error {
		return live.loadFrom(location(r.staged, existingFile, r.db.opt.BusyTimeout))
	})
	if changes {
		err = errors.Join(err, r.backToLog(ctx, live))
	}
	return err
}

// backToLog brings the live database into WAL mode again. Who has opened it
// meanwhile is in the way, which harms nobody: it works without.
func (r *restoration) backToLog(ctx context.Context, live *connection) error {
	err := live.setJournal(ctx, "wal")
	if isBusy(err) {
		r.report("the database was in WAL mode and is in rollback mode now, since somebody opened it in that moment; it works as before")
		return nil
	}
	return err
}

// changesPages reports whether the live database is in WAL mode and has pages of
// another size than the copy.
func (r *restoration) changesPages(ctx context.Context, live *connection) (bool, error) {
	mode, size, err := live.form(ctx)
	if err != nil || mode != "wal" {
		return false, err
	}
	staged, err := connect(ctx, r.staged, existingFile, r.db.opt.BusyTimeout)
	if err != nil {
		return false, err
	}
	_, own, err := staged.form(ctx)
	return own != size, errors.Join(err, staged.close())
}

// form returns the journal mode and the size of pages.
func (c *connection) form(ctx context.Context) (mode string, size int, err error) {
	if err = c.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return mode, size, err
	}
	err = c.QueryRowContext(ctx, "PRAGMA page_size").Scan(&size)
	return mode, size, err
}

// leaveLog brings the live database out of WAL mode, unless somebody has it open.
func (r *restoration) leaveLog(ctx context.Context, live *connection) error {
	err := live.setJournal(ctx, "delete")
	if isBusy(err) {
		return errs.New(errs.ErrUnavailable, "The database in this backup has pages of another size than the live one, which is in WAL mode and in use: SQLite cannot change that while it is open. Nothing was changed. Stop Vertex AR, restore again, and start it.").Because(err)
	}
	return err
}

// setJournal changes the journal mode.
func (c *connection) setJournal(ctx context.Context, mode string) error {
	_, err := c.ExecContext(ctx, "PRAGMA journal_mode = "+mode)
	return err
}
