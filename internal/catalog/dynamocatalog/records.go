package dynamocatalog

import (
	"context"
	"maps"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// PutBackup implements [backup.Catalog].
func (c *Catalog) PutBackup(ctx context.Context, b backup.Backup) (backup.Backup, error) {
	was := b.Version
	b.Version++
	extra := item{}
	if b.Status == backup.StatusDeleting {
		extra[attrDeleting] = &types.AttributeValueMemberBOOL{Value: true}
	}
	return putRecord(ctx, c, catalog.Backups, b.ID, was, b, extra)
}

// GetBackup implements [backup.Catalog].
func (c *Catalog) GetBackup(ctx context.Context, id backup.ID) (backup.Backup, error) {
	return getRecord(ctx, c, catalog.Backups, id, decodedBackup)
}

// ListBackups implements [backup.Catalog].
func (c *Catalog) ListBackups(ctx context.Context, before backup.ID, limit int) ([]backup.Backup, error) {
	return listRecords(ctx, c, catalog.Backups, before, limit, decodedBackup)
}

// DeleteBackup implements [backup.Catalog].
func (c *Catalog) DeleteBackup(ctx context.Context, b backup.Backup) error {
	cond := equal(item{attrVersion: number(b.Version)}).orAbsent()
	ok, err := c.remove(ctx, backups, string(b.ID), cond)
	if err == nil && !ok {
		return catalog.Stale(catalog.Backups, string(b.ID))
	}
	return err
}

// PutOperation implements [backup.Operations].
func (c *Catalog) PutOperation(ctx context.Context, o backup.Operation) (backup.Operation, error) {
	was := o.Version
	o.Version++
	return putRecord(ctx, c, catalog.Operations, o.ID, was, o, nil)
}

// GetOperation implements [backup.Operations].
func (c *Catalog) GetOperation(ctx context.Context, id backup.ID) (backup.Operation, error) {
	return getRecord(ctx, c, catalog.Operations, id, decoded[backup.Operation])
}

// ListOperations implements [backup.Operations].
func (c *Catalog) ListOperations(ctx context.Context, before backup.ID, limit int) ([]backup.Operation, error) {
	return listRecords(ctx, c, catalog.Operations, before, limit, decoded[backup.Operation])
}

// partition returns the PK of records of a kind.
func partition(kind catalog.Kind) string {
	if kind == catalog.Operations {
		return operations
	}
	return backups
}

// decodedBackup returns the record of a backup. One that is said to be deleted by
// somebody who may not delete is none: a rotation would end that deletion.
func decodedBackup(it item) (backup.Backup, error) {
	b, err := decoded[backup.Backup](it)
	if _, meant := it[attrDeleting]; err == nil && b.Status == backup.StatusDeleting && !meant {
		b = b.Undeleted()
	}
	return b, err
}

// putRecord stores record as the version after was, with extra attributes.
func putRecord[T any](ctx context.Context, c *Catalog, kind catalog.Kind, id backup.ID, was int64, record T, extra item) (T, error) {
	var none T
	it, err := encoded(partition(kind), string(id), record)
	if err != nil {
		return none, err
	}
	it[attrVersion] = number(was + 1)
	maps.Copy(it, extra)
	cond := absent()
	if was != 0 {
		cond = equal(item{attrVersion: number(was)})
	}
	ok, err := c.put(ctx, it, cond)
	if err != nil {
		return none, err
	}
	if !ok {
		return none, catalog.Stale(kind, string(id))
	}
	return decoded[T](it)
}

func getRecord[T any](ctx context.Context, c *Catalog, kind catalog.Kind, id backup.ID, read func(item) (T, error)) (T, error) {
	var none T
	it, err := c.get(ctx, partition(kind), string(id))
	if err != nil {
		return none, err
	}
	if it == nil {
		return none, catalog.NotFound(kind, string(id))
	}
	return read(it)
}

func listRecords[T any](ctx context.Context, c *Catalog, kind catalog.Kind, before backup.ID, limit int, read func(item) (T, error)) ([]T, error) {
	if err := catalog.CheckPage(string(before), limit); err != nil {
		return nil, err
	}
	items, err := c.query(ctx, partition(kind), string(before), limit)
	if err != nil {
		return nil, err
	}
	page := make([]T, len(items))
	for i, it := range items {
		if page[i], err = read(it); err != nil {
			return nil, err
		}
	}
	return page, nil
}
