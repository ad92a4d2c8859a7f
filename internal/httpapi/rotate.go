package httpapi

import (
	"context"
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
)

type rotateInput struct {
	MaxBackups int  `query:"max_backups" minimum:"1" maximum:"500" doc:"How many of each type to keep; absent for what is configured."`
	DryRun     bool `query:"dry_run" doc:"Only say what would be removed."`
}

// Rotation is what a rotate did, or with dry_run would do. It is exported for the
// reason of [Verification].
type Rotation struct {
	DryRun           bool         `json:"dry_run"`
	Removed          removedCount `json:"removed" doc:"How many were removed."`
	TotalRemoved     int          `json:"total_removed"`
	RemovedBackups   []backup.ID  `json:"removed_backups" nullable:"false"`
	Kept             []keptView   `json:"kept" nullable:"false"`
	FreedBytes       int64        `json:"freed_bytes" doc:"All together."`
	SweptObjects     int64        `json:"swept_objects" doc:"Stored objects that no backup needed any more, beside those of the removed backups."`
	SweptBytes       int64        `json:"swept_bytes"`
	RepackedArchives int64        `json:"repacked_archives" doc:"Archives of which less than half was needed and that were written anew without the rest."`
	RepackedBytes    int64        `json:"repacked_bytes" doc:"Bytes that this freed."`
}

type removedCount struct {
	Database int `json:"database"`
	Storage  int `json:"storage"`
	Full     int `json:"full"`
}

type keptView struct {
	ID      backup.ID `json:"id"`
	Reasons []string  `json:"reasons" nullable:"false" example:"[\"1 of the 7 newest full backups\"]"`
}

type rotateAnswer struct {
	Success bool   `json:"success" doc:"It has not failed so far."`
	Message string `json:"message" example:"Removed 3 backups, kept 7."`
	Rotation
	Operation operationView `json:"operation"`
}

type rotateOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     rotateAnswer
}

// rotate answers POST /backups/rotate.
func (a *api) rotate(ctx context.Context, in *rotateInput) (*rotateOutput, error) {
	note(ctx, "", map[string]string{"max_backups": fmt.Sprint(in.MaxBackups), "dry_run": fmt.Sprint(in.DryRun)})
	// With a number of one's own much can be removed that the policy keeps.
	if err := a.fresh(ctx, in.MaxBackups != 0 && !in.DryRun); err != nil {
		return nil, err
	}
	o, err := a.cfg.Service.Rotate(ctx, actorOf(ctx), backup.RotateRequest{MaxBackups: in.MaxBackups, DryRun: in.DryRun})
	if err != nil {
		return nil, err
	}
	note(ctx, string(o.ID), exchangeOf(ctx).entry.Arguments)
	out := &rotateOutput{Body: rotateAnswer{
		Success: promising(ctx, o.Status), Operation: showOperation(o),
		Rotation: showRotate(backup.RotateResult{DryRun: in.DryRun}),
	}}
	if o.RotateResult != nil {
		out.Body.Rotation = showRotate(*o.RotateResult)
	}
	out.Body.Message = rotateMessage(o, out.Body.Rotation)
	out.Status, out.Location, err = answered(ctx, o.Status, out.Body.Message, locationOf(o), out.Body)
	return out, err
}

// rotateMessage says how a rotate stands.
func rotateMessage(o backup.Operation, v Rotation) string {
	switch {
	case !o.Status.Finished():
		return "The rotation has started. Ask at the Location how far it is."
	case o.Status == backup.StatusCancelled:
		return "The rotation was cancelled."
	case o.Status == backup.StatusFailed:
		return sentences(o.Errors, "The rotation failed.")
	case v.DryRun:
		return fmt.Sprintf("This would remove %s and keep %d.", count(v.TotalRemoved), len(v.Kept))
	}
	return fmt.Sprintf("Removed %s, kept %d.", count(v.TotalRemoved), len(v.Kept))
}

// showRotate returns r as the API shows it.
func showRotate(r backup.RotateResult) Rotation {
	v := Rotation{
		DryRun: r.DryRun, FreedBytes: r.Freed, SweptObjects: r.Swept.Objects, SweptBytes: r.Swept.Bytes,
		RepackedArchives: r.Repacked.Archives, RepackedBytes: r.Repacked.Freed,
		RemovedBackups: []backup.ID{}, Kept: []keptView{},
		Removed: removedCount{
			Database: len(r.Removed[backup.KindDatabase]),
			Storage:  len(r.Removed[backup.KindStorage]),
			Full:     len(r.Removed[backup.KindFull]),
		},
	}
	for _, kind := range backup.Kinds() {
		v.RemovedBackups = append(v.RemovedBackups, r.Removed[kind]...)
	}
	v.TotalRemoved = len(v.RemovedBackups)
	for _, k := range r.Kept {
		v.Kept = append(v.Kept, keptView{ID: k.ID, Reasons: list(k.Reasons)})
	}
	return v
}
