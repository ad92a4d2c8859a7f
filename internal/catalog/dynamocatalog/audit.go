package dynamocatalog

import (
	"context"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// AppendAudit implements [backup.AuditLog]. The name of a line is random: what is
// in the way of one is that line, sent twice.
func (c *Catalog) AppendAudit(ctx context.Context, e backup.AuditEntry) error {
	sk := catalog.AuditKey(e.Time)
	it, err := encoded(auditPrefix+catalog.AuditMonth(sk), sk, e)
	if err != nil {
		return err
	}
	it[attrExpires] = expiry(e.Time.AddDate(0, catalog.AuditMonths, 0))
	return c.add(ctx, it)
}

// ListAudit implements [backup.AuditLog]. It reads one partition a month, and
// one line more than the page, to know whether there is a next one.
func (c *Catalog) ListAudit(ctx context.Context, now time.Time, cursor string, limit int) ([]backup.AuditEntry, string, error) {
	if err := catalog.CheckPage("", limit); err != nil {
		return nil, "", err
	}
	before, err := catalog.AuditBefore(now, cursor)
	if err != nil {
		return nil, "", err
	}
	since := catalog.AuditSince(now)
	var lines []item
	for _, month := range catalog.AuditMonthsBefore(before, since) {
		more, err := c.query(ctx, auditPrefix+month, before, limit+1-len(lines))
		if err != nil {
			return nil, "", err
		}
		if lines = append(lines, more...); len(lines) > limit {
			break
		}
	}
	return auditPage(lines, since, limit)
}

// auditPage decodes the first limit lines that are not older than since and
// returns the cursor behind them, "" if there are no others.
func auditPage(lines []item, since string, limit int) ([]backup.AuditEntry, string, error) {
	var page []backup.AuditEntry
	for i, it := range lines {
		if it.text(attrSK) < since {
			break
		}
		if len(page) == limit {
			return page, catalog.AuditCursor(lines[i-1].text(attrSK)), nil
		}
		e, err := decoded[backup.AuditEntry](it)
		if err != nil {
			return nil, "", err
		}
		page = append(page, e)
	}
	return page, "", nil
}
