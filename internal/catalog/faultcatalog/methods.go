package faultcatalog

import (
	"context"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

// PutBackup implements [backup.Catalog].
func (c *Catalog) PutBackup(ctx context.Context, b backup.Backup) (backup.Backup, error) {
	return call(c, "PutBackup", func() (backup.Backup, error) { return c.inner.PutBackup(ctx, b) })
}

// GetBackup implements [backup.Catalog].
func (c *Catalog) GetBackup(ctx context.Context, id backup.ID) (backup.Backup, error) {
	return call(c, "GetBackup", func() (backup.Backup, error) { return c.inner.GetBackup(ctx, id) })
}

// ListBackups implements [backup.Catalog].
func (c *Catalog) ListBackups(ctx context.Context, before backup.ID, limit int) ([]backup.Backup, error) {
	return call(c, "ListBackups", func() ([]backup.Backup, error) { return c.inner.ListBackups(ctx, before, limit) })
}

// DeleteBackup implements [backup.Catalog].
func (c *Catalog) DeleteBackup(ctx context.Context, b backup.Backup) error {
	return run(c, "DeleteBackup", func() error { return c.inner.DeleteBackup(ctx, b) })
}

// PutOperation implements [backup.Operations].
func (c *Catalog) PutOperation(ctx context.Context, o backup.Operation) (backup.Operation, error) {
	return call(c, "PutOperation", func() (backup.Operation, error) { return c.inner.PutOperation(ctx, o) })
}

// GetOperation implements [backup.Operations].
func (c *Catalog) GetOperation(ctx context.Context, id backup.ID) (backup.Operation, error) {
	return call(c, "GetOperation", func() (backup.Operation, error) { return c.inner.GetOperation(ctx, id) })
}

// ListOperations implements [backup.Operations].
func (c *Catalog) ListOperations(ctx context.Context, before backup.ID, limit int) ([]backup.Operation, error) {
	return call(c, "ListOperations", func() ([]backup.Operation, error) { return c.inner.ListOperations(ctx, before, limit) })
}

// AcquireLock implements [backup.Locks].
func (c *Catalog) AcquireLock(ctx context.Context, name string, owner backup.ID, now time.Time, ttl time.Duration) (backup.Lock, error) {
	return call(c, "AcquireLock", func() (backup.Lock, error) { return c.inner.AcquireLock(ctx, name, owner, now, ttl) })
}

// RenewLock implements [backup.Locks].
func (c *Catalog) RenewLock(ctx context.Context, l backup.Lock, now time.Time, ttl time.Duration) (backup.Lock, error) {
	return call(c, "RenewLock", func() (backup.Lock, error) { return c.inner.RenewLock(ctx, l, now, ttl) })
}

// ReleaseLock implements [backup.Locks].
func (c *Catalog) ReleaseLock(ctx context.Context, l backup.Lock) error {
	return run(c, "ReleaseLock", func() error { return c.inner.ReleaseLock(ctx, l) })
}

// GetLock implements [backup.Locks].
func (c *Catalog) GetLock(ctx context.Context, name string) (backup.Lock, error) {
	return call(c, "GetLock", func() (backup.Lock, error) { return c.inner.GetLock(ctx, name) })
}

// AppendAudit implements [backup.AuditLog].
func (c *Catalog) AppendAudit(ctx context.Context, e backup.AuditEntry) error {
	return run(c, "AppendAudit", func() error { return c.inner.AppendAudit(ctx, e) })
}

// ListAudit implements [backup.AuditLog].
func (c *Catalog) ListAudit(ctx context.Context, now time.Time, cursor string, limit int) (page []backup.AuditEntry, next string, err error) {
	err = run(c, "ListAudit", func() error {
		page, next, err = c.inner.ListAudit(ctx, now, cursor, limit)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return page, next, nil
}

// Remember implements [backup.Idempotency].
func (c *Catalog) Remember(ctx context.Context, key string, id, replace backup.ID, expires time.Time) (backup.ID, error) {
	return call(c, "Remember", func() (backup.ID, error) { return c.inner.Remember(ctx, key, id, replace, expires) })
}

// AppendLog implements [backup.Logs].
func (c *Catalog) AppendLog(ctx context.Context, id backup.ID, lines []backup.LogLine, expires time.Time) error {
	return run(c, "AppendLog", func() error { return c.inner.AppendLog(ctx, id, lines, expires) })
}

// ListLog implements [backup.Logs].
func (c *Catalog) ListLog(ctx context.Context, id backup.ID, after int64, limit int) ([]backup.LogLine, error) {
	return call(c, "ListLog", func() ([]backup.LogLine, error) { return c.inner.ListLog(ctx, id, after, limit) })
}

// GetRevoked implements [backup.Sessions].
func (c *Catalog) GetRevoked(ctx context.Context) (backup.Revoked, error) {
	return call(c, "GetRevoked", func() (backup.Revoked, error) { return c.inner.GetRevoked(ctx) })
}

// PutRevoked implements [backup.Sessions].
func (c *Catalog) PutRevoked(ctx context.Context, r backup.Revoked) (backup.Revoked, error) {
	return call(c, "PutRevoked", func() (backup.Revoked, error) { return c.inner.PutRevoked(ctx, r) })
}
