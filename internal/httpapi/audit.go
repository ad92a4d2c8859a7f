package httpapi

import (
	"context"
	"net/http"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/web"
)

// newEntry starts the audit line of a request, with what is known before it is
// looked into.
func (h *handler) newEntry(r *http.Request, route Route) backup.AuditEntry {
	return backup.AuditEntry{
		Time: h.cfg.Now().UTC(), Address: web.Address(r),
		Action: route.OperationID, Subject: r.URL.Query().Get("backup_path"),
	}
}

// audit writes the line of a request that has been answered.
func (h *handler) audit(ctx context.Context, x *exchange) {
	e := *x.entry
	e.Status = x.status
	if e.Outcome == "" || x.status >= http.StatusBadRequest && !x.settled {
		e.Outcome = web.OutcomeOf(x.status)
	}
	if x.problem != nil && !x.settled {
		e.Detail = x.problem.Detail
	}
	web.Audit(ctx, h.cfg.Log, h.cfg.Audit, e)
}

// note gives the request's audit line its subject and arguments.
func note(ctx context.Context, subject string, arguments map[string]string) {
	entry := exchangeOf(ctx).entry
	entry.Subject, entry.Arguments = subject, arguments
}

// concluded tells the audit line how a finished piece of work ended.
func concluded(ctx context.Context, status backup.Status, detail string) {
	entry := exchangeOf(ctx).entry
	entry.Detail = detail
	switch {
	case !status.Finished():
		entry.Outcome = web.Accepted
	case !status.Restorable():
		entry.Outcome = web.Failed
	}
}

// passing leaves the request, which changes nothing and is asked all the time, out
// of the audit log. One that is refused before it comes here is in it.
func passing(ctx context.Context) { exchangeOf(ctx).passing = true }
