package httpapi

import (
	"context"
	"strconv"

	"github.com/vertex-ar/backup/internal/backup"
)

type editInput struct {
	ID   string `path:"id" maxLength:"64" example:"20261122-020000-full-k3x9qa"`
	Body struct {
		Pinned *bool   `json:"pinned,omitempty" doc:"Keep it: neither a rotation nor a delete takes it."`
		Note   *string `json:"note,omitempty" maxLength:"500" pattern:"^[^\\x00-\\x08\\x0b-\\x1f\\x7f]*$" patternDescription:"text without control characters" example:"before the update"`
	}
}

type editOutput struct{ Body getAnswer }

// edit answers PATCH /backups/{id}.
func (a *api) edit(ctx context.Context, in *editInput) (*editOutput, error) {
	id, err := backup.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	changed := map[string]string{}
	if in.Body.Pinned != nil {
		changed["pinned"] = strconv.FormatBool(*in.Body.Pinned)
	}
	if in.Body.Note != nil {
		changed["note"] = *in.Body.Note
	}
	note(ctx, string(id), changed)
	b, err := a.cfg.Service.Edit(ctx, actorOf(ctx), id, backup.EditRequest{Pinned: in.Body.Pinned, Note: in.Body.Note})
	if err != nil {
		return nil, err
	}
	return &editOutput{getAnswer{Success: true, Backup: showBackup(b)}}, nil
}
