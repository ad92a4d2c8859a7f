package httpapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// mostDeleted is how many backups one request may delete.
const mostDeleted = 100

type canDeleteInput struct {
	BackupPath string `query:"backup_path" required:"true" maxLength:"64" example:"20261122-020000-full-k3x9qa"`
}

type canDeleteAnswer struct {
	Success            bool                  `json:"success"`
	CanDelete          bool                  `json:"can_delete" doc:"It can be deleted without force."`
	Reason             string                `json:"reason"`
	Recommendation     string                `json:"recommendation"`
	TotalBackups       int64                 `json:"total_backups"`
	BackupTypesPresent map[backup.Kind]int64 `json:"backup_types_present" doc:"How many there are by type."`
	BackupTypeToDelete backup.Kind           `json:"backup_type_to_delete" enum:"database,storage,full"`
	IsLastOfType       bool                  `json:"is_last_of_type"`
}

type canDeleteOutput struct{ Body canDeleteAnswer }

// canDelete answers GET /backups/can-delete.
func (a *api) canDelete(ctx context.Context, in *canDeleteInput) (*canDeleteOutput, error) {
	id, err := backup.ParseID(in.BackupPath)
	if err != nil {
		return nil, err
	}
	c, err := a.cfg.Service.CanDelete(ctx, id)
	if err != nil {
		return nil, err
	}
	if c.Present == nil {
		c.Present = map[backup.Kind]int64{}
	}
	return &canDeleteOutput{canDeleteAnswer{
		Success: true, CanDelete: c.CanDelete, Reason: c.Reason, Recommendation: c.Recommendation,
		TotalBackups: c.Total, BackupTypesPresent: c.Present, BackupTypeToDelete: c.Kind, IsLastOfType: c.IsLastOfKind,
	}}, nil
}

type deleteInput struct {
	BackupPath string `query:"backup_path" required:"true" maxLength:"4000" example:"20261122-020000-full-k3x9qa" doc:"One id, or up to 100 separated by commas."`
	Force      bool   `query:"force" doc:"Also the last backup of its type, unless it is younger than a few days (MIN_AGE_DAYS)."`
}

type deleteAnswer struct {
	Success        bool        `json:"success"`
	Message        string      `json:"message" example:"Deleted 1 backup."`
	DeletedFiles   []backup.ID `json:"deleted_files" nullable:"false" doc:"The backups that were deleted."`
	MissingFiles   []string    `json:"missing_files" nullable:"false" doc:"Stored objects that were gone already."`
	DeletedObjects int64       `json:"deleted_objects" doc:"Stored objects that were deleted."`
	FreedBytes     int64       `json:"freed_bytes"`
	SweptObjects   int64       `json:"swept_objects" doc:"Further stored objects that no backup needed any more."`
	SweptBytes     int64       `json:"swept_bytes"`
}

type deleteOutput struct{ Body deleteAnswer }

// delete answers DELETE /backups/delete.
func (a *api) delete(ctx context.Context, in *deleteInput) (*deleteOutput, error) {
	ids, err := parseIDs(in.BackupPath)
	if err != nil {
		return nil, err
	}
	note(ctx, in.BackupPath, map[string]string{"force": fmt.Sprint(in.Force)})
	d, err := a.cfg.Service.Delete(ctx, actorOf(ctx), ids, in.Force)
	if err != nil {
		return nil, err
	}
	message := fmt.Sprintf("Deleted %s, %.2f MB freed.", count(len(d.Deleted)), megabytes(d.Bytes))
	concluded(ctx, backup.StatusCompleted, message)
	return &deleteOutput{deleteAnswer{
		Success: true, Message: message, DeletedFiles: list(d.Deleted), MissingFiles: list(d.Missing),
		DeletedObjects: d.Objects, FreedBytes: d.Bytes, SweptObjects: d.Swept.Objects, SweptBytes: d.Swept.Bytes,
	}}, nil
}

// parseIDs reads ids separated by commas; each counts once.
func parseIDs(s string) ([]backup.ID, error) {
	var ids []backup.ID
	for part := range strings.SplitSeq(s, ",") {
		id, err := backup.ParseID(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > mostDeleted {
		return nil, errs.New(errs.ErrInvalid, "At most %d backups can be deleted at once.", mostDeleted)
	}
	return ids, nil
}

// count says how many backups.
func count(n int) string {
	if n == 1 {
		return "1 backup"
	}
	return fmt.Sprintf("%d backups", n)
}
