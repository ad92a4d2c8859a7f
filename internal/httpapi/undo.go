package httpapi

import (
	"context"

	"github.com/vertex-ar/backup/internal/backup"
)

type undoInput struct {
	Body struct {
		OperationID string `json:"operation_id" maxLength:"64" example:"20261122-081500-restore-b7m2cd" doc:"The restore to undo."`
	}
}

// undo answers POST /backups/undo.
func (a *api) undo(ctx context.Context, in *undoInput) (*restoreOutput, error) {
	id, err := backup.ParseID(in.Body.OperationID)
	if err != nil {
		return nil, err
	}
	note(ctx, string(id), nil)
	o, err := a.cfg.Service.Undo(ctx, actorOf(ctx), id)
	if err != nil {
		return nil, err
	}
	return answerRestore(ctx, o)
}
