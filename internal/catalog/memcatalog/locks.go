package memcatalog

import (
	"context"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// AcquireLock implements [backup.Locks].
func (c *Catalog) AcquireLock(ctx context.Context, name string, owner backup.ID, now time.Time, ttl time.Duration) (backup.Lock, error) {
	if err := ctx.Err(); err != nil {
		return backup.Lock{}, err
	}
	if err := catalog.CheckKey(name); err != nil {
		return backup.Lock{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	l, err := catalog.Acquire(c.locks[name], name, owner, now, ttl)
	if err != nil {
		return backup.Lock{}, err
	}
	c.locks[name] = l
	return l, nil
}

// RenewLock implements [backup.Locks].
func (c *Catalog) RenewLock(ctx context.Context, l backup.Lock, now time.Time, ttl time.Duration) (backup.Lock, error) {
	if err := ctx.Err(); err != nil {
		return backup.Lock{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !catalog.Stands(l, c.locks[l.Name]) {
		return backup.Lock{}, catalog.Lost(l)
	}
	l.Expires = now.Add(ttl).UTC()
	c.locks[l.Name] = l
	return l, nil
}

// ReleaseLock implements [backup.Locks].
func (c *Catalog) ReleaseLock(ctx context.Context, l backup.Lock) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if catalog.Stands(l, c.locks[l.Name]) {
		c.locks[l.Name] = catalog.Free(l)
	}
	return nil
}

// GetLock implements [backup.Locks].
func (c *Catalog) GetLock(ctx context.Context, name string) (backup.Lock, error) {
	if err := ctx.Err(); err != nil {
		return backup.Lock{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.locks[name]
	if l.Owner == "" {
		return backup.Lock{}, catalog.NoLock(name)
	}
	return l, nil
}
