package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/vertex-ar/backup/internal/backup"
)

// Outcomes of audited requests.
const (
	Accepted  = "accepted"  // it goes on
	Completed = "completed" // it ended well
	Failed    = "failed"    // it was tried
	Refused   = "refused"   // it was not
)

// auditTimeout bounds how long an answer waits for its line in the audit log.
const auditTimeout = 5 * time.Second

// longestAudited bounds the fields of a line that callers can fill, in bytes.
const longestAudited = 500

// Auditor writes lines of the audit log.
type Auditor interface {
	// AppendAudit writes one line.
	AppendAudit(ctx context.Context, e backup.AuditEntry) error
}

// Audit writes e even if the caller has gone away. A line that cannot be
// written is logged instead: the answer is decided already.
func Audit(ctx context.Context, log *slog.Logger, to Auditor, e backup.AuditEntry) {
	e.Subject, e.Detail = clip(e.Subject), clip(e.Detail)
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), auditTimeout)
	defer cancel()
	if err := to.AppendAudit(bounded, e); err != nil {
		log.ErrorContext(ctx, "audit line not written", "err", err, "actor", e.Actor,
			"action", e.Action, "subject", e.Subject, "outcome", e.Outcome, "status", e.Status)
	}
}

// OutcomeOf says how a request of that HTTP status ended.
func OutcomeOf(status int) string {
	switch {
	case status == http.StatusAccepted:
		return Accepted
	case status < http.StatusBadRequest:
		return Completed
	case status < http.StatusInternalServerError:
		return Refused
	}
	return Failed
}

// clip cuts s to longestAudited bytes without cutting a character in two.
func clip(s string) string {
	if len(s) <= longestAudited {
		return s
	}
	n := longestAudited
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
