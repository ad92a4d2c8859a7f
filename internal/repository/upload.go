package repository

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// upload is an archive on its way into the store.
type upload struct {
	name    string
	archive *archive.Writer
	plain   io.WriteCloser // what the archive is written to; it encrypts, or does nothing
	stored  *tally         // what comes out of that
	pipe    *io.PipeWriter
	stop    func() bool   // no longer breaks the pipe when the work is cancelled
	put     chan struct{} // closed when the store is done
}

// openUpload starts storing a new archive. It waits while too many are being stored.
func (w *writer) openUpload(ctx context.Context) (*upload, error) {
	select {
	case w.uploads <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	name := archiveName(w.header.ID, w.nextNumber(), w.repo.encrypts())
	r, pipe := io.Pipe()
	u := &upload{name: name, pipe: pipe, stored: &tally{out: pipe, sum: sha256.New()}, put: make(chan struct{})}
	// A store that waits for content would not see that the work is cancelled.
	u.stop = context.AfterFunc(ctx, func() { pipe.CloseWithError(context.Cause(ctx)) })
	w.group.Go(func() error {
		defer close(u.put)
		err := w.repo.blobs.Put(ctx, archiveKey(name), r, nil)
		if err == nil {
			return r.Close()
		}
		err = fmt.Errorf("store archive %s: %w", name, err)
		_ = r.CloseWithError(err) // never fails
		return err
	})
	if err := u.begin(w); err != nil {
		u.stop()
		_ = pipe.CloseWithError(err) // never fails
		<-w.uploads
		return nil, err
	}
	return u, nil
}

// begin makes what the archive is written to. What the archive consists of is
// what will be stored, unless it is encrypted.
func (u *upload) begin(w *writer) (err error) {
	if u.plain, err = w.repo.seal(u.stored); err != nil {
		return fmt.Errorf("encrypt archive %s: %w", u.name, err)
	}
	var sum hash.Hash
	if !w.repo.encrypts() {
		sum, u.stored.hashed = u.stored.sum, true
	}
	u.archive = archive.NewWriter(u.plain, u.name, w.pool, sum)
	return nil
}

// nextNumber counts the archives and page lists of this backup.
func (w *writer) nextNumber() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.numbers++
	return w.numbers
}

// isStored notes what is whole in the store.
func (w *writer) isStored(a manifest.Archive) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.archives[a.Name] = a
}

// closeUpload ends an archive; what is still to do goes on beside the next one.
func (w *writer) closeUpload(ctx context.Context, u *upload) {
	w.group.Go(func() error {
		defer func() { <-w.uploads }()
		err := u.archive.Close(ctx)
		if err == nil {
			err = u.plain.Close()
		}
		if !u.stop() {
			err = errors.Join(err, context.Cause(ctx))
		}
		_ = u.pipe.CloseWithError(err) // nil is the end of the archive; never fails
		<-u.put
		if err != nil {
			return err
		}
		w.isStored(u.stored.archive(u.name))
		return nil
	})
}

// tally counts and hashes what it passes on.
type tally struct {
	out    io.Writer
	sum    hash.Hash
	hashed bool // by whoever writes
	size   int64
}

// Write implements io.Writer.
func (t *tally) Write(b []byte) (int, error) {
	n, err := t.out.Write(b)
	if !t.hashed {
		_, _ = t.sum.Write(b[:n]) // never fails
	}
	t.size += int64(n)
	return n, err
}

// archive describes the archive of that name, all of which has passed.
func (t *tally) archive(name string) manifest.Archive {
	return manifest.Archive{Name: name, Size: t.size, SHA256: [sha256.Size]byte(t.sum.Sum(nil))}
}

// seal returns what encrypts an archive on its way to out, or does nothing if
// archives are not encrypted. Closing it ends the archive, not out.
func (r *Repository) seal(out io.Writer) (io.WriteCloser, error) {
	if !r.encrypts() {
		return unsealed{out}, nil
	}
	return r.opt.Recipients.Encrypt(out)
}

// unsealed ends an archive that is not encrypted.
type unsealed struct{ io.Writer }

// Close implements io.Closer.
func (unsealed) Close() error { return nil }
