package dynamocatalog

import (
	"context"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// AcquireLock implements [backup.Locks]. It decides on the item that it read
// and writes only over that very item; when somebody else wrote meanwhile, it
// decides again.
func (c *Catalog) AcquireLock(ctx context.Context, name string, owner backup.ID, now time.Time, ttl time.Duration) (backup.Lock, error) {
	for {
		was, cond, err := c.readLock(ctx, name)
		if err != nil {
			return backup.Lock{}, err
		}
		l, err := catalog.Acquire(was, name, owner, now, ttl)
		if err != nil {
			return backup.Lock{}, err
		}
		if ok, err := c.putLock(ctx, l, cond); ok || err != nil {
			return l, err
		}
	}
}

// RenewLock implements [backup.Locks]. Sent twice, it does the same.
func (c *Catalog) RenewLock(ctx context.Context, l backup.Lock, now time.Time, ttl time.Duration) (backup.Lock, error) {
	renewed := l
	renewed.Expires = now.Add(ttl).UTC()
	ok, err := c.putIfHeld(ctx, l, renewed)
	if err != nil {
		return backup.Lock{}, err
	}
	if !ok {
		return backup.Lock{}, catalog.Lost(l)
	}
	return renewed, nil
}

// ReleaseLock implements [backup.Locks]. The item stays, for its token.
func (c *Catalog) ReleaseLock(ctx context.Context, l backup.Lock) error {
	_, err := c.putIfHeld(ctx, l, catalog.Free(l))
	return err
}

// GetLock implements [backup.Locks].
func (c *Catalog) GetLock(ctx context.Context, name string) (backup.Lock, error) {
	l, _, err := c.readLock(ctx, name)
	if err != nil {
		return backup.Lock{}, err
	}
	if l.Owner == "" {
		return backup.Lock{}, catalog.NoLock(name)
	}
	return l, nil
}

// readLock reads the lock, the zero Lock if it was never taken, and returns
// the condition that nobody has written it since.
func (c *Catalog) readLock(ctx context.Context, name string) (backup.Lock, condition, error) {
	it, err := c.get(ctx, locks, name)
	if err != nil || it == nil {
		return backup.Lock{}, absent(), err
	}
	l, err := decoded[backup.Lock](it)
	return l, equal(item{attrWrite: it[attrWrite]}), err
}

// putIfHeld writes next if l's holder still holds the lock, and reports
// whether it did.
func (c *Catalog) putIfHeld(ctx context.Context, l, next backup.Lock) (bool, error) {
	if l.Owner == "" || catalog.CheckKey(l.Name) != nil {
		return false, ctx.Err()
	}
	return c.putLock(ctx, next, equal(item{attrOwner: text(string(l.Owner)), attrToken: number(l.Token)}))
}

func (c *Catalog) putLock(ctx context.Context, l backup.Lock, cond condition) (bool, error) {
	it, err := encoded(locks, l.Name, l)
	if err != nil {
		return false, err
	}
	it[attrToken] = number(l.Token)
	if l.Owner != "" {
		it[attrOwner] = text(string(l.Owner))
	}
	return c.put(ctx, it, cond)
}
