package memcatalog

import (
	"context"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// PutBackup implements [backup.Catalog].
func (c *Catalog) PutBackup(ctx context.Context, b backup.Backup) (backup.Backup, error) {
	was := b.Version
	b.Version++
	return put(ctx, c, c.backups, catalog.Backups, b.ID, was, b)
}

// GetBackup implements [backup.Catalog].
func (c *Catalog) GetBackup(ctx context.Context, id backup.ID) (backup.Backup, error) {
	return get[backup.Backup](ctx, c, c.backups, catalog.Backups, id)
}

// ListBackups implements [backup.Catalog].
func (c *Catalog) ListBackups(ctx context.Context, before backup.ID, limit int) ([]backup.Backup, error) {
	return list[backup.Backup](ctx, c, c.backups, before, limit)
}

// DeleteBackup implements [backup.Catalog].
func (c *Catalog) DeleteBackup(ctx context.Context, b backup.Backup) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if r, ok := c.backups[b.ID]; ok && r.version != b.Version {
		return catalog.Stale(catalog.Backups, string(b.ID))
	}
	delete(c.backups, b.ID)
	return nil
}

// PutOperation implements [backup.Operations].
func (c *Catalog) PutOperation(ctx context.Context, o backup.Operation) (backup.Operation, error) {
	was := o.Version
	o.Version++
	return put(ctx, c, c.operations, catalog.Operations, o.ID, was, o)
}

// GetOperation implements [backup.Operations].
func (c *Catalog) GetOperation(ctx context.Context, id backup.ID) (backup.Operation, error) {
	return get[backup.Operation](ctx, c, c.operations, catalog.Operations, id)
}

// ListOperations implements [backup.Operations].
func (c *Catalog) ListOperations(ctx context.Context, before backup.ID, limit int) ([]backup.Operation, error) {
	return list[backup.Operation](ctx, c, c.operations, before, limit)
}
