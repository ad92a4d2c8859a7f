package memcatalog

import (
	"context"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// AppendLog implements [backup.Logs].
func (c *Catalog) AppendLog(ctx context.Context, id backup.ID, lines []backup.LogLine, _ time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := catalog.CheckLog(id, lines); err != nil {
		return err
	}
	text, err := catalog.Encode(lines)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.logs[id] = append(c.logs[id], text)
	return nil
}

// ListLog implements [backup.Logs].
func (c *Catalog) ListLog(ctx context.Context, id backup.ID, after int64, limit int) ([]backup.LogLine, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := catalog.CheckPage("", limit); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var page []backup.LogLine
	for _, text := range c.logs[id] {
		lines, err := catalog.Decode[[]backup.LogLine](text)
		if err != nil {
			return nil, err
		}
		page = catalog.AppendLines(page, lines, after, limit)
	}
	return page, nil
}
