package httpapi

import (
	"context"
	"fmt"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
)

type restoreInput struct {
	Body struct {
		BackupPath     string             `json:"backup_path" maxLength:"64" example:"20261122-020000-full-k3x9qa" doc:"The backup's id."`
		VerifyChecksum *bool              `json:"verify_checksum,omitempty" default:"true" doc:"Compare the content of files that seem unchanged, too."`
		Components     []backup.Component `json:"components,omitempty" nullable:"false" enum:"database,storage" maxItems:"2" uniqueItems:"true" doc:"Absent: all that the backup holds."`
		Paths          []string           `json:"paths,omitempty" nullable:"false" maxItems:"1000" maxLength:"4096" doc:"Only these entries and what is below them; then nothing is removed."`
		PathsBase64    [][]byte           `json:"paths_base64,omitempty" nullable:"false" maxItems:"1000" doc:"The same, of names that are not text."`
		DryRun         bool               `json:"dry_run,omitempty" doc:"Only say what would change."`
		SafetyBackup   *bool              `json:"safety_backup,omitempty" default:"true" doc:"Back up the present state first."`
		AllowUnsigned  bool               `json:"allow_unsigned,omitempty" doc:"Restore it also if nobody who is trusted has signed it."`
		KeepSetuid     bool               `json:"keep_setuid,omitempty" doc:"Restore the set-user-id and set-group-id bits of files too."`
	}
}

type restoreAnswer struct {
	Success      bool          `json:"success" doc:"It has not failed so far."`
	Message      string        `json:"message" example:"The backup was restored."`
	BackupType   backup.Kind   `json:"backup_type" enum:"database,storage,full"`
	BackupPath   backup.ID     `json:"backup_path"`
	DryRun       bool          `json:"dry_run"`
	SafetyBackup backup.ID     `json:"safety_backup,omitempty" doc:"The backup of the state before, once it is taken."`
	Operation    operationView `json:"operation"`
}

type restoreOutput struct {
	Status   int
	Location string `header:"Location"`
	Body     restoreAnswer
}

// restoreView is what a restore was asked for and, once it has ended, did.
type restoreView struct {
	Components     []backup.Component               `json:"components" nullable:"false" enum:"database,storage"`
	Paths          []string                         `json:"paths" nullable:"false" doc:"What is not UTF-8 is shown as U+FFFD."`
	VerifyChecksum bool                             `json:"verify_checksum"`
	DryRun         bool                             `json:"dry_run"`
	SafetyBackup   backup.ID                        `json:"safety_backup,omitempty"`
	Plan           map[backup.Component]planSummary `json:"plan,omitempty" doc:"What changed, or with dry_run would change."`
	DurationMS     int64                            `json:"duration_ms,omitempty"`
}

// planSummary counts what a restore changes; see [backup.PlanSummary].
type planSummary struct {
	WriteFiles    int64 `json:"write_files" doc:"Files whose content is fetched."`
	WriteBytes    int64 `json:"write_bytes"`
	MetadataOnly  int64 `json:"metadata_only" doc:"Entries of which only mode, owner or time changes."`
	Remove        int64 `json:"remove" doc:"Entries that the backup does not have."`
	Unchanged     int64 `json:"unchanged"`
	RequiredBytes int64 `json:"required_bytes" doc:"Free space that is needed."`
}

// restore answers POST /backups/restore.
func (a *api) restore(ctx context.Context, in *restoreInput) (*restoreOutput, error) {
	req, err := in.request()
	if err != nil {
		return nil, err
	}
	said := map[string]string{
		"components": fmt.Sprint(req.Components), "paths": fmt.Sprint(len(req.Paths)),
		"dry_run": fmt.Sprint(req.DryRun), "safety_backup": fmt.Sprint(req.SafetyBackup),
	}
	if req.AllowUnsigned {
		said["allow_unsigned"] = "true"
	}
	note(ctx, string(req.ID), said)
	o, err := a.cfg.Service.Restore(ctx, actorOf(ctx), req)
	if err != nil {
		return nil, err
	}
	return answerRestore(ctx, o)
}

// answerRestore says how a restore stands.
func answerRestore(ctx context.Context, o backup.Operation) (*restoreOutput, error) {
	dryRun := o.Restore != nil && o.Restore.DryRun
	out := &restoreOutput{Body: restoreAnswer{
		Success: promising(ctx, o.Status), Message: restoreMessage(o, dryRun),
		BackupType: o.BackupKind, BackupPath: o.BackupID, DryRun: dryRun, Operation: showOperation(o),
	}}
	if o.RestoreResult != nil {
		out.Body.SafetyBackup = o.RestoreResult.SafetyBackupID
	}
	var err error
	out.Status, out.Location, err = answered(ctx, o.Status, out.Body.Message, locationOf(o), out.Body)
	return out, err
}

// request returns the restore that the body asks for.
func (in *restoreInput) request() (backup.RestoreRequest, error) {
	b := &in.Body
	id, err := backup.ParseID(b.BackupPath)
	if err != nil {
		return backup.RestoreRequest{}, err
	}
	req := backup.RestoreRequest{
		ID: id, Components: b.Components, DryRun: b.DryRun,
		Compare: *b.VerifyChecksum, SafetyBackup: *b.SafetyBackup, KeepSetuid: b.KeepSetuid, AllowUnsigned: b.AllowUnsigned,
	}
	for _, p := range b.Paths {
		if err := plainText(p); err != nil {
			return req, err
		}
		req.Paths = append(req.Paths, p)
	}
	for _, p := range b.PathsBase64 {
		req.Paths = append(req.Paths, string(p))
	}
	for i, p := range req.Paths {
		req.Paths[i] = strings.TrimSuffix(p, "/")
		if err := checkPath(req.Paths[i]); err != nil {
			return req, err
		}
	}
	return req, nil
}

// restoreMessage says how a restore stands.
func restoreMessage(o backup.Operation, dryRun bool) string {
	switch {
	case o.Status == backup.StatusFailed:
		return sentences(o.Errors, "The restore failed.")
	case o.Status == backup.StatusCancelled:
		return "The restore was cancelled."
	case !o.Status.Finished():
		return "The restore has started. Ask at the Location how far it is."
	case dryRun:
		return "This is what a restore would change. Nothing was changed."
	case o.Status == backup.StatusPartial:
		return "The backup was restored, but not all of it. " + sentences(o.Errors, "")
	}
	if o.UndoOf != "" {
		return "The restore was undone: everything is as it was before."
	}
	return "The backup was restored."
}

// showRestore returns a restore as the API shows it; it may have no result yet.
func showRestore(req backup.RestoreRequest, result *backup.RestoreResult) *restoreView {
	v := &restoreView{
		Components: list(req.Components), Paths: []string{}, VerifyChecksum: req.Compare, DryRun: req.DryRun,
	}
	for _, p := range req.Paths {
		text, _ := showBytes(p)
		v.Paths = append(v.Paths, text)
	}
	if result == nil {
		return v
	}
	v.SafetyBackup, v.DurationMS = result.SafetyBackupID, result.DurationMS
	v.Plan = map[backup.Component]planSummary{}
	for c, s := range result.Plan {
		v.Plan[c] = planSummary(s)
	}
	return v
}
