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
	"github.com/vertex-ar/backup/internal/repository/crypt"
	"github.com/vertex-ar/backup/internal/repository/manifest"
	"github.com/vertex-ar/backup/internal/repository/signing"
)

var _ backup.Repository = (*Repository)(nil)

// DefaultArchiveSize is about how large an archive becomes: little enough to be
// stored with one request, from memory.
const DefaultArchiveSize = 8 << 20

// DefaultPagesFrom is the size from which on a database is stored by pages.
const DefaultPagesFrom = 32 << 20

// Options say how a Repository works. The zero value is good.
type Options struct {
	// Scratch is a directory for local copies of manifests; "" is the system's.
	Scratch string
	// Workers is how many files are read, and how many frames compressed, at
	// once; 0 is one for each processor.
	Workers int
	// ArchiveSize is how large an archive may become, but for some headers; a
	// file that is larger gets one of its own. 0 is DefaultArchiveSize.
	ArchiveSize int64
	// PagesFrom is the size from which on a database is stored by pages; 0 is
	// DefaultPagesFrom.
	PagesFrom int64
	// Recipients are whom new archives are encrypted for; without any they are not.
	Recipients crypt.Recipients
	// Identities gives the secret keys that open encrypted archives. Only reading
	// their content asks for it. nil is none.
	Identities crypt.Source
	// Signer gives the key that new manifests are signed with; nil is none.
	Signer func(ctx context.Context) (signing.Key, error)
	// Trusted are the keys of those whose manifests are believed. Without any,
	// everybody's are who may write objects.
	Trusted []signing.Public
	// AnyPlace lets entries lie anywhere, where otherwise each must lie where
	// backups of its kind have something: the repository itself keeps any tree.
	AnyPlace bool
}

// Repository implements [backup.Repository] on a blob store.
type Repository struct {
	blobs  blob.Store
	opt    Options
	source *archive.Source // of archives that are not encrypted
	opener *crypt.Opener
	shelf  shelf
}

// New returns a Repository on blobs.
func New(blobs blob.Store, opt Options) (*Repository, error) {
	if opt.Workers < 1 {
		opt.Workers = runtime.GOMAXPROCS(0)
	}
	if opt.ArchiveSize < 1 {
		opt.ArchiveSize = DefaultArchiveSize
	}
	if opt.PagesFrom < 1 {
		opt.PagesFrom = DefaultPagesFrom
	}
	r := &Repository{blobs: blobs, opt: opt}
	source, err := archive.NewSource(r.openRange)
	if err != nil {
		return nil, err
	}
	r.source = source
	r.opener = crypt.NewOpener(r.openRange, opt.Identities)
	return r, nil
}

// encrypts reports whether new archives are encrypted.
func (r *Repository) encrypts() bool { return !r.opt.Recipients.Empty() }

// sourceOf returns a source of the archives that a manifest names.
func (r *Repository) sourceOf(t manifest.Trailer) (*archive.Source, error) {
	encrypted := map[string]crypt.Object{}
	for _, a := range t.Archives {
		if manifest.Encrypted(a.Name) {
			encrypted[a.Name] = crypt.Object{Name: a.Name, Size: a.Size}
		}
	}
	if len(encrypted) == 0 {
		return r.source, nil
	}
	return archive.NewSource(func(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
		if object, ok := encrypted[name]; ok {
			return r.opener.OpenRange(ctx, object, offset, length)
		}
		return r.openRange(ctx, name, offset, length)
	})
}

// openRange opens a range of an archive as it is stored.
func (r *Repository) openRange(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	body, err := r.blobs.GetRange(ctx, archiveKey(name), offset, length)
	if errors.Is(err, errs.ErrNotFound) {
		return nil, missing(name, err)
	}
	return body, err
}
