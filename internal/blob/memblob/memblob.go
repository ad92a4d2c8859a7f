package memblob

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

var _ blob.Store = (*Store)(nil)

// Store is a blob.Store in memory.
type Store struct {
	now func() time.Time

	mu      sync.Mutex
	objects map[string]object
}

// object is never changed, only replaced.
type object struct {
	content []byte
	info    blob.Info
}

// New returns an empty Store that takes the time of its writes from now.
func New(now func() time.Time) *Store {
	return &Store{now: now, objects: map[string]object{}}
}

// Put implements blob.Store.
func (s *Store) Put(ctx context.Context, key string, r io.Reader, metadata map[string]string) (err error) {
	defer errs.Wrap(&err, "put %s", key)
	body := blob.NewBody(ctx, r)
	defer func() { body.Close(err) }()
	content, err := io.ReadAll(body)
	if err != nil {
		return body.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.objects[key]; ok {
		return errs.ErrConflict
	}
	s.objects[key] = object{content: content, info: blob.Info{
		Key: key, Size: int64(len(content)), Modified: s.now(), Metadata: maps.Clone(metadata),
	}}
	return nil
}

// Get implements blob.Reader.
func (s *Store) Get(ctx context.Context, key string) (rc io.ReadCloser, err error) {
	defer errs.Wrap(&err, "get %s", key)
	o, err := s.find(ctx, key)
	if err != nil {
		return nil, err
	}
	return reader(ctx, o.content), nil
}

// GetRange implements blob.Reader.
func (s *Store) GetRange(ctx context.Context, key string, offset, length int64) (rc io.ReadCloser, err error) {
	defer errs.Wrap(&err, "get %s [%d+%d]", key, offset, length)
	o, err := s.find(ctx, key)
	if err != nil {
		return nil, err
	}
	if offset < 0 || length < 1 || offset > o.info.Size || length > o.info.Size-offset {
		return nil, fmt.Errorf("%w: the object has %d bytes", errs.ErrCorrupt, o.info.Size)
	}
	return reader(ctx, o.content[offset:offset+length]), nil
}

// reader reads content until ctx ends, as a connection would.
func reader(ctx context.Context, content []byte) io.ReadCloser {
	return io.NopCloser(blob.NewBody(ctx, bytes.NewReader(content)))
}

// Head implements blob.Reader.
func (s *Store) Head(ctx context.Context, key string) (info blob.Info, err error) {
	defer errs.Wrap(&err, "head %s", key)
	o, err := s.find(ctx, key)
	if err != nil {
		return blob.Info{}, err
	}
	info = o.info
	info.Metadata = maps.Clone(info.Metadata)
	return info, nil
}

func (s *Store) find(ctx context.Context, key string) (object, error) {
	if err := ctx.Err(); err != nil {
		return object{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.objects[key]
	if !ok {
		return object{}, errs.ErrNotFound
	}
	return o, nil
}

// List implements blob.Reader. It lists what is there when it starts.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[blob.Info, error] {
	return func(yield func(blob.Info, error) bool) {
		for _, info := range s.infos(prefix) {
			if err := ctx.Err(); err != nil {
				yield(blob.Info{}, fmt.Errorf("list %s*: %w", prefix, err))
				return
			}
			if !yield(info, nil) {
				return
			}
		}
	}
}

func (s *Store) infos(prefix string) []blob.Info {
	s.mu.Lock()
	defer s.mu.Unlock()
	var infos []blob.Info
	for _, key := range slices.Sorted(maps.Keys(s.objects)) {
		if strings.HasPrefix(key, prefix) {
			info := s.objects[key].info
			info.Metadata = nil // only Head tells, as with S3
			infos = append(infos, info)
		}
	}
	return infos
}

// Delete implements blob.Store.
func (s *Store) Delete(ctx context.Context, keys ...string) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("delete %d objects: %w", len(keys), err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		delete(s.objects, key)
	}
	return nil
}
