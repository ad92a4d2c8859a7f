package dynamocatalog

import (
	"context"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// Remember implements [backup.Idempotency]. It takes the key for unbound first,
// as nearly all are, and otherwise goes by what it is bound to.
func (c *Catalog) Remember(ctx context.Context, key string, id, replace backup.ID, expires time.Time) (backup.ID, error) {
	if err := catalog.CheckKey(key); err != nil {
		return "", err
	}
	cond := absent()
	for {
		if ok, err := c.bind(ctx, key, id, expires, cond); ok || err != nil {
			return id, err
		}
		it, err := c.get(ctx, idempotency, key)
		if err != nil {
			return "", err
		}
		bound := it.text(attrID)
		switch {
		case it == nil: // it expired just now
			cond = absent()
		case bound == string(replace):
			cond = equal(item{attrID: text(bound)})
		default:
			return backup.ID(bound), nil
		}
	}
}

func (c *Catalog) bind(ctx context.Context, sk string, id backup.ID, expires time.Time, cond condition) (bool, error) {
	it := key(idempotency, sk)
	it[attrID] = text(string(id))
	it[attrExpires] = expiry(expires)
	return c.put(ctx, it, cond)
}
