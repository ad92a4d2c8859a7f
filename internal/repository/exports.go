package repository

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/bundle"
)

var _ backup.Exports = (*Exports)(nil)

// Exports implements [backup.Exports] beside a repository, under a prefix that
// the repository does not look at.
type Exports struct {
	blobs blob.Store
	links blob.Presigner
}

// NewExports returns the exports in blobs, to which links makes addresses.
func NewExports(blobs blob.Store, links blob.Presigner) *Exports {
	return &Exports{blobs: blobs, links: links}
}

// exportBuffer collects the small pieces in which formats write.
const exportBuffer = 256 << 10

// Create implements [backup.Exports].
func (x *Exports) Create(ctx context.Context, key string, format backup.Format, fill func(backup.Bundle) error) (_ backup.Made, err error) {
	defer errs.Wrap(&err, "make export %s", key)
	r, pipe := io.Pipe()
	stored := make(chan error, 1)
	go func() {
		err := x.blobs.Put(ctx, exportPrefix+key, r, nil)
		_ = r.CloseWithError(errors.Join(err, io.ErrClosedPipe)) // whoever writes on shall not wait; never fails
		stored <- err
	}()
	out := &tally{out: pipe, sum: sha256.New()}
	err = pack(format, out, fill)
	_ = pipe.CloseWithError(err) // nil is the end; never fails
	if perr := <-stored; perr != nil && (err == nil || errors.Is(err, io.ErrClosedPipe)) {
		err = perr
	}
	return backup.Made{Size: out.size, SHA256: hex.EncodeToString(out.sum.Sum(nil))}, err
}

// pack writes a file of that format to out.
func pack(format backup.Format, out io.Writer, fill func(backup.Bundle) error) error {
	buf := bufio.NewWriterSize(out, exportBuffer)
	w, err := bundle.New(format, buf)
	if err != nil {
		return err
	}
	err = fill(w)
	if cerr := w.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return buf.Flush()
}

// Presign implements [backup.Exports].
func (x *Exports) Presign(ctx context.Context, key, name string, life time.Duration) (string, error) {
	return x.links.Presign(ctx, exportPrefix+key, blob.Link{
		Life: life, Disposition: disposition(name), Type: "application/octet-stream",
	})
}

// Exists implements [backup.Exports].
func (x *Exports) Exists(ctx context.Context, key string, size int64) (bool, error) {
	info, err := x.blobs.Head(ctx, exportPrefix+key)
	if errors.Is(err, errs.ErrNotFound) {
		return false, nil
	}
	return err == nil && info.Size == size, err
}

// Remove implements [backup.Exports].
func (x *Exports) Remove(ctx context.Context, key string) error {
	return x.blobs.Delete(ctx, exportPrefix+key)
}

// Expire implements [backup.Exports].
func (x *Exports) Expire(ctx context.Context, before time.Time) (backup.Cleared, error) {
	var done backup.Cleared
	var keys []string
	for info, err := range x.blobs.List(ctx, exportPrefix) {
		if err != nil {
			return done, fmt.Errorf("list exports: %w", err)
		}
		if info.Modified.Before(before) {
			keys = append(keys, info.Key)
			done.Add(1, info.Size)
		}
	}
	if len(keys) == 0 {
		return done, nil
	}
	return done, x.blobs.Delete(ctx, keys...)
}
