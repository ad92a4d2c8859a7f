package repository

import (
	"context"
	"crypto/sha256"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/index"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// known is the content that need not be stored again: that of the base, what
// this run has stored and, where it is worth looking, that of other backups. The same
// content is stored by one worker only, however many come upon it at once.
type known struct {
	writer *writer
	others others
	sizes  index.Sizes // of large contents that are known or on their way

	mu    sync.Mutex
	index *index.Index                // made with the first question
	small map[[sha256.Size]byte]*item // contents on their way into the store
	large map[int64]*item             // likewise, by size: their hash is not known yet
}

func newKnown(w *writer, take func() (stock, error)) *known {
	opt := w.notify.opt
	return &known{
		writer: w, small: map[[sha256.Size]byte]*item{}, large: map[int64]*item{},
		others: others{repo: w.repo, take: take, avoid: opt.Avoid, left: opt.Others, archives: map[string]manifest.Archive{}},
	}
}

// isLarge reports whether a file's content does not fit into a worker's buffer.
func isLarge(size int64) bool { return size > archive.FrameSize }

// load makes the index and fills it with what the base holds. Most runs come
// upon new content late or never, so it waits for that.
func (k *known) load(ctx context.Context) (err error) {
	if k.index != nil {
		return nil
	}
	if k.index, err = index.New(k.writer.repo.opt.Scratch); err != nil {
		return noSpace(err)
	}
	if b := k.writer.base; b != nil {
		return k.noteAll(ctx, b)
	}
	return nil
}

// noteAll puts all content that is whole in a backup into the index.
func (k *known) noteAll(ctx context.Context, b *base) error {
	for e, err := range b.Entries() {
		if err != nil { // the reading of the base beside the walk says so; what is not found is stored
			return nil
		}
		if e.Size == 0 || !b.holds(e) || b.strayed(e) {
			continue
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := k.note(e); err != nil {
			return err
		}
	}
	return nil
}

// note puts a file's content into the index.
func (k *known) note(e backup.Entry) error {
	if isLarge(e.Size) {
		k.sizes.Add(e.Size)
	}
	return noSpace(k.index.Add(keyOf(e.Path, e.SHA256), e.Extents))
}

// keyOf returns the name of a content in the index. Content of the database goes
// by another name than the same content of a media file, so that the two never
// share what is stored: readers do not believe a manifest in which they do.
func keyOf(path string, sum [sha256.Size]byte) [sha256.Size]byte {
	if archive.OfDatabase(path) {
		return sha256.Sum256(append([]byte("database\x00"), sum[:]...))
	}
	return sum
}

// claim says where content of that hash lies or, if j's twin is about to store
// it, which that is. If neither is known, j is the one that stores it.
func (k *known) claim(ctx context.Context, j *item, sum [sha256.Size]byte) (extents []backup.Extent, twin *item, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(ctx); err != nil {
		return nil, nil, err
	}
	key := keyOf(j.Path, sum)
	if twin := k.small[key]; twin != nil {
		return nil, twin, nil
	}
	look := func() (found bool, err error) {
		extents, err = k.index.Find(key)
		return extents != nil, err
	}
	if found, err := look(); found || err != nil {
		return extents, nil, err
	}
	if err := k.widen(ctx, j, look); err != nil || extents != nil {
		return extents, nil, err
	}
	j.SHA256 = sum
	k.small[key] = j
	return nil, nil, nil
}

// claimSize waits until no other large content of j's size is on its way, and
// reports whether there may be such content.
func (k *known) claimSize(ctx context.Context, j *item) (seen bool, err error) {
	for {
		other, err := k.trySize(ctx, j)
		if err != nil {
			return false, err
		}
		if other == nil {
			return k.sizes.Has(j.size), nil
		}
		if err := other.wait(ctx); err != nil {
			return false, err
		}
	}
}

// trySize returns the item that is in j's way; if there is none, j is in the way of others.
func (k *known) trySize(ctx context.Context, j *item) (*item, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(ctx); err != nil {
		return nil, err
	}
	if other := k.large[j.size]; other != nil {
		return other, nil
	}
	k.large[j.size] = j
	look := func() (bool, error) { return k.sizes.Has(j.size), nil }
	if seen, _ := look(); seen {
		return nil, nil
	}
	return nil, k.widen(ctx, j, look)
}

// find says where the content of a file lies that has that hash; nil if that is
// not known.
func (k *known) find(path string, sum [sha256.Size]byte) ([]backup.Extent, error) {
	return k.index.Find(keyOf(path, sum))
}

// stored notes what has just been stored.
func (k *known) stored(e backup.Entry) error {
	if e.Size == 0 {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.note(e)
}

// release lets others store what j had claimed.
func (k *known) release(j *item) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key := keyOf(j.Path, j.SHA256); k.small[key] == j {
		delete(k.small, key)
	}
	if k.large[j.size] == j {
		delete(k.large, j.size)
	}
}

// Close frees the index.
func (k *known) Close() error {
	if k.index == nil {
		return nil
	}
	return k.index.Close()
}
