package model_test

import (
	"context"
	"io"
	"iter"
	"strings"
	"sync"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// fuse ends a process at its n-th call that has an effect: that one happens
// or not, and no later one does. What a dead process reads is of no interest.
type fuse struct {
	mu    sync.Mutex
	left  int
	blown bool
	after bool // the last call takes effect
}

var errDead = errs.New(errs.ErrUnavailable, "The process is dead (on purpose).")

// pass counts a call: do says whether it happens, and err how it ends.
func (f *fuse) pass() (do bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.blown {
		return false, errDead
	}
	if f.left--; f.left > 0 {
		return true, nil
	}
	f.blown = true
	return f.after, errDead
}

func (f *fuse) call(do func() error) error {
	happens, dead := f.pass()
	if !happens {
		return dead
	}
	if err := do(); err != nil {
		return err
	}
	return dead
}

// files is a source.Fault.
func (f *fuse) files(string, string) error {
	_, err := f.pass()
	return err
}

// mortalStore is the store of a process with a fuse.
type mortalStore struct {
	blob.Store

	fuse *fuse
}

func (s mortalStore) Put(ctx context.Context, key string, r io.Reader, metadata map[string]string) error {
	happens, dead := s.fuse.pass()
	if !happens {
		blob.NewBody(ctx, r).Close(dead)
		return dead
	}
	if err := s.Store.Put(ctx, key, r, metadata); err != nil {
		return err
	}
	return dead
}

func (s mortalStore) Delete(ctx context.Context, keys ...string) error {
	return s.fuse.call(func() error { return s.Store.Delete(ctx, keys...) })
}

// mortalCatalog is the catalog of a process with a fuse.
type mortalCatalog struct {
	catalog.Catalog

	fuse *fuse
}

func (c mortalCatalog) PutBackup(ctx context.Context, b backup.Backup) (saved backup.Backup, err error) {
	err = c.fuse.call(func() error { saved, err = c.Catalog.PutBackup(ctx, b); return err })
	return saved, err
}

func (c mortalCatalog) DeleteBackup(ctx context.Context, b backup.Backup) error {
	return c.fuse.call(func() error { return c.Catalog.DeleteBackup(ctx, b) })
}

func (c mortalCatalog) PutOperation(ctx context.Context, o backup.Operation) (saved backup.Operation, err error) {
	err = c.fuse.call(func() error { saved, err = c.Catalog.PutOperation(ctx, o); return err })
	return saved, err
}

func (c mortalCatalog) AcquireLock(ctx context.Context, name string, owner backup.ID, now time.Time, ttl time.Duration) (l backup.Lock, err error) {
	err = c.fuse.call(func() error { l, err = c.Catalog.AcquireLock(ctx, name, owner, now, ttl); return err })
	return l, err
}

func (c mortalCatalog) RenewLock(ctx context.Context, l backup.Lock, now time.Time, ttl time.Duration) (renewed backup.Lock, err error) {
	err = c.fuse.call(func() error { renewed, err = c.Catalog.RenewLock(ctx, l, now, ttl); return err })
	return renewed, err
}

func (c mortalCatalog) ReleaseLock(ctx context.Context, l backup.Lock) error {
	return c.fuse.call(func() error { return c.Catalog.ReleaseLock(ctx, l) })
}

func (c mortalCatalog) Remember(ctx context.Context, key string, id, replace backup.ID, expires time.Time) (bound backup.ID, err error) {
	err = c.fuse.call(func() error { bound, err = c.Catalog.Remember(ctx, key, id, replace, expires); return err })
	return bound, err
}

// nap stops a process once, after its n-th call to the store or change of a
// file, while something else goes on.
type nap struct {
	left      int
	meanwhile func()
}

func (p *nap) after() {
	if p.left--; p.left == 0 {
		p.meanwhile()
	}
}

// files is a source.Fault.
func (p *nap) files(op, _ string) error {
	if strings.HasSuffix(op, " done") {
		p.after()
	}
	return nil
}

// sleepyStore is the store of a process that naps.
type sleepyStore struct {
	blob.Store

	nap *nap
}

func (s sleepyStore) Put(ctx context.Context, key string, r io.Reader, metadata map[string]string) error {
	defer s.nap.after()
	return s.Store.Put(ctx, key, r, metadata)
}

func (s sleepyStore) GetRange(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	defer s.nap.after()
	return s.Store.GetRange(ctx, key, offset, length)
}

func (s sleepyStore) Head(ctx context.Context, key string) (blob.Info, error) {
	defer s.nap.after()
	return s.Store.Head(ctx, key)
}

func (s sleepyStore) List(ctx context.Context, prefix string) iter.Seq2[blob.Info, error] {
	return func(yield func(blob.Info, error) bool) {
		defer s.nap.after()
		s.Store.List(ctx, prefix)(yield)
	}
}

func (s sleepyStore) Delete(ctx context.Context, keys ...string) error {
	defer s.nap.after()
	return s.Store.Delete(ctx, keys...)
}
