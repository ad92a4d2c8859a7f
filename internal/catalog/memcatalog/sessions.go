package memcatalog

import (
	"context"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// GetRevoked implements [backup.Sessions].
func (c *Catalog) GetRevoked(ctx context.Context) (backup.Revoked, error) {
	if err := ctx.Err(); err != nil {
		return backup.Revoked{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.revoked == nil {
		return backup.Revoked{}, nil
	}
	return catalog.Decode[backup.Revoked](c.revoked)
}

// PutRevoked implements [backup.Sessions].
func (c *Catalog) PutRevoked(ctx context.Context, r backup.Revoked) (backup.Revoked, error) {
	is, err := c.GetRevoked(ctx)
	if err != nil {
		return r, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.revoked != nil {
		if is, err = catalog.Decode[backup.Revoked](c.revoked); err != nil {
			return r, err
		}
	}
	if is.Version != r.Version {
		return r, catalog.RevokedChanged()
	}
	r.Version++
	c.revoked, err = catalog.Encode(r)
	return r, err
}
