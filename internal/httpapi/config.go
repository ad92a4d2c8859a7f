package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/web"
)

// Config is what the handlers need.
type Config struct {
	Service Service
	Audit   web.Auditor
	// Authenticate says who sends a request: errs.ErrUnauthenticated when nobody
	// is signed in, errs.ErrForbidden when they have no role (the actor is then
	// returned all the same). Without it the actor is the one that [WithActor]
	// put into the request's context.
	Authenticate func(*http.Request) (backup.Actor, error)
	// Origins are the scheme://host[:port] of our own pages.
	Origins []string
	Now     func() time.Time
	Log     *slog.Logger
	// BackupDir is what users see as the place of the backups.
	BackupDir string
	// PricePerGiB is what storing one GiB for a month costs, in USD.
	PricePerGiB float64
	// MaxBackups is how many backups of each kind a rotation keeps.
	MaxBackups int
}

// Creator takes backups.
type Creator interface {
	// Create starts a backup and waits a while for its end; the record's
	// status says whether it has come.
	Create(ctx context.Context, actor backup.Actor, req backup.CreateRequest) (backup.Backup, error)
	// CreateTest says what Create would store.
	CreateTest(ctx context.Context, req backup.CreateRequest) (backup.CreateTest, error)
}

// Lister finds backups and what is in them.
type Lister interface {
	List(ctx context.Context, req backup.ListRequest) (backup.ListResult, error)
	Get(ctx context.Context, id backup.ID) (backup.Backup, error)
	Files(ctx context.Context, req backup.FilesRequest) (backup.FilesResult, error)
	Stats(ctx context.Context) (backup.Stats, error)
}

// Deleter deletes backups.
type Deleter interface {
	CanDelete(ctx context.Context, id backup.ID) (backup.CanDelete, error)
	// Delete deletes all of ids; force allows the last one of its kind.
	Delete(ctx context.Context, actor backup.Actor, ids []backup.ID, force bool) (backup.DeleteResult, error)
}

// Operator starts operations, waits a while for their end and finds them again.
type Operator interface {
	Restore(ctx context.Context, actor backup.Actor, req backup.RestoreRequest) (backup.Operation, error)
	// RestoreTest says whether Restore could succeed.
	RestoreTest(ctx context.Context, id backup.ID) (backup.RestoreTest, error)
	Verify(ctx context.Context, actor backup.Actor, req backup.VerifyRequest) (backup.Operation, error)
	Rotate(ctx context.Context, actor backup.Actor, req backup.RotateRequest) (backup.Operation, error)
	GetOperation(ctx context.Context, id backup.ID) (backup.Operation, error)
}

// Exporter hands out what is in backups.
type Exporter interface {
	// Export starts making what can be downloaded and waits a while for its end.
	Export(ctx context.Context, actor backup.Actor, req backup.ExportRequest) (backup.Operation, error)
	// ExportURL says where an export can be downloaded for some minutes; "" if
	// it cannot, or not by the actor.
	ExportURL(ctx context.Context, actor backup.Actor, o backup.Operation) (string, error)
	// Preview returns a picture in a backup.
	Preview(ctx context.Context, id backup.ID, path string) (backup.Preview, error)
}

// Scheduler looks at the four schedules and changes them.
type Scheduler interface {
	Schedules(ctx context.Context) ([]backup.ScheduleState, error)
	// SchedulerRunning reports whether schedules are fired.
	SchedulerRunning() bool
	PutSchedule(ctx context.Context, actor backup.Actor, name backup.ScheduleName, change backup.ScheduleChange) (backup.ScheduleState, error)
	// PreviewSchedule says what a crontab would mean.
	PreviewSchedule(crontab, timezone string) (expression string, runs []time.Time, err error)
	// RunSchedule is Create, or for the rotation Rotate; the other result is nil.
	RunSchedule(ctx context.Context, actor backup.Actor, name backup.ScheduleName) (*backup.Backup, *backup.Operation, error)
	ExportSchedules(ctx context.Context) (backup.ScheduleConfig, error)
	ImportSchedules(ctx context.Context, actor backup.Actor, c backup.ScheduleConfig, dryRun bool) ([]backup.ScheduleDifference, []backup.ScheduleState, error)
}

// Service is what the API serves. Its errors are of the kinds of package errs.
type Service interface {
	Creator
	Lister
	Deleter
	Operator
	Exporter
	Scheduler
	Overseer
}
