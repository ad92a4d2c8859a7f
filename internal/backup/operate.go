package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/vertex-ar/backup/internal/errs"
)

// newOperation makes the pending record of an operation.
func (s *Service) newOperation(verb Verb, by string) Operation {
	now := s.Now().UTC()
	return Operation{
		ID: NewID(now, string(verb)), Verb: verb, Status: StatusPending, CreatedAt: now,
		CreatedBy: by, Lease: Lease{Expires: now.Add(s.Timing.Lease)},
	}
}

// begin records an operation, hands it to its job and waits for the end as
// long as the service's timing says. An exclusive one is refused while another
// operation holds the repository.
func (s *Service) begin(ctx context.Context, o Operation, exclusive bool) (Operation, error) {
	var lock Lock
	if exclusive {
		l, err := s.enter(ctx, o.ID)
		if err != nil {
			return Operation{}, err
		}
		lock = l
	}
	saved, err := s.Operations.PutOperation(ctx, o)
	if err != nil {
		if exclusive {
			err = errors.Join(err, s.Locks.ReleaseLock(ctx, lock))
		}
		return Operation{}, err
	}
	if err := s.Runner.Start(ctx, Job{Verb: o.Verb, ID: o.ID}); err != nil {
		return Operation{}, s.notStarted(ctx, lock, err, func(ctx context.Context, line string) error {
			return s.trackOperation(saved).update(ctx, s.failed(line))
		})
	}
	return await(ctx, s, saved, func(o Operation) bool { return o.Status.Finished() },
		func(ctx context.Context) (Operation, error) { return s.GetOperation(ctx, o.ID) })
}

// saveOperation writes an ending down over the record as it is now.
func (s *Service) saveOperation(ctx context.Context, now, ended Operation) (Operation, error) {
	ended.Version = now.Version
	saved, err := s.Operations.PutOperation(ctx, ended)
	if err == nil {
		s.Endings.forget(ended.ID)
	}
	return saved, err
}

// failed returns a change that ends an operation with a line.
func (s *Service) failed(line string) func(*Operation) {
	now := s.Now().UTC()
	return func(o *Operation) {
		o.Status, o.FinishedAt, o.Lease = StatusFailed, now, Lease{}
		o.Errors = append(slices.Clip(o.Errors), line)
	}
}

// completed is the change that ends an operation well.
func (s *Service) completed(t *tracker[Operation]) func(*Operation) {
	now, progress := s.Now().UTC(), t.meter.now()
	progress.Phase = "done"
	return func(o *Operation) {
		o.Status, o.FinishedAt, o.Lease, o.Progress = StatusCompleted, now, Lease{}, progress
	}
}

// runOperation is the job of an operation: it claims the record, does the work
// and writes down how it ended. It ends without error when another delivery
// has the record.
func (s *Service) runOperation(ctx context.Context, id ID, work func(context.Context, *tracker[Operation]) error) error {
	o, err := s.Operations.GetOperation(ctx, id)
	if err != nil {
		return fmt.Errorf("job of %s: %w", id, err)
	}
	if ended, ok := s.Endings.operation(id); ok { // a second delivery
		_, err := s.saveOperation(ctx, o, ended)
		return err
	}
	t := s.trackOperation(o)
	if err := t.claim(ctx); err != nil {
		if errors.Is(err, errLost) {
			return nil
		}
		return err
	}
	t.log.begun(o.Verb, o.CreatedBy)
	if line := s.clockLine(ctx); line != "" {
		t.log.notice(false, "", line)
		t.note(func(o *Operation) { o.Warnings = append(slices.Clip(o.Warnings), line) })
	}
	return s.endOperation(ctx, t, t.run(ctx, func(ctx context.Context) error { return work(ctx, t) }))
}

