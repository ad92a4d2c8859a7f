package repository

import (
	"context"
	"errors"
	"io"
	"runtime"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/archive"
)

var _ backup.Repository = (*Repository)(nil)

// DefaultArchiveSize is the size at which an archive is closed.
const DefaultArchiveSize = 64 << 20

// Options say how a Repository works. The zero value is good.
type Options struct {
	// Scratch is a directory for local copies of manifests; "" is the system's.
	Scratch string
	// Workers is how many files are read, and how many frames compressed, at
	// once; 0 is one for each processor.
	Workers int
	// ArchiveSize is the size at which an archive is closed; a file that is
	// larger gets one of its own. 0 is DefaultArchiveSize.
	ArchiveSize int64
}

// Repository implements [backup.Repository] on a blob store.
type Repository struct {
	blobs  blob.Store
	opt    Options
	source *archive.Source
}

// New returns a Repository on blobs.
func New(blobs blob.Store, opt Options) (*Repository, error) {
	if opt.Workers < 1 {
		opt.Workers = runtime.GOMAXPROCS(0)
	}
	if opt.ArchiveSize < 1 {
		opt.ArchiveSize = DefaultArchiveSize
	}
	r := &Repository{blobs: blobs, opt: opt}
	source, err := archive.NewSource(r.openRange)
	if err != nil {
		return nil, err
	}
	r.source = source
	return r, nil
}

// openRange is the source's [archive.Ranges].
func (r *Repository) openRange(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	body, err := r.blobs.GetRange(ctx, archiveKey(name), offset, length)
	if errors.Is(err, errs.ErrNotFound) {
		return nil, missing(name, err)
	}
	return body, err
}
