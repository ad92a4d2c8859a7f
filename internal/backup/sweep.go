package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/vertex-ar/backup/internal/errs"
)

// fence is what the repository asks before it removes anything under lock.
func (s *Service) fence(lock *held) Fence {
	return Fence{
		Still: lock.still,
		Choose: func(ctx context.Context, id ID, last string, next Choice) error {
			return s.choose(ctx, lock, id, last, next)
		},
	}
}

// choose writes into a backup's record which generation of its manifest counts.
// The record is read before the lock is renewed: whoever takes the lock away
// later and chooses too has changed the record, and this write fails.
func (s *Service) choose(ctx context.Context, lock *held, id ID, last string, next Choice) error {
	for range 5 {
		b, err := s.Catalog.GetBackup(ctx, id)
		if err != nil {
			return err
		}
		if !b.Status.Restorable() {
			return fmt.Errorf("backup %s is %s: %w", id, b.Status, errs.ErrNotFound)
		}
		switch b.Checksum {
		case last:
		case next.Checksum: // an earlier write took effect and seemed not to
			return nil
		default:
			return errLost
		}
		if err := lock.still(ctx); err != nil {
			return err
		}
		if next.Checksum != last {
			b.Checksum, b.Encrypted = next.Checksum, next.Encrypted
		}
		_, err = s.Catalog.PutBackup(ctx, b)
		if !errors.Is(err, errs.ErrConflict) {
			return err
		}
	}
	return beingChanged(id)
}

// checksums returns of every backup that can be restored which generation of its
// manifest counts.
func checksums(all []Backup) map[ID]string {
	sums := map[ID]string{}
	for _, b := range all {
		if b.Status.Restorable() {
			sums[b.ID] = b.Checksum
		}
	}
	return sums
}

// sweep removes what no backup needs any more.
func (s *Service) sweep(ctx context.Context, lock *held) (Cleared, error) {
	all, err := s.allBackups(ctx)
	if err != nil {
		return Cleared{}, err
	}
	plan, err := s.Repository.PlanSweep(ctx, SweepOptions{Now: s.Now(), Checksums: checksums(all)})
	if err != nil {
		return Cleared{}, err
	}
	return plan.Execute(ctx, s.fence(lock))
}

// sweepAfter sweeps after a delete. The backups are gone already, so that
// nothing could be swept is no failure: the next rotation will.
func (s *Service) sweepAfter(ctx context.Context, lock *held) Cleared {
	swept, err := s.sweep(ctx, lock)
	if err != nil {
		s.Log.WarnContext(ctx, "nothing was swept; the next rotation will", "err", err)
	}
	return swept
}

// clean sweeps and repacks at the end of a rotation.
func (s *Service) clean(ctx context.Context, t *tracker[Operation], lock *held) error {
	t.meter.phase("sweep", 0, 0)
	swept, err := s.sweep(ctx, lock)
	if err := errors.Join(unswept(t, err), t.update(ctx, cleaned(swept, Rewritten{}))); err != nil {
		return err
	}
	all, err := s.allBackups(ctx)
	if err != nil {
		return err
	}
	plan, err := s.Repository.PlanRepack(ctx, RewriteOptions{
		ID: t.record().ID, Generation: lock.token(), Now: s.Now(), Checksums: checksums(all),
	})
	if err != nil {
		return unswept(t, err)
	}
	t.meter.phase("repack", plan.Plan().Archives, plan.Plan().Written)
	repacked, err := plan.Execute(ctx, s.fence(lock))
	return errors.Join(err, t.update(ctx, cleaned(Cleared{}, repacked)))
}

// cleaned is the change that writes down what was swept or repacked.
func cleaned(swept Cleared, repacked Rewritten) func(*Operation) {
	return func(o *Operation) {
		r := *o.RotateResult
		r.Swept.Add(swept.Objects, swept.Bytes)
		if repacked.Archives > 0 || len(repacked.Damaged) > 0 {
			r.Repacked = repacked
		}
		r.Freed += swept.Bytes + repacked.Freed
		o.RotateResult = &r
		if n := len(repacked.Damaged); n > 0 {
			o.Warnings = append(slices.Clip(o.Warnings), fmt.Sprintf("%d archives are damaged and were left as they are. Verify the backups.", n))
		}
	}
}

// foretell says in the record of a dry run what the removal of the chosen, and
// sweeping and repacking after it, would free.
func (s *Service) foretell(ctx context.Context, t *tracker[Operation], chosen []Backup) error {
	all, err := s.allBackups(ctx)
	if err != nil {
		return err
	}
	opt := RewriteOptions{ID: t.record().ID, Now: s.Now(), Checksums: checksums(all)}
	for _, b := range chosen {
		opt.Without = append(opt.Without, b.ID)
	}
	sweeping, err := s.Repository.PlanSweep(ctx, SweepOptions{Now: opt.Now, Checksums: opt.Checksums, Without: opt.Without})
	if err != nil {
		return unswept(t, err)
	}
	rewriting, err := s.Repository.PlanRepack(ctx, opt)
	if err != nil {
		return unswept(t, err)
	}
	t.note(cleaned(sweeping.Plan().Waste, rewriting.Plan()))
	t.note(func(o *Operation) {
		r := *o.RotateResult
		r.Freed += sweeping.Plan().Gone.Bytes
		o.RotateResult = &r
	})
	return nil
}

// unswept turns that a manifest cannot be read into a warning: somebody has to
// decide about that backup, and the rotation has done the rest.
func unswept(t *tracker[Operation], err error) error {
	if !errors.Is(err, errs.ErrCorrupt) && !errors.Is(err, errs.ErrInvalid) {
		return err
	}
	line := "What no backup needs any more could not be told and stays. " + userLine(err)
	t.note(func(o *Operation) {
		if !slices.Contains(o.Warnings, line) {
			o.Warnings = append(slices.Clip(o.Warnings), line)
		}
	})
	return nil
}
