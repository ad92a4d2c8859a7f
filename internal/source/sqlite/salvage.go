package sqlite

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/tempfile"
)

// What is kept of a damaged database beside its main file, by the ends of their
// names: rows that were committed may stand in them only.
func keptCompanions() []string { return []string{"-journal", "-wal"} }

// isCompanion reports whether a path in a backup is such a file.
func isCompanion(path string) bool {
	for _, end := range keptCompanions() {
		if path == backup.DatabasePath+end {
			return true
		}
	}
	return false
}

// salvaged is a file that is kept as the bytes that it was.
type salvaged struct {
	entry backup.Entry
	file  *tempfile.File
}

// salvage keeps a database that is no whole one. When SQLite could copy it, and
// rows stand beside the main file, that copy has them all; otherwise the
// files are kept as they are.
func (d *Database) salvage(ctx context.Context, s *snapshot, live string, c *copied) error {
	if c != nil && hasCompanions(live) {
		s.copied = c
		var err error
		s.entry.Size, err = c.size()
		return err
	}
	if c != nil {
		if err := c.close(); err != nil {
			return err
		}
	}
	for _, end := range append([]string{""}, keptCompanions()...) {
		info, err := os.Stat(live + end)
		if errors.Is(err, os.ErrNotExist) || err == nil && end != "" && info.Size() == 0 {
			continue
		}
		if err != nil {
			return err
		}
		kept := salvaged{entry: entryOf(live+end, info)}
		kept.entry.Path += end
		if kept.file, err = tempfile.New(d.scratch); err != nil {
			return err
		}
		s.kept = append(s.kept, kept)
		n, err := copyBytes(ctx, live+end, kept.file)
		if err != nil {
			return err
		}
		s.kept[len(s.kept)-1].entry.Size = n
	}
	return nil
}

func hasCompanions(live string) bool {
	for _, end := range keptCompanions() {
		if info, err := os.Stat(live + end); err == nil && info.Size() > 0 {
			return true
		}
	}
	return false
}

// copyBytes copies a file as it is.
func copyBytes(ctx context.Context, from string, to io.Writer) (int64, error) {
	in, err := os.Open(from) //nolint:gosec // the operator configured it
	if err != nil {
		return 0, err
	}
	defer in.Close() //nolint:errcheck // it was only read
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return io.Copy(to, in)
}
