package dynamocatalog

import (
	"context"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// revokedKey is the one item of the partition of sessions.
const revokedKey = "revoked"

// GetRevoked implements [backup.Sessions]. It is one read of one item.
func (c *Catalog) GetRevoked(ctx context.Context) (backup.Revoked, error) {
	it, err := c.get(ctx, sessions, revokedKey)
	if err != nil || it == nil {
		return backup.Revoked{}, err
	}
	return decoded[backup.Revoked](it)
}

// PutRevoked implements [backup.Sessions].
func (c *Catalog) PutRevoked(ctx context.Context, r backup.Revoked) (backup.Revoked, error) {
	cond := absent()
	if r.Version > 0 {
		cond = equal(item{attrVersion: number(r.Version)})
	}
	r.Version++
	it, err := encoded(sessions, revokedKey, r)
	if err != nil {
		return r, err
	}
	it[attrVersion] = number(r.Version)
	ok, err := c.put(ctx, it, cond)
	if err == nil && !ok {
		err = catalog.RevokedChanged()
	}
	return r, err
}
