package backup_test

import (
	"context"
	"io"
	"iter"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
)

// fakeReader reads a backup of a database and one file.
type fakeReader struct{}

func (fakeReader) Entries() iter.Seq2[backup.Entry, error] {
	return func(yield func(backup.Entry, error) bool) {
		for _, p := range []string{backup.DatabasePath, "storage/a.jpg"} {
			if !yield(backup.Entry{Path: p, Type: backup.TypeFile, Size: 3}, nil) {
				return
			}
		}
	}
}

func (fakeReader) Fetch(context.Context, backup.Entry, io.Writer) error { return nil }
func (fakeReader) Unlock(context.Context) error                         { return nil }
func (fakeReader) StoredSize() int64                                    { return 3 }
func (fakeReader) Close() error                                         { return nil }

// fakeTarget notes the steps that are taken. at is called at each and may stop it.
type fakeTarget struct {
	mu    sync.Mutex
	steps []string
	at    func(ctx context.Context, step string) error
}

func (f *fakeTarget) step(ctx context.Context, name string) error {
	f.mu.Lock()
	f.steps = append(f.steps, name)
	f.mu.Unlock()
	if f.at != nil {
		return f.at(ctx, name)
	}
	return nil
}

func (f *fakeTarget) Plan(ctx context.Context, _ iter.Seq2[backup.Entry, error], _ backup.RestoreOptions) (backup.Restoration, error) {
	return f, f.step(ctx, "plan")
}

func (f *fakeTarget) Space(context.Context) (int64, error) { return 1 << 30, nil }

func (f *fakeTarget) Summary() backup.PlanSummary {
	return backup.PlanSummary{WriteFiles: 1, WriteBytes: 3}
}

func (f *fakeTarget) Copy(ctx context.Context, _ backup.Fetch, progress func(files, bytes int64)) error {
	progress(1, 3)
	return f.step(ctx, "copy")
}

func (f *fakeTarget) Commit(ctx context.Context) error { return f.step(ctx, "commit") }
func (f *fakeTarget) Close() error                     { return f.step(context.Background(), "close") }

// restorable gives the rig targets and backups that can be opened.
func (r *rig) restorable() *fakeTarget {
	target := &fakeTarget{}
	r.repo.atOpen = func(context.Context) error { return nil }
	r.svc.Parts = map[backup.Component]backup.Part{
		backup.ComponentDatabase: {Source: r.database, Target: target}, backup.ComponentStorage: {Source: r.storage, Target: target},
	}
	return target
}