func (s *Service) endOperation(ctx context.Context, t *tracker[Operation], err error) error {
	whole := ctx
	ctx, cancel := detached(ctx)
	defer cancel()
	o := t.record()
	entry := AuditEntry{Actor: o.CreatedBy, Action: string(o.Verb), Subject: string(o.BackupID), Outcome: string(StatusCompleted)}
	change := s.completed(t)
	switch {
	case errors.Is(err, errCancelled):
		s.Log.InfoContext(ctx, "operation cancelled", "id", string(o.ID))
		change = t.cancelled
		entry.Outcome = string(StatusCancelled)
	case err != nil:
		line := userLine(err)
		s.Log.ErrorContext(ctx, "operation failed", "id", string(o.ID), "err", err)
		t.log.failed(line)
		change = s.failed(line)
		entry.Outcome, entry.Detail = string(StatusFailed), line
	}
	s.logOutcome(ctx, entry)
	uerr := t.end(whole, change)
	if o = t.record(); o.Status.Finished() {
		t.log.ended(o.Status, o.FinishedAt.Sub(o.CreatedAt), o.Progress)
	}
	s.publish(ctx, t.id, &t.log)
	if uerr != nil && !errors.Is(uerr, errLost) {
		return errors.Join(err, uerr)
	}
	return unlessCancelled(err)
}

// open opens a backup of the catalog. That its manifest is missing is damage,
// unless it was replaced since the record was read: whoever only reads holds no lock.
func (s *Service) open(ctx context.Context, b Backup) (Reader, error) {
	r, b, err := s.openBy(ctx, b, s.Repository.Open)
	if errors.Is(err, errs.ErrCorrupt) {
		s.recordDamage(ctx, b, Damage{Manifest: true})
	}
	if err != nil {
		return nil, err
	}
	return s.watch(ctx, b, r), nil
}

// browse is open for single entries, see [Repository].
func (s *Service) browse(ctx context.Context, b Backup) (Reader, error) {
	r, _, err := s.openBy(ctx, b, s.Repository.Browse)
	return r, err
}

// openBy also returns the record of what it opened.
func (s *Service) openBy(ctx context.Context, b Backup, open func(context.Context, ID, string) (Reader, error)) (Reader, Backup, error) {
	r, err := open(ctx, b.ID, b.Checksum)
	if errors.Is(err, errs.ErrNotFound) || errors.Is(err, errs.ErrCorrupt) {
		if now, gerr := s.restorable(ctx, b.ID); gerr == nil && now.Checksum != b.Checksum {
			b = now
			r, err = open(ctx, b.ID, b.Checksum)
		}
	}
	if errors.Is(err, errs.ErrNotFound) {
		return nil, b, errs.New(errs.ErrCorrupt, "The list of files of backup %s is missing in the backup storage. Nothing can be restored from it; use another backup.", b.ID).Because(err)
	}
	return r, b, damaged(b.ID, err)
}

// present calls read with a reader of a backup. It takes no lock, so what the
// backup consists of may be moved meanwhile: what read misses then is no damage,
// and it is called again. If the backup was deleted, that is the error.
func (s *Service) present(ctx context.Context, b Backup, read func(from Reader) error) error {
	for {
		err := s.readFrom(ctx, b, read)
		if !errors.Is(err, errs.ErrCorrupt) {
			return err
		}
		now, gone := s.restorable(ctx, b.ID)
		switch {
		case gone != nil:
			return gone
		case now.Checksum == b.Checksum:
			return damaged(b.ID, err)
		}
		b = now
	}
}

func (s *Service) readFrom(ctx context.Context, b Backup, read func(from Reader) error) error {
	r, err := s.browse(ctx, b)
	if err != nil {
		return err
	}
	return errors.Join(read(r), r.Close())
}

// damaged makes an error of reading a backup fit for users.
func damaged(id ID, err error) error {
	if errors.Is(err, errs.ErrCorrupt) && errs.Detail(err) == "" {
		return errs.New(errs.ErrCorrupt, "Backup %s is damaged in the storage. Choose another backup.", id).Because(err)
	}
	return err
}
