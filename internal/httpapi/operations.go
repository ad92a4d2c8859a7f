package httpapi

import (
	"context"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

// operationView is an operation as the API shows it.
type operationView struct {
	ID         backup.ID     `json:"id" example:"20261122-081500-restore-b7m2cd"`
	Verb       backup.Verb   `json:"verb" enum:"restore,verify,rotate,export,reencrypt" example:"restore"`
	BackupID   backup.ID     `json:"backup_id,omitempty" example:"20261122-020000-full-k3x9qa"`
	BackupType backup.Kind   `json:"backup_type,omitempty" enum:"database,storage,full"`
	Status     backup.Status `json:"status" enum:"pending,running,completed,partial,failed,cancelled,deleting" example:"running"`
	CreatedAt  time.Time     `json:"created_at"`
	FinishedAt time.Time     `json:"finished_at,omitzero"`
	CreatedBy  string        `json:"created_by" example:"admin@example.com"`
	Progress   progressView  `json:"progress"`
	Errors     []string      `json:"errors" nullable:"false"`
	Warnings   []string      `json:"warnings" nullable:"false"`

	CancelRequested bool      `json:"cancel_requested" doc:"Somebody asked the run to stop."`
	UndoOf          backup.ID `json:"undo_of,omitempty" example:"20261122-081500-restore-b7m2cd" doc:"The restore that this one undoes."`
	Undoable        bool      `json:"undoable" doc:"A restore that has ended and left a safety backup behind."`

	Restore *restoreView  `json:"restore,omitempty" doc:"What a restore was asked for and did."`
	Verify  *Verification `json:"verify,omitempty" doc:"What a verify found, once it has ended."`
	Rotate  *Rotation     `json:"rotate,omitempty" doc:"What a rotate did, once it has ended."`
	Export  *exportView   `json:"export,omitempty" doc:"What an export was asked for and made."`
}

// showOperation returns o as the API shows it.
func showOperation(o backup.Operation) operationView {
	v := operationView{
		ID: o.ID, Verb: o.Verb, BackupID: o.BackupID, BackupType: o.BackupKind, Status: o.Status,
		CreatedAt: o.CreatedAt.UTC(), FinishedAt: o.FinishedAt.UTC(), CreatedBy: o.CreatedBy,
		Progress: showProgress(o.Progress), Errors: list(o.Errors), Warnings: list(o.Warnings),
		CancelRequested: o.CancelRequested, UndoOf: o.UndoOf, Undoable: o.Undoable(),
	}
	if o.Restore != nil {
		v.Restore = showRestore(*o.Restore, o.RestoreResult)
	}
	if o.VerifyResult != nil {
		report := showVerify(*o.VerifyResult)
		v.Verify = &report
	}
	if o.RotateResult != nil {
		result := showRotate(*o.RotateResult)
		v.Rotate = &result
	}
	if o.Export != nil {
		v.Export = showExport(*o.Export, o.ExportResult)
	}
	return v
}

// locationOf is where an operation's progress can be asked for.
func locationOf(o backup.Operation) string { return locationOfID(o.ID) }

// locationOfID is where the progress of a backup or an operation can be asked for.
func locationOfID(id backup.ID) string {
	if id.IsBackup() {
		return "/backups/" + string(id)
	}
	return "/backups/operations/" + string(id)
}

type operationsInput struct {
	Active bool   `query:"active" doc:"Only those that have not ended."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	Cursor string `query:"cursor" maxLength:"200" pattern:"^[^\\x00-\\x1f\\x7f]*$" patternDescription:"text without control characters" doc:"From the page before."`
}

type operationsAnswer struct {
	Success    bool            `json:"success"`
	Operations []operationView `json:"operations" nullable:"false"`
	Count      int             `json:"count" doc:"How many this page has."`
	Cursor     string          `json:"cursor,omitempty" doc:"Of the next page; absent at the end."`
}

type operationsOutput struct{ Body operationsAnswer }

// operations answers GET /backups/operations.
func (a *api) operations(ctx context.Context, in *operationsInput) (*operationsOutput, error) {
	page, err := a.cfg.Service.ListOperations(ctx, backup.OperationsRequest{Active: in.Active, Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	views := make([]operationView, len(page.Operations))
	for i, o := range page.Operations {
		views[i] = showOperation(o)
	}
	return &operationsOutput{operationsAnswer{Success: true, Operations: views, Count: len(views), Cursor: page.Next}}, nil
}

type operationInput struct {
	ID string `path:"id" maxLength:"64" example:"20261122-081500-restore-b7m2cd"`
}

type operationAnswer struct {
	Success   bool          `json:"success" doc:"It has not failed so far."`
	Operation operationView `json:"operation"`
}

type operationOutput struct{ Body operationAnswer }

// operation answers GET /backups/operations/{id}.
func (a *api) operation(ctx context.Context, in *operationInput) (*operationOutput, error) {
	id, err := backup.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	o, err := a.cfg.Service.GetOperation(ctx, id)
	if err != nil {
		return nil, err
	}
	view, err := a.showWithAddress(ctx, o)
	if err != nil {
		return nil, err
	}
	return &operationOutput{operationAnswer{Success: !unsuccessful(o.Status), Operation: view}}, nil
}

// unsuccessful reports whether a record ended without what was asked for.
func unsuccessful(s backup.Status) bool { return s.Finished() && !s.Restorable() }
