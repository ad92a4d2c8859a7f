package memcatalog

import (
	"context"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// Remember implements [backup.Idempotency]. Bindings live as long as the catalog.
func (c *Catalog) Remember(ctx context.Context, key string, id, replace backup.ID, _ time.Time) (backup.ID, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if err := catalog.CheckKey(key); err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if bound := c.bindings[key]; bound != "" && bound != replace {
		return bound, nil
	}
	c.bindings[key] = id
	return id, nil
}
