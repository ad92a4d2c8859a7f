package httpapi

import (
	"context"

	"github.com/vertex-ar/backup/internal/backup"
)

type cancelAnswer struct {
	Success bool      `json:"success"`
	Message string    `json:"message" example:"It stops within seconds. What it worked on stays as it was."`
	ID      backup.ID `json:"id" example:"20261122-081500-restore-b7m2cd"`
}

type cancelOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     cancelAnswer
}

// cancel answers POST /backups/operations/{id}/cancel.
func (a *api) cancel(ctx context.Context, in *operationInput) (*cancelOutput, error) {
	id, err := backup.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	note(ctx, string(id), nil)
	ended, err := a.cfg.Service.Cancel(ctx, actorOf(ctx), id)
	if err != nil {
		return nil, err
	}
	out := &cancelOutput{Body: cancelAnswer{Success: true, Message: "It stops within seconds. What it worked on stays as it was.", ID: id}}
	if ended {
		out.Body.Message = "It was cancelled before it began."
	}
	out.Status, out.Location = reply(ended, locationOfID(id))
	return out, nil
}
