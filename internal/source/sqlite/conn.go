package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// connection is one connection to one database file.
type connection struct {
	*sql.Conn

	pool *sql.DB
}

// modes of opening a file.
const (
	existingFile = "rw"  // it must be there
	newFile      = "rwc" // it is made
)

// location returns the URI of a file for SQLite, with what it is to be told at
// once: it runs those pragmas.
func location(path, mode string, timeout time.Duration, pragmas ...string) string {
	u := url.URL{Scheme: "file", Path: path}
	pragmas = append(pragmas, fmt.Sprintf("busy_timeout(%d)", timeout.Milliseconds()))
	query := url.Values{"mode": {mode}, "_pragma": pragmas}
	u.RawQuery = query.Encode()
	return u.String()
}

// connect opens the file at the absolute path.
func connect(ctx context.Context, path, mode string, timeout time.Duration, pragmas ...string) (*connection, error) {
	pool, err := sql.Open("sqlite", location(path, mode, timeout, pragmas...))
	if err != nil {
		return nil, err
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return &connection{Conn: conn, pool: pool}, nil
}

func (c *connection) close() error {
	return errors.Join(c.Close(), c.pool.Close())
}

// online is what the driver's connections offer of SQLite's backup API.
type online interface {
	NewRestore(uri string) (*driver.Backup, error)
}

// loadFrom replaces the content of c by that of the file at uri, in one step,
// which is one transaction.
func (c *connection) loadFrom(uri string) error {
	return c.Raw(func(raw any) error {
		conn, ok := raw.(online)
		if !ok {
			return errors.New("the SQLite driver has no backup API")
		}
		b, err := conn.NewRestore(uri)
		if err != nil {
			return err
		}
		_, err = b.Step(-1)
		if finishErr := b.Finish(); err == nil {
			err = finishErr
		}
		return err
	})
}

// code returns SQLite's extended result code, 0 when err is not SQLite's.
func code(err error) int {
	if e, ok := errors.AsType[*driver.Error](err); ok {
		return e.Code()
	}
	return codes.SQLITE_OK
}

func isBusy(err error) bool {
	primary := code(err) & 0xff
	return primary == codes.SQLITE_BUSY || primary == codes.SQLITE_LOCKED
}

// isDamage reports whether err says that the file is not a whole database.
func isDamage(err error) bool {
	switch code(err) {
	case codes.SQLITE_IOERR_READ, codes.SQLITE_IOERR_SHORT_READ:
		return true
	case codes.SQLITE_CORRUPT_VTAB: // a search index says so of itself
		return false
	}
	switch code(err) & 0xff {
	case codes.SQLITE_CORRUPT, codes.SQLITE_NOTADB, codes.SQLITE_FORMAT:
		return true
	}
	return errors.Is(err, errDamaged)
}

// explain turns SQLite's reasons into errors for users.
func explain(err error) error {
	if err == nil || errs.Detail(err) != "" {
		return err
	}
	switch code(err) & 0xff {
	case codes.SQLITE_FULL:
		return source.NoSpace("database").Because(err)
	case codes.SQLITE_READONLY, codes.SQLITE_PERM:
		return errs.New(errs.ErrUnavailable, "The database may not be written. Give the user that runs the backup permission to write the file that DATABASE_PATH names, and its directory.").Because(err)
	case codes.SQLITE_CANTOPEN:
		return unreadable().Because(err)
	}
	return source.Full(err, "database")
}
