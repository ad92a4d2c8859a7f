package httpapi

import (
	"context"
	"net/http"

	"github.com/vertex-ar/backup/internal/backup"
)

type cancelInput struct {
	ID string `path:"id" maxLength:"64" example:"20261122-081500-restore-b7m2cd" doc:"An operation's id, or that of a backup that is being made."`
}

type cancelAnswer struct {
	Success bool      `json:"success"`
	Message string    `json:"message" example:"It will stop within seconds."`
	ID      backup.ID `json:"id"`
}

type cancelOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     cancelAnswer
}

// cancel answers POST /backups/operations/{id}/cancel. It has asked for the stop,
// so it is accepted, never done.
func (a *api) cancel(ctx context.Context, in *cancelInput) (*cancelOutput, error) {
	id, err := backup.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	note(ctx, string(id), nil)
	if err := a.cfg.Service.Cancel(ctx, actorOf(ctx), id); err != nil {
		return nil, err
	}
	return &cancelOutput{
		Status: http.StatusAccepted, Location: locationOfID(id),
		Body: cancelAnswer{Success: true, Message: "It will stop within seconds.", ID: id},
	}, nil
}

// locationOfID is where a backup or an operation can be asked for.
func locationOfID(id backup.ID) string {
	if id.OfBackup() {
		return "/backups/" + string(id)
	}
	return locationOf(backup.Operation{ID: id})
}
