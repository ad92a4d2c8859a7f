package directory

import (
	"context"
	"io"
	"iter"
	"os"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
)

// snapshot is an opened tree. A tree cannot be held still: what changes
// meanwhile is reported.
type snapshot struct {
	tree   *Tree
	root   *os.Root // nil when the tree was missing
	report func(backup.Notice)
}

// Walk implements backup.Snapshot.
func (s *snapshot) Walk(ctx context.Context, visit func(backup.Item) error) error {
	if s.root == nil {
		return ctx.Err()
	}
	w := &walker{prefix: s.tree.prefix, notice: s.report, outside: s.tree.opt.Outside.resolve(s.tree.root)}
	w.identify = !s.tree.opt.IgnoreChangeTime
	w.leftover = func(dir *os.Root, name, _ string) error {
		sweepStaging(dir, name)
		return nil
	}
	w.visit = func(f found) error { return visit(s.item(f)) }
	return w.walk(ctx, s.root)
}

func (s *snapshot) item(f found) backup.Item {
	it := backup.Item{Entry: f.Entry}
	if f.Type == backup.TypeFile {
		it.Open = func(ctx context.Context) (io.ReadCloser, error) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			return openContent(s.root, f, s.report)
		}
	}
	return it
}

// References implements backup.Snapshot: a tree names no media.
func (s *snapshot) References(context.Context) iter.Seq2[string, error] {
	return func(func(string, error) bool) {}
}

// Close implements backup.Snapshot.
func (s *snapshot) Close() error {
	if s.root == nil {
		return nil
	}
	return s.root.Close()
}

// once passes each notice on one time: a tree may be walked several times, to
// count it and to copy it.
func once(report func(backup.Notice)) func(backup.Notice) {
	var told sync.Map
	return func(n backup.Notice) {
		if _, again := told.LoadOrStore(n, true); !again {
			report(n)
		}
	}
}
