package sourcetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// Backup is a backup in memory.
type Backup struct {
	Entries []backup.Entry
	Content map[[32]byte][]byte
	Notices []backup.Notice
}

// Take backs src up. A file that vanishes is left out.
func Take(ctx context.Context, src backup.Source, salvage bool) (b *Backup, err error) {
	b = &Backup{Content: map[[32]byte][]byte{}}
	notes := &Notices{}
	snap, err := src.Snapshot(ctx, backup.SnapshotOptions{Salvage: salvage, Report: notes.Report})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	err = snap.Walk(ctx, func(it backup.Item) error { return b.add(ctx, it) })
	b.Notices = notes.All()
	return b, err
}

func (b *Backup) add(ctx context.Context, it backup.Item) error {
	e := it.Entry
	if it.Open != nil {
		r, err := it.Open(ctx)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			return err
		}
		e.Size, e.SHA256 = int64(len(content)), sha256.Sum256(content)
		b.Content[e.SHA256] = content
	}
	b.Entries = append(b.Entries, e)
	return nil
}

// All yields the entries as a manifest does.
func (b *Backup) All() iter.Seq2[backup.Entry, error] {
	return func(yield func(backup.Entry, error) bool) {
		for _, e := range b.Entries {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Fetch is a backup.Fetch. Content that was taken out of b is damaged.
func (b *Backup) Fetch(ctx context.Context, e backup.Entry, w io.Writer) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	content, ok := b.Content[e.SHA256]
	if !ok {
		return fmt.Errorf("%s: %w", e.Path, errs.ErrCorrupt)
	}
	_, err := w.Write(content)
	return err
}

// Restore plans, copies, commits and closes.
func (b *Backup) Restore(ctx context.Context, t backup.Target, opt backup.RestoreOptions) (sum backup.PlanSummary, err error) {
	r, err := t.Plan(ctx, b.All(), opt)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if err := r.Copy(ctx, b.Fetch, func(int64, int64) {}); err != nil {
		return r.Summary(), err
	}
	return r.Summary(), r.Commit(ctx)
}

// Notices collects notices from many goroutines.
type Notices struct {
	mu  sync.Mutex
	all []backup.Notice
}

// Report is the function that sources and targets call.
func (n *Notices) Report(x backup.Notice) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, x)
}

// All returns what was reported so far.
func (n *Notices) All() []backup.Notice {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.all)
}
