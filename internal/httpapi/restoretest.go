package httpapi

import (
	"context"

	"github.com/vertex-ar/backup/internal/backup"
)

type restoreTestInput struct {
	Body struct {
		BackupPath     string `json:"backup_path" maxLength:"64" example:"20261122-020000-full-k3x9qa" doc:"The backup's id."`
		VerifyChecksum bool   `json:"verify_checksum,omitempty" doc:"Of the old API: the checksum is compared in any case."`
	}
}

type restoreTestAnswer struct {
	Success    bool             `json:"success" doc:"The test could be made."`
	CanRestore bool             `json:"can_restore"`
	Tests      restoreTests     `json:"tests"`
	Details    restoreTestSizes `json:"details"`
	Problems   []string         `json:"problems" nullable:"false" doc:"Why it cannot be restored."`
	Warnings   []string         `json:"warnings" nullable:"false" doc:"What is not in it and should be."`
}

type restoreTests struct {
	FileExists         bool `json:"file_exists" doc:"All that is stored for it is there."`
	ChecksumValid      bool `json:"checksum_valid" doc:"Its manifest is the one that was written."`
	ArchiveReadable    bool `json:"archive_readable" doc:"Its archives can be read."`
	DiskSpaceAvailable bool `json:"disk_space_available"`
}

type restoreTestSizes struct {
	BackupSizeMB     float64 `json:"backup_size_mb"`
	RequiredSpaceMB  float64 `json:"required_space_mb"`
	AvailableSpaceMB float64 `json:"available_space_mb"`
}

type restoreTestOutput struct{ Body restoreTestAnswer }

// restoreTest answers POST /backups/restore-test.
func (a *api) restoreTest(ctx context.Context, in *restoreTestInput) (*restoreTestOutput, error) {
	id, err := backup.ParseID(in.Body.BackupPath)
	if err != nil {
		return nil, err
	}
	note(ctx, string(id), nil)
	t, err := a.cfg.Service.RestoreTest(ctx, id)
	if err != nil {
		return nil, err
	}
	return &restoreTestOutput{restoreTestAnswer{
		Success: true, CanRestore: t.CanRestore, Problems: list(t.Problems), Warnings: list(t.Warnings),
		Tests: restoreTests{
			FileExists: t.FileExists, ChecksumValid: t.ChecksumValid,
			ArchiveReadable: t.ArchiveReadable, DiskSpaceAvailable: t.DiskSpaceAvailable,
		},
		Details: restoreTestSizes{
			BackupSizeMB: megabytes(t.BackupSize), RequiredSpaceMB: megabytes(t.RequiredSpace), AvailableSpaceMB: megabytes(t.AvailableSpace),
		},
	}}, nil
}
