package httpapi

import (
	"context"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
)

type statsAnswer struct {
	Success         bool                       `json:"success"`
	DatabaseBackups int64                      `json:"database_backups"`
	StorageBackups  int64                      `json:"storage_backups"`
	FullBackups     int64                      `json:"full_backups"`
	TotalBackups    int64                      `json:"total_backups" doc:"That can be restored."`
	DatabaseSizeMB  float64                    `json:"database_size_mb" doc:"Stored for them, in MiB."`
	StorageSizeMB   float64                    `json:"storage_size_mb"`
	FullSizeMB      float64                    `json:"full_size_mb"`
	TotalSizeMB     float64                    `json:"total_size_mb"`
	BackupDir       string                     `json:"backup_dir" example:"s3://vertex-ar-backup/production" doc:"Where they are."`
	LatestBackup    *backupView                `json:"latest_backup,omitempty" doc:"The newest that can be restored."`
	Newest          map[backup.Kind]backupView `json:"newest" doc:"The same by type."`
	StoredBytes     int64                      `json:"stored_bytes"`
	LogicalBytes    int64                      `json:"logical_bytes" doc:"What restoring all of them would write."`
	FailedBackups   int64                      `json:"failed_backups"`
	RunningBackups  int64                      `json:"running_backups"`
	DamagedBackups  int64                      `json:"damaged_backups" doc:"Those in which a verification found damage."`
	MaxBackups      int                        `json:"max_backups" doc:"How many of each type a rotation keeps."`

	LastVerifiedAt     time.Time    `json:"last_verified_at,omitzero" doc:"When a backup was last read back without a fault."`
	LastVerifiedBackup backup.ID    `json:"last_verified_backup,omitempty"`
	LastRestore        *lastRestore `json:"last_restore,omitempty" doc:"The newest restore that has ended, dry runs aside."`
	LastFailure        *backupView  `json:"last_failure,omitempty" doc:"The newest failed or partial backup, unless a complete one of its type is newer."`
	NewestComponent    newestByPart `json:"newest_component" doc:"The newest complete backups that hold the database and the storage, safety backups aside."`
	MonthlyCostUSD     float64      `json:"monthly_cost_usd" doc:"An estimate of what storing them costs a month."`
}

// lastRestore is how the installation was last brought back.
type lastRestore struct {
	ID         backup.ID     `json:"id" example:"20261122-081500-restore-b7m2cd"`
	Status     backup.Status `json:"status" enum:"completed,partial,failed,cancelled"`
	FinishedAt time.Time     `json:"finished_at"`
	BackupID   backup.ID     `json:"backup_id" example:"20261122-020000-full-k3x9qa"`
}

// newestByPart has a backup for each component that one holds.
type newestByPart struct {
	Database *backupView `json:"database,omitempty"`
	Storage  *backupView `json:"storage,omitempty"`
}

type statsOutput struct{ Body statsAnswer }

// stats answers GET /backups/stats.
func (a *api) stats(ctx context.Context, _ *struct{}) (*statsOutput, error) {
	s, err := a.cfg.Service.Stats(ctx)
	if err != nil {
		return nil, err
	}
	answer := statsAnswer{
		Success:         true,
		DatabaseBackups: s.Count[backup.KindDatabase], DatabaseSizeMB: megabytes(s.StoredSize[backup.KindDatabase]),
		StorageBackups: s.Count[backup.KindStorage], StorageSizeMB: megabytes(s.StoredSize[backup.KindStorage]),
		FullBackups: s.Count[backup.KindFull], FullSizeMB: megabytes(s.StoredSize[backup.KindFull]),
		TotalBackups: sum(s.Count), StoredBytes: sum(s.StoredSize), LogicalBytes: sum(s.LogicalSize),
		FailedBackups: s.Failed, RunningBackups: s.Running,
		DamagedBackups: s.Damaged, MaxBackups: a.cfg.MaxBackups, LastFailure: showIf(s.LastFailure),
		BackupDir: a.cfg.BackupDir, Newest: map[backup.Kind]backupView{},
	}
	answer.TotalSizeMB = megabytes(answer.StoredBytes)
	answer.MonthlyCostUSD = round2(float64(answer.StoredBytes) / (1 << 30) * a.cfg.PricePerGiB)
	answer.LatestBackup = showIf(s.Latest)
	answer.addHealth(s)
	for kind, b := range s.Newest {
		answer.Newest[kind] = showBackup(b)
	}
	return &statsOutput{answer}, nil
}

// addHealth tells what is known beyond the counts.
func (answer *statsAnswer) addHealth(s backup.Stats) {
	if s.LastVerified != nil {
		answer.LastVerifiedAt, answer.LastVerifiedBackup = s.LastVerified.VerifiedAt.UTC(), s.LastVerified.ID
	}
	if o := s.LastRestore; o != nil {
		answer.LastRestore = &lastRestore{o.ID, o.Status, o.FinishedAt.UTC(), o.BackupID}
	}
	for c, b := range s.NewestComponent {
		switch c {
		case backup.ComponentDatabase:
			answer.NewestComponent.Database = showIf(&b)
		case backup.ComponentStorage:
			answer.NewestComponent.Storage = showIf(&b)
		}
	}
}

// showIf is showBackup of one that may not be there.
func showIf(b *backup.Backup) *backupView {
	if b == nil {
		return nil
	}
	view := showBackup(*b)
	return &view
}

// sum adds up what was counted by kind.
func sum(byKind map[backup.Kind]int64) int64 {
	var total int64
	for _, n := range byKind {
		total += n
	}
	return total
}
