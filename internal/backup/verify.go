package backup

import (
	"context"
	"errors"

	"github.com/vertex-ar/backup/internal/errs"
)

// Verify records a verification, starts its job and waits for the end as long
// as the service's timing says. What is damaged is in the result; the
// operation fails only when it could not look.
func (s *Service) Verify(ctx context.Context, actor Actor, req VerifyRequest) (Operation, error) {
	b, err := s.restorable(ctx, req.ID)
	if err != nil {
		return Operation{}, err
	}
	o := s.newOperation(VerbVerify, actor.Name())
	o.BackupID, o.BackupKind, o.Verify = b.ID, b.Kind, &req
	return s.begin(ctx, o, false)
}

// verify is the job of Verify.
func (s *Service) verify(ctx context.Context, t *tracker[Operation]) error {
	o := t.record()
	b, err := s.restorable(ctx, o.BackupID)
	if err != nil {
		return err
	}
	t.meter.phase("verify", b.FileCount, 0)
	report, now, err := s.verifyPresent(ctx, b, VerifyOptions{Deep: o.Verify.Deep, Progress: t.meter.add})
	if err != nil {
		return err
	}
	report.DamagedArchives, report.DamagedFiles = bounded(report.DamagedArchives), bounded(report.DamagedFiles)
	if err := t.update(ctx, func(o *Operation) { o.VerifyResult = &report }); err != nil {
		return err
	}
	if report.Valid && o.Verify.Deep {
		return s.markVerified(ctx, now)
	}
	return nil
}

// verifyPresent verifies a backup and returns its record as it is then. It takes
// no lock, so archives may be rewritten meanwhile: what it misses then is no
// damage, and it looks again.
func (s *Service) verifyPresent(ctx context.Context, b Backup, opt VerifyOptions) (VerifyReport, Backup, error) {
	for {
		report, err := s.Repository.Verify(ctx, b.ID, b.Checksum, opt)
		if err != nil {
			return report, b, err
		}
		now, err := s.restorable(ctx, b.ID)
		if err != nil || report.Valid || now.Checksum == b.Checksum {
			return report, now, err
		}
		b = now
	}
}

// bounded cuts a list of names to what fits into a record; the report's counts
// stay whole.
func bounded(names []string) []string {
	var n notices
	for _, name := range names {
		n.warn(name)
	}
	_, lines := n.lines()
	return lines
}

// markVerified writes down when the backup last proved to be whole. Losing a
// race against another change of the record loses only that date.
func (s *Service) markVerified(ctx context.Context, b Backup) error {
	b.VerifiedAt = s.Now().UTC()
	_, err := s.Catalog.PutBackup(ctx, b)
	if errors.Is(err, errs.ErrConflict) {
		return nil
	}
	return err
}
