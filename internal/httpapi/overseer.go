package httpapi

import (
	"context"

	"github.com/vertex-ar/backup/internal/backup"
)

// Overseer looks after what there is.
type Overseer interface {
	ListOperations(ctx context.Context, req backup.OperationsRequest) (backup.OperationsResult, error)
	// ListAudit returns a page of the audit log, newest first.
	ListAudit(ctx context.Context, req backup.AuditRequest) (backup.AuditResult, error)
	// ReadLog returns lines of the log of a backup or an operation.
	ReadLog(ctx context.Context, req backup.LogRequest) (backup.LogResult, error)
	// Edit changes the pin or the note of a backup.
	Edit(ctx context.Context, actor backup.Actor, id backup.ID, req backup.EditRequest) (backup.Backup, error)
	// Cancel asks the run of a backup or an operation to stop, and reports whether
	// it has ended by that.
	Cancel(ctx context.Context, actor backup.Actor, id backup.ID) (ended bool, err error)
	// Undo starts the restore of the state before a restore, as Restore does.
	Undo(ctx context.Context, actor backup.Actor, id backup.ID) (backup.Operation, error)
}
