package httpapi_test

import (
	"context"

	"github.com/vertex-ar/backup/internal/backup"
)

func (f *fakeService) ListOperations(ctx context.Context, req backup.OperationsRequest) (backup.OperationsResult, error) {
	return f.operations, f.called(ctx, req)
}

func (f *fakeService) Edit(ctx context.Context, actor backup.Actor, id backup.ID, req backup.EditRequest) (backup.Backup, error) {
	return f.backup, f.called(ctx, actor, id, req)
}

func (f *fakeService) Cancel(ctx context.Context, actor backup.Actor, id backup.ID) (bool, error) {
	return f.operation.Status.Finished(), f.called(ctx, actor, id)
}

func (f *fakeService) Undo(ctx context.Context, actor backup.Actor, id backup.ID) (backup.Operation, error) {
	return f.operation, f.called(ctx, actor, id)
}

func (f *fakeService) ListAudit(ctx context.Context, req backup.AuditRequest) (backup.AuditResult, error) {
	return f.trail, f.called(ctx, req)
}

func (f *fakeService) ReadLog(ctx context.Context, req backup.LogRequest) (backup.LogResult, error) {
	return f.log, f.called(ctx, req)
}
