package httpapi

import (
	"context"
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
)

type editInput struct {
	ID   string `path:"id" maxLength:"64" example:"20261122-020000-full-k3x9qa"`
	Body struct {
		Pinned   *bool   `json:"pinned,omitempty" doc:"Never rotated away; absent leaves it as it is."`
		Accepted *bool   `json:"accepted,omitempty" doc:"What the backup lacks is meant so; absent leaves it as it is."`
		Note     *string `json:"note,omitempty" maxLength:"500" pattern:"^[^\\x00-\\x08\\x0b-\\x1f\\x7f]*$" patternDescription:"text without control characters" example:"before the update" doc:"Absent leaves it as it is."`
	}
}

// edit answers PATCH /backups/{id}.
func (a *api) edit(ctx context.Context, in *editInput) (*getOutput, error) {
	id, err := backup.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	arguments := map[string]string{}
	if in.Body.Pinned != nil {
		arguments["pinned"] = fmt.Sprint(*in.Body.Pinned)
	}
	if in.Body.Accepted != nil {
		arguments["accepted"] = fmt.Sprint(*in.Body.Accepted)
	}
	if in.Body.Note != nil {
		arguments["note"] = *in.Body.Note
	}
	note(ctx, string(id), arguments)
	// Without its pin a backup can be rotated away; what is accepted lets others be.
	unpins, accepts := in.Body.Pinned != nil && !*in.Body.Pinned, in.Body.Accepted != nil && *in.Body.Accepted
	if err := a.fresh(ctx, unpins || accepts); err != nil {
		return nil, err
	}
	b, err := a.cfg.Service.Edit(ctx, actorOf(ctx), id, backup.EditRequest{Pinned: in.Body.Pinned, Note: in.Body.Note, Accepted: in.Body.Accepted})
	if err != nil {
		return nil, err
	}
	return &getOutput{getAnswer{Success: true, Backup: showBackup(b)}}, nil
}
