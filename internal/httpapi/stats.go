package httpapi

import (
	"context"

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
	MonthlyCostUSD  float64                    `json:"monthly_cost_usd" doc:"An estimate of what storing them costs a month."`
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
		BackupDir: a.cfg.BackupDir, Newest: map[backup.Kind]backupView{},
	}
	answer.TotalSizeMB = megabytes(answer.StoredBytes)
	answer.MonthlyCostUSD = round2(float64(answer.StoredBytes) / (1 << 30) * a.cfg.PricePerGiB)
	if s.Latest != nil {
		latest := showBackup(*s.Latest)
		answer.LatestBackup = &latest
	}
	for kind, b := range s.Newest {
		answer.Newest[kind] = showBackup(b)
	}
	return &statsOutput{answer}, nil
}

// sum adds up what was counted by kind.
func sum(byKind map[backup.Kind]int64) int64 {
	var total int64
	for _, n := range byKind {
		total += n
	}
	return total
}
