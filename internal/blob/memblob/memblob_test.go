package memblob_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/blobtest"
	"github.com/vertex-ar/backup/internal/blob/memblob"
)

func TestConformance(t *testing.T) {
	blobtest.Run(t, func(*testing.T) blob.Store { return memblob.New(time.Now) })
}

func TestDamage(t *testing.T) {
	tests := map[string]struct {
		do   func(*memblob.Store)
		want map[string]string
	}{
		"flip first":  {func(s *memblob.Store) { s.FlipBit("a", 0) }, map[string]string{"a": "1bc", "b": "xyz"}},
		"flip last":   {func(s *memblob.Store) { s.FlipBit("a", -1) }, map[string]string{"a": "0bb", "b": "xyz"}},
		"truncate":    {func(s *memblob.Store) { s.Truncate("b", 2) }, map[string]string{"a": "0bc", "b": "x"}},
		"swap":        {func(s *memblob.Store) { s.Swap("a", "b") }, map[string]string{"a": "xyz", "b": "0bc"}},
		"clone apart": {func(s *memblob.Store) { s.Clone().FlipBit("a", 0) }, map[string]string{"a": "0bc", "b": "xyz"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := memblob.New(time.Now)
			for key, content := range map[string]string{"a": "0bc", "b": "xyz"} {
				if err := s.Put(t.Context(), key, strings.NewReader(content), nil); err != nil {
					t.Fatal(err)
				}
			}
			tt.do(s)
			got := map[string]string{}
			for key, content := range s.Contents() {
				got[key] = string(content)
				if info, err := s.Head(t.Context(), key); err != nil || info.Size != int64(len(content)) {
					t.Errorf("Head(%s) = %d bytes, %v, want %d", key, info.Size, err, len(content))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("contents (-want +got):\n%s", diff)
			}
		})
	}
}
