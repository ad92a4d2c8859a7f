package repository

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// upload is an archive on its way into the store.
type upload struct {
	name    string
	archive *archive.Writer
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
	w.mu.Lock()
	w.numbers++
	name := archiveName(w.header.ID, w.numbers)
	w.mu.Unlock()

	r, pipe := io.Pipe()
	u := &upload{name: name, pipe: pipe, put: make(chan struct{})}
	u.archive = archive.NewWriter(pipe, name, w.pool)
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
	return u, nil
}

// closeUpload ends an archive; what is still to do goes on beside the next one.
func (w *writer) closeUpload(ctx context.Context, u *upload) {
	w.group.Go(func() error {
		defer func() { <-w.uploads }()
		sum, err := u.archive.Close(ctx)
		if !u.stop() {
			err = errors.Join(err, context.Cause(ctx))
		}
		_ = u.pipe.CloseWithError(err) // nil is the end of the archive; never fails
		<-u.put
		if err != nil {
			return err
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.archives[u.name] = manifest.Archive{Name: u.name, Size: sum.Size, SHA256: sum.SHA256}
		return nil
	})
}
