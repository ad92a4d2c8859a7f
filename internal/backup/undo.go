package backup

import (
	"context"
	"errors"

	"github.com/vertex-ar/backup/internal/errs"
)

// Undo brings back the state before a restore: it restores the safety backup
// that was taken then, to the same components, and takes a safety backup itself,
// so that an undo can be undone. It records and starts its work as Restore does.
func (s *Service) Undo(ctx context.Context, actor Actor, id ID) (Operation, error) {
	undone, err := s.GetOperation(ctx, id)
	if err != nil {
		return Operation{}, err
	}
	safe, err := s.undoable(ctx, undone)
	if err != nil {
		return Operation{}, err
	}
	req := RestoreRequest{ID: safe.ID, Components: undone.Restore.Components, Compare: true, SafetyBackup: true, AllowUnsigned: undone.Restore.AllowUnsigned}
	if req.Components, err = s.restoreComponents(safe, req); err != nil {
		return Operation{}, err
	}
	s.setClock(ctx)
	o := s.newOperation(VerbRestore, actor.Name())
	o.BackupID, o.BackupKind, o.Restore, o.UndoOf = safe.ID, safe.Kind, &req, undone.ID
	return s.begin(ctx, o, true)
}

// undoable returns the safety backup of a restore that can be undone.
func (s *Service) undoable(ctx context.Context, o Operation) (Backup, error) {
	switch {
	case o.Verb != VerbRestore || o.Restore == nil:
		return Backup{}, errs.New(errs.ErrConflict, "The operation %s is no restore, so there is nothing to undo.", o.ID)
	case o.dryRun():
		return Backup{}, errs.New(errs.ErrConflict, "The restore %s was a dry run and changed nothing.", o.ID)
	case !o.Status.Finished():
		return Backup{}, errs.New(errs.ErrConflict, "The restore %s has not ended yet. Wait for its end, then undo it.", o.ID)
	case o.Status == StatusCancelled:
		return Backup{}, errs.New(errs.ErrConflict, "The restore %s was cancelled before it changed anything.", o.ID)
	case o.safetyBackup() == "":
		return Backup{}, errs.New(errs.ErrConflict, "The restore %s took no safety backup, so it cannot be undone. Restore an older backup.", o.ID)
	}
	safe, err := s.Get(ctx, o.safetyBackup())
	switch {
	case errors.Is(err, errs.ErrNotFound):
		return safe, errs.New(errs.ErrConflict, "The safety backup %s of that restore is gone: they live for a week. Restore an older backup.", o.safetyBackup()).Because(err)
	case err == nil && !safe.Status.Restorable():
		return safe, errs.New(errs.ErrConflict, "The safety backup %s of that restore is %s, so nothing can be brought back from it.", safe.ID, safe.Status)
	}
	return safe, err
}
