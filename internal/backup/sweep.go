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
		Choose: func(ctx context.Context, id ID, last, next string) error {
			return s.choose(ctx, lock, id, last, next)
		},
	}
}

// choose writes into a backup's record which generation of its manifest counts.
// The record is read before the lock is renewed: whoever takes the lock away
// later and chooses too has changed the record, and this write fails.
func (s *Service) choose(ctx context.Context, lock *held, id ID, last, next string) error {
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
		case next: // an earlier write took effect and seemed not to
			return nil
		default:
			return errLost
		}
		if err := lock.still(ctx); err != nil {
			return err
		}
		b.Checksum = next
		_, err = s.Catalog.PutBackup(ctx, b)
		if !errors.Is(err, errs.ErrConflict) {
			return err
		}
	}
	return errs.New(errs.ErrConflict, "Backup %s is being changed by somebody else. Try again in a minute.", id)
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

// sweepRotated sweeps at the end of a rotation.
func (s *Service) sweepRotated(ctx context.Context, t *tracker[Operation], lock *held) error {
	t.meter.phase("sweep", 0, 0)
	swept, err := s.sweep(ctx, lock)
	if uerr := t.update(ctx, func(o *Operation) {
		r := *o.RotateResult
		r.Swept, r.Freed = swept, r.Freed+swept.Bytes
		o.RotateResult = &r
	}); uerr != nil {
		return errors.Join(err, uerr)
	}
	return unswept(t, err)
}

// foretell says in the record of a dry run what the removal of the chosen and
// the sweep after it would free.
func (s *Service) foretell(ctx context.Context, t *tracker[Operation], chosen []Backup) error {
	all, err := s.allBackups(ctx)
	if err != nil {
		return err
	}
	opt := SweepOptions{Now: s.Now(), Checksums: checksums(all)}
	for _, b := range chosen {
		opt.Without = append(opt.Without, b.ID)
	}
	sweeping, err := s.Repository.PlanSweep(ctx, opt)
	if err != nil {
		return unswept(t, err)
	}
	plan := sweeping.Plan()
	t.note(func(o *Operation) {
		r := *o.RotateResult
		r.Swept, r.Freed = plan.Waste, plan.Gone.Bytes+plan.Waste.Bytes
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
	t.note(func(o *Operation) {
		o.Warnings = append(slices.Clip(o.Warnings), "Nothing was swept. "+userLine(err))
	})
	return nil
}
