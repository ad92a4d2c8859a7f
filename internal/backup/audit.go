package backup

import (
	"context"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
)

// AuditRequest filters the audit log.
type AuditRequest struct {
	Query  string // part of any field of a line, any case
	Cursor string // from the page before
	Limit  int    // 1 to 1000; 0 is 100
}

// AuditResult is one page, newest first.
type AuditResult struct {
	Entries []AuditEntry
	Next    string // cursor of the next page; "" at the end
}

// auditReads is how many pages of the catalog are searched for a page of what
// matches; it may then have fewer lines than were asked for, and a cursor.
const auditReads = 10

// ListAudit returns a page of the audit log.
func (s *Service) ListAudit(ctx context.Context, req AuditRequest) (AuditResult, error) {
	if req.Limit < 0 || req.Limit > maxLimit {
		return AuditResult{}, errs.New(errs.ErrInvalid, "The limit must be between 1 and %d.", maxLimit)
	}
	if req.Limit == 0 {
		req.Limit = defaultLimit
	}
	now := s.Now()
	if req.Query == "" {
		page, next, err := s.Audit.ListAudit(ctx, now, req.Cursor, req.Limit)
		return AuditResult{page, next}, err
	}
	query := strings.ToLower(req.Query)
	res := AuditResult{Next: req.Cursor}
	for range auditReads {
		from := res.Next
		page, next, err := s.Audit.ListAudit(ctx, now, from, maxLimit)
		if err != nil {
			return AuditResult{}, err
		}
		res.Next = next
		for i, e := range page {
			if !e.contains(query) {
				continue
			}
			if res.Entries = append(res.Entries, e); len(res.Entries) < req.Limit {
				continue
			}
			if i < len(page)-1 { // the next page starts within this one
				_, res.Next, err = s.Audit.ListAudit(ctx, now, from, i+1)
			}
			return res, err
		}
		if next == "" {
			break
		}
	}
	return res, nil
}

// contains reports whether a field of e contains text, which is in lower case.
func (e AuditEntry) contains(text string) bool {
	fields := []string{e.Actor, string(e.Role), e.Address, e.Action, e.Subject, e.Outcome, e.Detail}
	for name, value := range e.Arguments {
		fields = append(fields, name+"="+value)
	}
	return strings.Contains(strings.ToLower(strings.Join(fields, "\n")), text)
}
