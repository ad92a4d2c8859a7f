package httpapi

import (
	"context"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

type auditInput struct {
	Query  string `query:"q" maxLength:"200" pattern:"^[^\\x00-\\x1f\\x7f]*$" patternDescription:"text without control characters" doc:"Part of any field, in any case."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	Cursor string `query:"cursor" maxLength:"200" pattern:"^[^\\x00-\\x1f\\x7f]*$" patternDescription:"text without control characters" doc:"From the page before."`
}

// auditEntryView is a line of the audit log as the API shows it.
type auditEntryView struct {
	Time      time.Time         `json:"time" example:"2026-11-22T08:15:00Z"`
	Actor     string            `json:"actor" example:"admin@example.com" doc:"\"schedule\" for a schedule, empty when nobody was signed in."`
	Role      backup.Role       `json:"role" example:"backup-admins"`
	Address   string            `json:"address" example:"203.0.113.7"`
	Action    string            `json:"action" example:"restore"`
	Subject   string            `json:"subject" example:"20261122-020000-full-k3x9qa" doc:"An id, or what was asked for."`
	Outcome   string            `json:"outcome" enum:"accepted,refused,failed,completed,partial,cancelled" example:"completed" doc:"Of a request, or at the end of a job."`
	Status    int               `json:"status" example:"200" doc:"The HTTP status of a request; 0 at the end of a job."`
	Detail    string            `json:"detail"`
	Arguments map[string]string `json:"arguments"`
}

type auditAnswer struct {
	Success bool             `json:"success"`
	Entries []auditEntryView `json:"entries" nullable:"false"`
	Count   int              `json:"count" doc:"How many this page has; a search may have fewer than were asked for, and a cursor."`
	Cursor  string           `json:"cursor,omitempty" doc:"Of the next page; absent at the end."`
}

type auditOutput struct{ Body auditAnswer }

// audit answers GET /backups/audit.
func (a *api) audit(ctx context.Context, in *auditInput) (*auditOutput, error) {
	page, err := a.cfg.Service.ListAudit(ctx, backup.AuditRequest{Query: in.Query, Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	views := make([]auditEntryView, len(page.Entries))
	for i, e := range page.Entries {
		views[i] = auditEntryView(e)
		views[i].Time = e.Time.UTC()
		if e.Arguments == nil {
			views[i].Arguments = map[string]string{}
		}
	}
	return &auditOutput{auditAnswer{Success: true, Entries: views, Count: len(views), Cursor: page.Next}}, nil
}
