package source

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// StagingPrefix starts every name that a restore makes beside its target. No
// source backs such names up, and the next restore removes them.
const StagingPrefix = ".vertex-backup-"

var operationName = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// stagedDatabase matches the names of what a restore makes beside the database.
var stagedDatabase = regexp.MustCompile(`^` + regexp.QuoteMeta(StagingPrefix) + `\d{8}-\d{6}-[a-z]+-[a-z0-9]{6}\.db(-journal|-wal|-shm)?$`)

// StagedDatabase reports whether name is that of a restore's file beside the database,
// and not only begins like one.
func StagedDatabase(name string) bool {
	return strings.HasPrefix(name, StagingPrefix) && stagedDatabase.MatchString(name)
}

// StagingName returns the name that the restore op uses beside its target.
func StagingName(op backup.ID) (string, error) {
	if !operationName.MatchString(string(op)) {
		return "", errs.New(errs.ErrInvalid, "A restore needs the id of its operation.")
	}
	return StagingPrefix + string(op), nil
}

// MakeDirs makes dir and its missing parents and returns those that it made,
// outermost first, also with an error.
func MakeDirs(dir string, fault Fault) (made []string, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	there, err := existing(dir)
	if err != nil {
		return nil, err
	}
	var missing []string
	for ; dir != there; dir = filepath.Dir(dir) {
		missing = append(missing, dir)
	}
	for _, dir := range slices.Backward(missing) {
		err := fault.Do("mkdir", dir, func() error { return os.Mkdir(dir, 0o755) }) //nolint:gosec // the application's user has to reach what is in it
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return made, err
		}
		made = append(made, dir)
	}
	return made, nil
}

// Meter passes what is written on to W, counts it in N and reports it.
type Meter struct {
	W        io.Writer
	N        int64
	Progress func(files, bytes int64)
}

// Write implements io.Writer.
func (m *Meter) Write(p []byte) (int, error) {
	n, err := m.W.Write(p)
	m.N += int64(n)
	m.Progress(0, int64(n))
	return n, err
}

// Sync makes a file, or the names in a directory, durable.
func Sync(path string, fault Fault) error {
	return fault.Do("sync", path, func() error {
		f, err := os.Open(path) //nolint:gosec // the operator configured it
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}
