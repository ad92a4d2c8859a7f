package httpapi

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

// backupView is a backup as the API shows it.
type backupView struct {
	ID          backup.ID          `json:"id" example:"20261122-020000-full-k3x9qa"`
	BackupPath  backup.ID          `json:"backup_path" example:"20261122-020000-full-k3x9qa" doc:"The id again, by the name under which requests hand it back."`
	Timestamp   string             `json:"timestamp" example:"20261122_020000" doc:"When it was asked for, UTC."`
	Type        backup.Kind        `json:"type" enum:"database,storage,full" example:"full"`
	Status      backup.Status      `json:"status" enum:"pending,running,completed,partial,failed,cancelled,deleting" example:"completed"`
	CreatedAt   time.Time          `json:"created_at" example:"2026-11-22T02:00:00Z"`
	FinishedAt  time.Time          `json:"finished_at,omitzero" example:"2026-11-22T02:03:10Z"`
	FileSize    int64              `json:"file_size" example:"52428800" doc:"Bytes that it added to what is stored."`
	LogicalSize int64              `json:"logical_size" example:"314572800" doc:"Bytes that a restore writes."`
	FileCount   int64              `json:"file_count" example:"1204"`
	Checksum    string             `json:"checksum" doc:"SHA-256 of its manifest, lower-case hex; empty until it has ended."`
	DBSuccess   bool               `json:"db_success" doc:"The database is in it, whole."`
	StorageOK   bool               `json:"storage_success" doc:"The media are in it, whole."`
	Errors      []string           `json:"errors" nullable:"false" doc:"What should be in it and is not."`
	Warnings    []string           `json:"warnings" nullable:"false"`
	Reason      backup.Reason      `json:"reason" enum:"manual,schedule,pre-restore" example:"manual"`
	CreatedBy   string             `json:"created_by" example:"admin@example.com"`
	Host        string             `json:"host,omitempty" example:"ar-1" doc:"The machine that made it."`
	Note        string             `json:"note"`
	Pinned      bool               `json:"pinned" doc:"Never rotated away."`
	Shrunk      []backup.Component `json:"shrunk" nullable:"false" enum:"database,storage" doc:"The components that hold so much less than the last good backup, or than the database names, that it does not count as one until that is accepted."`
	Accepted    bool               `json:"accepted" doc:"Somebody confirmed that what it lacks is meant so."`
	VerifiedAt  time.Time          `json:"verified_at,omitzero" example:"2026-11-22T05:00:00Z"`
	ExpiresAt   time.Time          `json:"expires_at,omitzero" example:"2026-11-29T02:00:00Z" doc:"When a safety backup may be rotated away."`
	Encrypted   bool               `json:"encrypted"`
	SignedBy    string             `json:"signed_by" doc:"The public key of who signed it; empty is nobody."`
	Damaged     bool               `json:"damaged" doc:"The last verify that looked found something damaged."`

	CancelRequested bool  `json:"cancel_requested" doc:"Somebody asked the run to stop."`
	DurationMS      int64 `json:"duration_ms" doc:"From being asked for to its end; 0 until then."`

	Progress   progressView    `json:"progress"`
	Components []componentView `json:"components" nullable:"false"`
	Checks     checksView      `json:"checks"`
}

// progressView is how far a backup or an operation is.
type progressView struct {
	Phase      string `json:"phase" example:"copy"`
	DoneBytes  int64  `json:"done_bytes"`
	TotalBytes int64  `json:"total_bytes"`
	DoneFiles  int64  `json:"done_files"`
	TotalFiles int64  `json:"total_files"`
	Percent    int    `json:"percent" minimum:"0" maximum:"100"`
}

// componentView is a part of the installation that a backup was asked to hold.
type componentView struct {
	Name    backup.Component `json:"name" enum:"database,storage" example:"database"`
	Success bool             `json:"success" doc:"It is in the backup, whole."`
}

// checksView says what is known about a backup's worth.
type checksView struct {
	Restorable bool      `json:"restorable" doc:"There is content to restore."`
	Complete   bool      `json:"complete" doc:"Nothing is missing from it."`
	VerifiedAt time.Time `json:"verified_at,omitzero" doc:"When it was last read back without a fault."`
}

// showBackup returns b as the API shows it.
func showBackup(b backup.Backup) backupView {
	return backupView{
		ID: b.ID, BackupPath: b.ID, Timestamp: b.ID.Timestamp(), Type: b.Kind, Status: b.Status,
		CreatedAt: b.CreatedAt.UTC(), FinishedAt: b.FinishedAt.UTC(),
		FileSize: b.StoredSize, LogicalSize: b.LogicalSize, FileCount: b.FileCount, Checksum: b.Checksum,
		DBSuccess: b.DatabaseOK, StorageOK: b.StorageOK, Errors: list(b.Errors), Warnings: list(b.Warnings),
		Reason: b.Reason, CreatedBy: b.CreatedBy, Host: b.Host, Note: b.Note, Pinned: b.Pinned, Shrunk: list(b.Shrunk), Accepted: b.Accepted, VerifiedAt: b.VerifiedAt.UTC(),
		ExpiresAt: b.ExpiresAt.UTC(), Encrypted: b.Encrypted, SignedBy: b.SignedBy, Damaged: b.Damage != nil, Progress: showProgress(b.Progress),
		CancelRequested: b.CancelRequested, DurationMS: duration(b.CreatedAt, b.FinishedAt),
		Components: showComponents(b),
		Checks: checksView{
			Restorable: b.Status.Restorable(), Complete: b.Status == backup.StatusCompleted, VerifiedAt: b.VerifiedAt.UTC(),
		},
	}
}

// duration returns the milliseconds from a start to an end, 0 if there is none.
func duration(start, end time.Time) int64 {
	if end.IsZero() {
		return 0
	}
	return end.Sub(start).Milliseconds()
}

// showComponents returns the components that b was asked to hold.
func showComponents(b backup.Backup) []componentView {
	whole := map[backup.Component]bool{
		backup.ComponentDatabase: b.DatabaseOK,
		backup.ComponentStorage:  b.StorageOK,
	}
	views := []componentView{}
	for _, c := range b.Kind.Components() {
		views = append(views, componentView{Name: c, Success: whole[c]})
	}
	return views
}

// showProgress returns p as the API shows it.
func showProgress(p backup.Progress) progressView {
	return progressView{
		Phase: p.Phase, DoneBytes: p.DoneBytes, TotalBytes: p.TotalBytes,
		DoneFiles: p.DoneFiles, TotalFiles: p.TotalFiles, Percent: p.Percent(),
	}
}

// list returns s, or an empty list where JSON would say null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// megabytes returns MiB, rounded to two decimals, as the old page shows them.
func megabytes(bytes int64) float64 { return round2(float64(bytes) / (1 << 20)) }

// round2 rounds to two decimals.
func round2(x float64) float64 { return math.Round(x*100) / 100 }

// sentences joins what a record says of its errors, or returns otherwise.
func sentences(errors []string, otherwise string) string {
	errors = slices.DeleteFunc(slices.Clone(errors), func(s string) bool { return s == "" })
	if len(errors) == 0 {
		return otherwise
	}
	return strings.Join(errors, " ")
}
