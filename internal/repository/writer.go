package repository

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// ahead is how many items may have been added beyond the first that is not in
// the manifest yet.
const ahead = 1024

// closing is how many archives may be on their way into the store that nobody
// adds to anymore.
const closing = 2

var errAborted = errors.New("the backup was aborted")

// writer implements [backup.Writer].
//
// Add hands each item to the collector and, in the same order, to the workers,
// unless it can be carried over from the base. A worker stores the content and
// decides the item; the collector waits for each item in turn and writes it to
// the manifest.
type writer struct {
	repo   *Repository
	header manifest.Header
	notify notify
	base   *base // nil if there is none
	// databases is what large databases are built on, often the same base.
	databases *base
	known     *known

	items    chan *item // to the workers
	order    chan *item // to the collector
	group    *errgroup.Group
	cancel   context.CancelCauseFunc
	stopped  <-chan struct{} // closed when a worker or the collector has failed
	cause    func() error    // why
	finished bool
	closed   bool // of items and order

	pool     *archive.Pool
	uploads  chan struct{} // one token for each archive that is being stored
	spool    *scratch
	manifest *manifest.Writer
	places   *manifest.Places // of what is in the manifest
	amounts  []backup.Amount  // of what is in the manifest
	signedBy string           // the public key; "" is nobody

	mu       sync.Mutex
	archives map[string]manifest.Archive // and page lists that are stored
	numbers  int64                       // archives and page lists begun
}

// Begin implements [backup.Repository].
func (r *Repository) Begin(ctx context.Context, b backup.Backup, opt backup.WriteOptions) (_ backup.Writer, err error) {
	defer errs.Wrap(&err, "begin backup %s", b.ID)
	if err := r.ensureFormat(ctx); err != nil {
		return nil, err
	}
	w := &writer{
		repo: r, header: manifest.Header{Version: manifest.Version, ID: b.ID, Kind: b.Kind, CreatedAt: b.CreatedAt.UTC()},
		places: manifest.NewPlaces(b.Kind), notify: notify{opt: opt},
		items: make(chan *item), order: make(chan *item, ahead),
		uploads:  make(chan struct{}, r.opt.Workers+closing),
		archives: map[string]manifest.Archive{},
	}
	if err := w.open(); err != nil {
		w.free()
		return nil, err
	}
	if err := errors.Join(w.loadKey(ctx), w.openBases(ctx)); err != nil {
		w.free()
		return nil, err
	}
	w.start(ctx)
	return w, nil
}

func (w *writer) open() (err error) {
	if w.spool, err = newScratch(w.repo.opt.Scratch); err != nil {
		return err
	}
	if w.manifest, err = manifest.NewWriter(w.spool, w.header); err != nil {
		return err
	}
	w.pool, err = archive.NewPool(w.repo.opt.Workers)
	return err
}

func (w *writer) start(ctx context.Context) {
	ctx, w.cancel = context.WithCancelCause(ctx)
	w.group, ctx = errgroup.WithContext(ctx)
	w.stopped = ctx.Done()
	w.cause = func() error { return context.Cause(ctx) }
	w.group.Go(func() error { return w.collect(ctx) })
	for range w.repo.opt.Workers {
		w.group.Go(func() error { return newWorker(w).work(ctx) })
	}
}

// place refuses an entry that could not be restored from where it lies.
func (w *writer) place(e backup.Entry) error {
	if w.repo.opt.AnyPlace {
		return nil
	}
	if err := w.places.Add(e); err != nil {
		return fmt.Errorf("entry %.200q: %w: %w", e.Path, err, errs.ErrInvalid)
	}
	return nil
}

// Add implements [backup.Writer].
func (w *writer) Add(ctx context.Context, it backup.Item) error {
	if w.closed {
		return errors.New("repository: Add after Finish or Abort")
	}
	j := &item{Item: it, size: it.Size, done: make(chan struct{})}
	to := []chan *item{w.order, w.items}
	if w.carry(j) {
		to = to[:1]
	} else if w.byPages(j) {
		w.findEarlier(j)
	}
	for _, to := range to {
		select {
		case to <- j:
		case <-w.stopped:
			return w.cause()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// Finish implements [backup.Writer].
func (w *writer) Finish(ctx context.Context) (backup.Stored, error) {
	stop := context.AfterFunc(ctx, func() { w.cancel(context.Cause(ctx)) })
	defer stop()
	if err := w.wait(); err != nil {
		return backup.Stored{}, fmt.Errorf("store backup %s: %w", w.header.ID, err)
	}
	archives, err := w.named()
	if err != nil {
		return backup.Stored{}, err
	}
	w.finished = true
	c := w.manifest.Counts()
	return backup.Stored{
		Files: c.Files, LogicalSize: c.Size, Amounts: w.amounts, StoredSize: w.storedSize(), Encrypted: manifest.AllEncrypted(archives), SignedBy: w.signedBy,
	}, nil
}

// wait tells workers and collector that there is no more, and waits for them.
func (w *writer) wait() error {
	if !w.closed {
		w.closed = true
		close(w.items)
		close(w.order)
	}
	return w.group.Wait()
}

// storedSize returns the bytes of the archives that were stored.
func (w *writer) storedSize() (sum int64) {
	for _, a := range w.archives {
		sum += a.Size
	}
	return sum
}

// Abort implements [backup.Writer].
func (w *writer) Abort() {
	w.cancel(errAborted)
	_ = w.wait()
	w.finished = false
	w.free()
}

// free gives back what open took; it may be called again.
func (w *writer) free() {
	if w.pool != nil {
		w.pool.Close()
		w.pool = nil
	}
	// The scratch files hold nothing that anybody needs.
	if w.spool != nil {
		_ = w.spool.Close()
		w.spool = nil
	}
	if w.known != nil {
		_ = w.known.Close()
		w.known = nil
	}
	for _, b := range w.bases() {
		_ = b.Close()
	}
	w.base, w.databases = nil, nil
}

// collect writes the items to the manifest in the order in which they came.
func (w *writer) collect(ctx context.Context) error {
	for j := range w.order {
		if err := j.wait(ctx); err != nil {
			return err
		}
		if !j.keep {
			continue
		}
		if j.twin != nil {
			if err := j.share(ctx); err != nil {
				return err
			}
		}
		if err := w.place(j.Entry); err != nil {
			return err
		}
		if err := w.manifest.Write(j.Entry); err != nil {
			return err
		}
		w.amounts = backup.AddAmount(w.amounts, j.Entry)
	}
	return nil
}
