package backup

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

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
	s.setClock(ctx)
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
	if !o.Verify.Deep && report.Valid {
		t.meter.add(b.FileCount, 0) // it looked for the content of all at once
	}
	report.DamagedArchives, report.DamagedFiles = bounded(report.DamagedArchives), bounded(report.DamagedFiles)
	report.Details = bounded(report.Details)
	if !report.Valid {
		t.log.damaged(report)
	}
	if err := t.update(ctx, func(o *Operation) {
		o.VerifyResult, o.Warnings = &report, now.Lacks(now.Kind.Components())
	}); err != nil {
		return err
	}
	return s.noteHealth(ctx, now, report)
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

// noteHealth writes into a backup's record what a verification found: later
// backups build on nothing that is damaged. Who changes the record meanwhile
// keeps the change.
func (s *Service) noteHealth(ctx context.Context, b Backup, report VerifyReport) error {
	for range 5 {
		next, news := s.health(b, report)
		if !news {
			return nil
		}
		_, err := s.Catalog.PutBackup(ctx, next)
		if !errors.Is(err, errs.ErrConflict) {
			return err
		}
		if b, err = s.Catalog.GetBackup(ctx, b.ID); errors.Is(err, errs.ErrNotFound) || err == nil && !b.Status.Restorable() {
			return nil // it is gone or going
		}
		if err != nil {
			return err
		}
	}
	return beingChanged(b.ID)
}

// health returns the record after a verification, and whether that is news. A
// shallow one takes nothing back.
func (s *Service) health(b Backup, report VerifyReport) (Backup, bool) {
	now := s.Now().UTC()
	if report.Valid {
		if report.Deep {
			b.VerifiedAt, b.Damage = now, nil
		}
		return b, report.Deep
	}
	found := report.damage(now)
	if was := b.Damage; was != nil && !report.Deep {
		all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(found.Archives, was.Archives))))
		found.Archives = all[:min(len(all), maxNotices)]
		found.More = found.More || was.More || len(all) > maxNotices
	}
	b.Damage = found
	return b, len(found.Archives) > 0
}

// damage returns what a report names, as far as a record has room for it.
func (r *VerifyReport) damage(at time.Time) *Damage {
	d := &Damage{More: r.DamagedArchiveCount > maxNotices, FoundAt: at}
	for _, line := range r.DamagedArchives[:min(len(r.DamagedArchives), maxNotices)] {
		name, _, _ := strings.Cut(line, ": ")
		d.Archives = append(d.Archives, name)
	}
	return d
}
