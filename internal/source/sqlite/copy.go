package sqlite

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/vertex-ar/backup/internal/tempfile"
)

// copied is a copy of a database in the scratch directory. It loses its name
// as soon as SQLite has opened it, so that a process that is killed leaves no copy of
// the database behind; the one connection to it stays open until Close.
type copied struct {
	*connection

	dir  *tempfile.Dir
	file *os.File
}

// copyLive makes a consistent copy of the live database, as one file that needs
// no journal.
func (d *Database) copyLive(ctx context.Context, live string) (c *copied, err error) {
	err = d.persist(ctx, func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if c, err = newCopied(ctx, d.scratch); err != nil {
			return err
		}
		err := c.loadFrom(location(live, existingFile, d.opt.BusyTimeout))
		if err == nil {
			err = c.leaveLog()
		}
		if err != nil {
			return errors.Join(err, c.close())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// newCopied makes an empty one.
func newCopied(ctx context.Context, scratch string) (*copied, error) {
	dir, err := tempfile.NewDir(scratch)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir.Path(), "copy.db")
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // in the new directory
	if err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	// What is written is read by this process only: it needs neither journal nor sync.
	conn, err := connect(ctx, path, existingFile, 0, "journal_mode(off)", "synchronous(off)")
	err = errors.Join(err, os.Remove(path))
	c := &copied{connection: conn, dir: dir, file: file}
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// leaveLog brings the copy out of WAL mode, which needs files beside it. SQLite
// would do it with the same bytes, but not in a file without a name; that the
// change counter moves tells it to read the header again.
func (c *copied) leaveLog() error {
	header := make([]byte, headerSize)
	if _, err := c.file.ReadAt(header, 0); err != nil {
		if errors.Is(err, io.EOF) {
			return nil // an empty database
		}
		return err
	}
	if !inWAL(header) {
		return nil
	}
	header[18], header[19] = 1, 1
	counter := binary.BigEndian.Uint32(header[24:]) + 1
	binary.BigEndian.PutUint32(header[24:], counter)
	binary.BigEndian.PutUint32(header[92:], counter)
	_, err := c.file.WriteAt(header, 0)
	return err
}

// inWAL reports whether a file of that header is in WAL mode.
func inWAL(header []byte) bool { return header[18] == 2 || header[19] == 2 }

func (c *copied) size() (int64, error) {
	info, err := c.file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// judge judges the copy.
func (c *copied) judge(ctx context.Context) (judgement, error) {
	size, err := c.size()
	if err != nil {
		return judgement{}, err
	}
	return judge(ctx, c.connection, c.file, size)
}

func (c *copied) close() error {
	var err error
	if c.connection != nil {
		err = c.connection.close()
	}
	return errors.Join(err, c.file.Close(), c.dir.Close())
}
