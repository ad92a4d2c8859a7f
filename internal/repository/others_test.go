package repository_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/memblob"
)

// storedBy returns the bytes of the archives of a backup.
func storedBy(blobs *memblob.Store, id backup.ID) (size int) {
	for key, content := range blobs.Contents() {
		if strings.HasPrefix(key, "archives/"+string(id)+"/") {
			size += len(content)
		}
	}
	return size
}

// TestWhatTheBaseLacksIsFoundInOtherBackups: small files, and one that is larger
// than a worker's buffer.
func TestWhatTheBaseLacksIsFoundInOtherBackups(t *testing.T) {
	t.Parallel()
	items := []backup.Item{dir("storage")}
	for i := range 8 {
		items = append(items, file(fmt.Sprintf("storage/%d.jpg", i), noise(byte(i), 300_000)))
	}
	few := []backup.Item{dir("storage"), file("storage/s.jpg", noise(55, 100_000))}
	items = append(items, few[1], file("storage/z.mp4", noise(99, 3_000_000)))
	ruined := []backup.Item{dir("storage"), file("storage/a.jpg", noise(77, 300_000))}
	const all = 8*300_000 + 100_000 + 3_000_000

	for name, tt := range map[string]struct {
		opt   func(blobs *memblob.Store) backup.WriteOptions
		items []backup.Item
		again int // bytes that are stored again
	}{
		"beside the base": {items: items, opt: func(*memblob.Store) backup.WriteOptions {
			return backup.WriteOptions{Base: backup.Base{ID: otherID}, Others: []backup.Base{{ID: testID}}}
		}},
		"without a base": {items: items, opt: func(*memblob.Store) backup.WriteOptions {
			return backup.WriteOptions{Others: []backup.Base{{ID: otherID}, {ID: testID}}}
		}},
		"not what is not worth looking": {items: few, opt: func(*memblob.Store) backup.WriteOptions {
			return backup.WriteOptions{Base: backup.Base{ID: otherID}, Others: []backup.Base{{ID: testID}}}
		}, again: 100_000},
		"not in a backup that is gone": {items: items, opt: func(*memblob.Store) backup.WriteOptions {
			return backup.WriteOptions{Others: []backup.Base{{ID: thirdID}}}
		}, again: all},
		"not in a damaged list": {items: items, opt: func(blobs *memblob.Store) backup.WriteOptions {
			blobs.Truncate("manifests/"+string(testID)+".jsonl.zst", 200)
			return backup.WriteOptions{Others: []backup.Base{{ID: testID}}}
		}, again: all},
		"not in archives that are known to be damaged": {items: items, opt: func(blobs *memblob.Store) backup.WriteOptions {
			opt := backup.WriteOptions{Others: []backup.Base{{ID: testID}}}
			for key := range maps.Keys(blobs.Contents()) {
				opt.Avoid = append(opt.Avoid, strings.TrimPrefix(key, "archives/"))
			}
			return opt
		}, again: all},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blobs := newMem()
			r := newRepository(t, blobs)
			store(t, r, testID, items...)
			store(t, r, otherID, ruined...)
			opt := tt.opt(blobs)
			opt.Warn = func(line string) { t.Errorf("warned: %s", line) }
			id := backup.ID("20261123-120000-full-aaaaa5")
			if _, _, err := tryStore(t.Context(), r, id, opt, tt.items...); err != nil {
				t.Fatal(err)
			}
			if size := storedBy(blobs, id); size < tt.again || size > tt.again+10_000 {
				t.Errorf("%d bytes were stored again, want %d", size, tt.again)
			}
			checkStored(t, open(t, r, id), slices.Clone(tt.items))
		})
	}
}
