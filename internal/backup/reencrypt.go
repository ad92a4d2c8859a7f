package backup

import (
	"context"
	"errors"
)

// Reencrypt records that what is stored is to be encrypted for the recipients of
// today, starts its job and waits for the end as long as the service's timing
// says. One run takes as much as it can; the result's Later says whether there
// is more, and its Young how much cannot be touched before it is a day old.
func (s *Service) Reencrypt(ctx context.Context, actor Actor, req ReencryptRequest) (Operation, error) {
	s.setClock(ctx)
	o := s.newOperation(VerbReencrypt, actor.Name())
	o.Reencrypt = &req
	return s.begin(ctx, o, !req.DryRun)
}

// reencrypt is the job of Reencrypt. A dry run ends after the plan.
func (s *Service) reencrypt(ctx context.Context, t *tracker[Operation]) error {
	if t.record().Reencrypt.DryRun {
		_, err := s.planReencryption(ctx, t, 0)
		return err
	}
	return s.exclusive(ctx, t.record().ID, func(ctx context.Context, lock *held) error {
		if err := s.own(ctx, false); err != nil {
			return err
		}
		plan, err := s.planReencryption(ctx, t, lock.token())
		if err != nil {
			return err
		}
		done, err := plan.Execute(ctx, s.fence(lock))
		return errors.Join(err, t.update(ctx, reencrypted(done)))
	})
}

// planReencryption plans and writes the plan into the record.
func (s *Service) planReencryption(ctx context.Context, t *tracker[Operation], token int64) (Rewriting, error) {
	t.meter.phase("plan", 0, 0)
	all, err := s.allBackups(ctx)
	if err != nil {
		return nil, err
	}
	plan, err := s.Repository.PlanReencrypt(ctx, RewriteOptions{
		ID: t.record().ID, Generation: token, Now: s.Now(), Checksums: checksums(all),
	})
	if err != nil {
		return nil, err
	}
	t.meter.phase("reencrypt", plan.Plan().Archives, plan.Plan().Written)
	return plan, t.update(ctx, reencrypted(plan.Plan()))
}

// reencrypted is the change that writes down what was done.
func reencrypted(r Rewritten) func(*Operation) {
	r.Damaged, r.Locked = bounded(r.Damaged), bounded(r.Locked)
	return func(o *Operation) { o.ReencryptResult = &r }
}
