package backup

import (
	"context"
	"maps"
	"slices"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/retention"
)

// maxMaxBackups bounds what a request may ask for: the answer names every
// backup that is kept and must fit into one record.
const maxMaxBackups = 500

// Rotate records a rotation, starts its job and waits for the end as long as
// the service's timing says.
func (s *Service) Rotate(ctx context.Context, actor Actor, req RotateRequest) (Operation, error) {
	if req.MaxBackups < 0 || req.MaxBackups > maxMaxBackups {
		return Operation{}, errs.New(errs.ErrInvalid, "The number max_backups must be between 1 and %d.", maxMaxBackups)
	}
	s.setClock(ctx)
	o := s.newOperation(VerbRotate, actor.Name())
	o.Rotate = &req
	return s.begin(ctx, o, !req.DryRun)
}

// rotate is the job of Rotate: it asks the policy, then removes. A dry run
// ends after the policy's answer.
func (s *Service) rotate(ctx context.Context, t *tracker[Operation]) error {
	if t.record().Rotate.DryRun {
		chosen, err := s.planRotation(ctx, t)
		if err != nil {
			return err
		}
		return s.foretell(ctx, t, chosen)
	}
	return s.exclusive(ctx, t.record().ID, func(ctx context.Context, lock *held) error {
		if err := s.own(ctx, false); err != nil {
			return err
		}
		chosen, err := s.planRotation(ctx, t)
		if err != nil {
			return err
		}
		t.meter.phase("remove", int64(len(chosen)), 0)
		for _, b := range chosen {
			err := t.whole(func() error {
				var done DeleteResult
				if err := s.removeOne(ctx, lock, b, &done); err != nil {
					return err
				}
				t.meter.add(1, done.Bytes)
				t.log.add(LevelInfo, "removed", "Removed: "+string(b.ID)+".", map[string]string{"id": string(b.ID)})
				return t.update(ctx, removed(b, done.Bytes))
			})
			if err != nil {
				return err
			}
		}
		s.expireExports(ctx)
		return s.clean(ctx, t, lock)
	})
}

// removed is the change that writes down one removed backup.
func removed(b Backup, bytes int64) func(*Operation) {
	return func(o *Operation) {
		r := *o.RotateResult
		gone := maps.Clone(r.Removed)
		gone[b.Kind] = append(slices.Clip(gone[b.Kind]), b.ID)
		r.Removed, r.Freed = gone, r.Freed+bytes
		o.RotateResult = &r
	}
}

// planRotation applies the policy to what is there and writes the answer into
// the record. It returns the backups to remove, oldest first, so that a
// rotation that stops in the middle has removed the right ones.
func (s *Service) planRotation(ctx context.Context, t *tracker[Operation]) ([]Backup, error) {
	req := *t.record().Rotate
	all, err := s.allBackups(ctx)
	if err != nil {
		return nil, err
	}
	all, marks, err := s.marked(ctx, all)
	if err != nil {
		return nil, err
	}
	if !req.DryRun {
		if err := s.keepMarks(ctx, all, marks); err != nil {
			return nil, err
		}
	}
	policy := s.Policy
	if req.MaxBackups > 0 {
		policy.MaxBackups = req.MaxBackups
	}
	chosen, result := chooseRotation(policy, s, all)
	result.DryRun = req.DryRun
	if req.DryRun {
		for _, b := range chosen {
			result.Removed[b.Kind] = append(result.Removed[b.Kind], b.ID)
		}
	}
	return chosen, t.update(ctx, func(o *Operation) { o.RotateResult = &result })
}

func chooseRotation(policy retention.Policy, s *Service, all []Backup) ([]Backup, RotateResult) {
	byID := map[string]Backup{}
	var candidates []retention.Backup
	for _, b := range all {
		if b.Status == StatusPending || b.Status == StatusRunning {
			continue
		}
		byID[string(b.ID)] = b
		candidates = append(candidates, retention.Backup{
			ID: string(b.ID), Kind: string(b.Kind), CreatedAt: b.CreatedAt, Restorable: b.Status.Restorable(),
			Sound: b.Sound(), Protects: b.protected(),
			Pinned: b.Pinned, ExpiresAt: b.ExpiresAt, Deleting: b.Status == StatusDeleting,
		})
	}
	keep, remove := retention.Apply(policy, s.Now(), candidates)
	result := RotateResult{Removed: map[Kind][]ID{}}
	for _, k := range keep[:min(len(keep), 3*maxMaxBackups)] {
		result.Kept = append(result.Kept, Kept{ID: ID(k.Backup.ID), Reasons: k.Reasons})
	}
	var chosen []Backup
	for _, r := range slices.Backward(remove) {
		chosen = append(chosen, byID[r.ID])
	}
	return chosen, result
}
