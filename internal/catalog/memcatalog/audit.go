package memcatalog

import (
	"context"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// AppendAudit implements [backup.AuditLog].
func (c *Catalog) AppendAudit(ctx context.Context, e backup.AuditEntry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	text, err := catalog.Encode(e)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.audit[catalog.AuditKey(e.Time)] = text
	return nil
}

// ListAudit implements [backup.AuditLog].
func (c *Catalog) ListAudit(ctx context.Context, now time.Time, cursor string, limit int) ([]backup.AuditEntry, string, error) {
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	if err := catalog.CheckPage("", limit); err != nil {
		return nil, "", err
	}
	before, err := catalog.AuditBefore(now, cursor)
	if err != nil {
		return nil, "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var (
		page []backup.AuditEntry
		last string
	)
	for _, key := range newestFirst(c.audit, before) {
		if key < catalog.AuditSince(now) {
			break
		}
		if len(page) == limit {
			return page, catalog.AuditCursor(last), nil
		}
		e, err := catalog.Decode[backup.AuditEntry](c.audit[key])
		if err != nil {
			return nil, "", err
		}
		page, last = append(page, e), key
	}
	return page, "", nil
}
