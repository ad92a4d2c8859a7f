package memcatalog

import (
	"context"
	"maps"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// table holds versioned records of one kind.
type table map[backup.ID]row

type row struct {
	version int64
	text    []byte
}

// put stores record as the version after was.
func put[T any](ctx context.Context, c *Catalog, t table, kind catalog.Kind, id backup.ID, was int64, record T) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	if err := catalog.CheckKey(string(id)); err != nil {
		return none, err
	}
	text, err := catalog.Encode(record)
	if err != nil {
		return none, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t[id].version != was {
		return none, catalog.Stale(kind, string(id))
	}
	t[id] = row{version: was + 1, text: text}
	return catalog.Decode[T](text)
}

func get[T any](ctx context.Context, c *Catalog, t table, kind catalog.Kind, id backup.ID) (T, error) {
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r, ok := t[id]
	if !ok {
		return none, catalog.NotFound(kind, string(id))
	}
	return catalog.Decode[T](r.text)
}

func list[T any](ctx context.Context, c *Catalog, t table, before backup.ID, limit int) ([]T, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := catalog.CheckPage(string(before), limit); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var page []T
	for _, id := range newestFirst(t, before) {
		if len(page) == limit {
			break
		}
		record, err := catalog.Decode[T](t[id].text)
		if err != nil {
			return nil, err
		}
		page = append(page, record)
	}
	return page, nil
}

// newestFirst returns the keys of m that are less than before ("" for all).
func newestFirst[K ~string, V any](m map[K]V, before K) []K {
	keys := slices.Sorted(maps.Keys(m))
	if before != "" {
		end, _ := slices.BinarySearch(keys, before)
		keys = keys[:end]
	}
	slices.Reverse(keys)
	return keys
}
