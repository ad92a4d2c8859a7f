package sqlite

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// Options change how a database is handled. The zero value is for production.
type Options struct {
	// StorageRoot is the absolute path that the application may have put
	// before the media paths in its tables; "" when it writes relative ones.
	StorageRoot string
	// Links says whether a symbolic link in the database's place is followed in a restore.
	Links source.Links
	// BusyTimeout is how long SQLite waits for a lock; 0 is 2 s. While it waits
	// for readers, new readers wait too, so it is short and tried often.
	BusyTimeout time.Duration
	// Tries is how often a locked database is tried; 0 is 30.
	Tries int
	// Pause is the time between two tries; 0 is 500 ms.
	Pause time.Duration
	// Network names the file system of a path if it is one of the network, and
	// returns "" for others; nil asks the system.
	Network func(path string) string
	// Fault is for tests.
	Fault source.Fault
}

const (
	defaultBusyTimeout = 2 * time.Second
	defaultTries       = 30
	defaultPause       = 500 * time.Millisecond
)

// Database is one SQLite database file.
type Database struct {
	path    string
	scratch string
	opt     Options
}

var (
	_ backup.Source = (*Database)(nil)
	_ backup.Target = (*Database)(nil)
)

// New returns the database at path. Snapshots are kept in the directory
// scratch, "" for the system's temporary one, until they are closed.
func New(path, scratch string, opt Options) *Database {
	if opt.BusyTimeout == 0 {
		opt.BusyTimeout = defaultBusyTimeout
	}
	if opt.Tries == 0 {
		opt.Tries = defaultTries
	}
	if opt.Pause == 0 {
		opt.Pause = defaultPause
	}
	return &Database{path: path, scratch: scratch, opt: opt}
}

// Space implements backup.Target.
func (d *Database) Space(ctx context.Context) (int64, error) {
	return source.Space(ctx, d.path)
}

// live returns the file's path behind symbolic links, as SQLite resolves them
// too, and what it is; nil when it is missing.
func (d *Database) live() (string, fs.FileInfo, error) {
	path, err := filepath.Abs(d.path)
	if err != nil {
		return "", nil, err
	}
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, nil, nil
	case errors.Is(err, fs.ErrPermission):
		return "", nil, unreadable().Because(err)
	case err != nil:
		return "", nil, err
	case !info.Mode().IsRegular():
		return "", nil, errs.New(errs.ErrInvalid, "What DATABASE_PATH names is not a file. Set it to Vertex AR's database, app_data.db.")
	}
	return path, info, nil
}

// readable checks the permission without opening the file.
func readable(path string) error {
	if err := unix.Faccessat(unix.AT_FDCWD, path, unix.R_OK, unix.AT_EACCESS); err != nil {
		return unreadable().Because(err)
	}
	return nil
}

func unreadable() *errs.Error {
	return errs.New(errs.ErrUnavailable, "The database may not be read. Give the user that runs the backup permission to read and write the file that DATABASE_PATH names, and its directory.")
}

func missing() *errs.Error {
	return errs.New(errs.ErrNotFound, "The database does not exist. Set DATABASE_PATH to Vertex AR's database file, app_data.db.")
}

// persist tries a call again while the database is locked, unless its error
// has said already what to do.
func (d *Database) persist(ctx context.Context, call func() error) error {
	for try := 1; ; try++ {
		err := call()
		if !isBusy(err) || errs.Detail(err) != "" {
			return err
		}
		if try >= d.opt.Tries {
			return errs.New(errs.ErrUnavailable, "The application keeps the database busy. Try again in a quieter moment, or stop Vertex AR for the time of it.").Because(err)
		}
		timer := time.NewTimer(d.opt.Pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		case <-timer.C:
		}
	}
}
