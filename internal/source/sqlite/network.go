package sqlite

import (
	"errors"
	"io"
	"os"

	"github.com/vertex-ar/backup/internal/errs"
)

// notShared refuses a database in WAL mode on a network file system: the log needs
// memory that all of its users share, so whoever reads it from another machine than the
// application sees a torn state, and whoever writes destroys it.
func (d *Database) notShared(live string) error {
	name := d.opt.network()(live)
	if name == "" {
		return nil
	}
	// Nobody in this process has the file open, so closing it drops no locks.
	f, err := os.Open(live) //nolint:gosec // the operator configured it
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(f, header); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil // no database yet
		}
		return err
	}
	if !inWAL(header) {
		return nil
	}
	return errs.New(errs.ErrConflict, "The database lies on a network file system (%s) in WAL mode, in which it cannot be shared safely between machines: a copy may be torn and a restore may destroy it. Stop Vertex AR, set PRAGMA journal_mode=DELETE in it, start it again, then try again.", name)
}

// network returns what tells the network file systems.
func (o Options) network() func(path string) string {
	if o.Network != nil {
		return o.Network
	}
	return networkName
}
