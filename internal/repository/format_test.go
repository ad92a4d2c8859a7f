package repository_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/errs"
)

// overwriting is a server that ignores If-None-Match.
type overwriting struct{ *memblob.Store }

func (s overwriting) Put(ctx context.Context, key string, r io.Reader, metadata map[string]string) error {
	if err := s.Delete(ctx, key); err != nil {
		return err
	}
	return s.Store.Put(ctx, key, r, metadata)
}

func TestServerThatOverwritesIsRefusedBeforeTheFirstBackup(t *testing.T) {
	blobs := newMem()
	r := newRepository(t, overwriting{blobs})
	for range 2 {
		_, _, err := tryStore(t.Context(), r, testID, backup.WriteOptions{}, file("d/a", noise(1, 100)))
		if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(err.Error(), "ignores If-None-Match") {
			t.Errorf("store = %v, want a refusal that names If-None-Match", err)
		}
	}
	if n := len(blobs.Contents()); n != 1 {
		t.Errorf("%d objects, want format.json alone", n)
	}
}
