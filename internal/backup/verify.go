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
	first, err := s.soleVerify(ctx, o)
	if err != nil {
		return Operation{}, err
	}
	if first != o.ID { // another runs already
		return s.awaitOther(ctx, first, o)
	}
	begun, err := s.begin(ctx, o, false)
	if err != nil && begun.ID == "" {
		s.unclaim(ctx, o)
	}
	return begun, err
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
	marked, err := s.noteHealth(ctx, now, report)
	if marked != nil {
		s.Log.WarnContext(ctx, "the finding is not in the repository", "id", string(now.ID), "err", marked)
		t.note(func(o *Operation) {
			o.Warnings = append(slices.Clip(o.Warnings), "What was found could not be written into the backup storage: whoever has no catalog will not know of it. "+userLine(marked))
		})
		err = errors.Join(err, t.update(ctx, func(*Operation) {}))
	}
	return err
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

// noteHealth writes down what a verification found; marked is that it could not be
// written into the repository.
func (s *Service) noteHealth(ctx context.Context, b Backup, report VerifyReport) (marked, err error) {
	now := s.Now().UTC()
	err = s.changeHealth(ctx, b, func(b Backup) (Backup, bool) { return report.health(b, now) })
	if err != nil || report.Valid && !report.Deep {
		return nil, err
	}
	return s.markDamage(ctx, b, func(was *Damage) *Damage {
		b.Damage = was
		b, _ = report.health(b, now)
		return b.Damage
	}), nil
}

// markDamage writes into the repository what is known of a backup's damage, if it
// is still the same backup.
func (s *Service) markDamage(ctx context.Context, b Backup, change func(*Damage) *Damage) error {
	now, err := s.Catalog.GetBackup(ctx, b.ID)
	if err != nil || !now.Status.Restorable() || now.Checksum != b.Checksum {
		return unlessGone(err)
	}
	_, err = s.Repository.Mark(ctx, b.ID, func(m Marks, known bool) Marks {
		if !known {
			m = now.Marks()
		}
		m.Damage = change(m.Damage)
		return m
	})
	return err
}

// unlessGone returns nil for the error of a record that is gone.
func unlessGone(err error) error {
	if errors.Is(err, errs.ErrNotFound) {
		return nil
	}
	return err
}

// changeHealth changes what a backup's record says of its damage: later backups
// build on nothing that is damaged, and what is damaged protects nothing. change
// also says whether that is news. Who changes the record meanwhile keeps the change.
func (s *Service) changeHealth(ctx context.Context, b Backup, change func(Backup) (Backup, bool)) error {
	checksum := b.Checksum
	for range 5 {
		next, news := change(b)
		if !news {
			return nil
		}
		_, err := s.Catalog.PutBackup(ctx, next)
		if !errors.Is(err, errs.ErrConflict) {
			return err
		}
		if b, err = s.Catalog.GetBackup(ctx, b.ID); errors.Is(err, errs.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if !b.Status.Restorable() || b.Checksum != checksum {
			return nil // it is going, or what was read counts no more
		}
	}
	return beingChanged(b.ID)
}

// health returns the record of a backup after a verification, and whether that is
// news. A shallow one takes nothing back.
func (r *VerifyReport) health(b Backup, now time.Time) (Backup, bool) {
	if r.Valid {
		if r.Deep {
			b.VerifiedAt, b.Damage = now, nil
		}
		return b, r.Deep
	}
	found := r.damage(now)
	if b.Damage != nil && !r.Deep {
		found = found.and(*b.Damage)
	}
	b.Damage = found
	return b, true
}

// and returns what d and what was found before name together.
func (d *Damage) and(before Damage) *Damage {
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(d.Archives, before.Archives))))
	return &Damage{
		Archives: all[:min(len(all), maxNotices)], More: d.More || before.More || len(all) > maxNotices,
		Manifest: d.Manifest || before.Manifest, FoundAt: d.FoundAt,
	}
}

// damage returns what a report names, as far as a record has room for it.
func (r *VerifyReport) damage(at time.Time) *Damage {
	d := &Damage{More: r.DamagedArchiveCount > maxNotices, Manifest: !r.Valid && r.DamagedArchiveCount == 0, FoundAt: at}
	for _, line := range r.DamagedArchives[:min(len(r.DamagedArchives), maxNotices)] {
		name, _, _ := strings.Cut(line, ": ")
		d.Archives = append(d.Archives, name)
	}
	return d
}
