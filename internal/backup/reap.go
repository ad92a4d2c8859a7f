package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// reapLimit is how many of the newest records are looked at for dead runs:
// more runs than that cannot die between two writing verbs.
const reapLimit = 100

const interrupted = "The run was interrupted before its end: the program was stopped or the machine failed."

// dead reports whether a record claims to be worked on and is not.
func dead(st Status, l Lease, now time.Time) bool {
	return (st == StatusPending || st == StatusRunning) && l.Expired(now)
}

// presentBackup returns b as users should see it: a dead run has failed, also
// when nobody has written that down yet. Functions that may not write use it.
func presentBackup(b Backup, now time.Time) Backup {
	b = judged(b)
	if dead(b.Status, b.Lease, now) {
		b.Status, b.FinishedAt = StatusFailed, b.Lease.Expires
		b.Errors = append(slices.Clip(b.Errors), interrupted)
	}
	return b
}

// presentOperation is presentBackup for operations.
func presentOperation(o Operation, now time.Time) Operation {
	if dead(o.Status, o.Lease, now) {
		o.Status, o.FinishedAt = StatusFailed, o.Lease.Expires
		o.Errors = append(slices.Clip(o.Errors), interruptedOperation(o))
	}
	return o
}

func interruptedOperation(o Operation) string {
	if o.Verb == VerbRestore && !o.dryRun() {
		return interrupted + " Restore again to end it; that is safe at any moment."
	}
	return interrupted + " Start it again."
}

func (o Operation) dryRun() bool { return o.Restore != nil && o.Restore.DryRun }

// enter takes the repository's lock for a request and ends the records of dead runs.
func (s *Service) enter(ctx context.Context, owner ID) (Lock, error) {
	l, err := s.acquire(ctx, owner, 0)
	if err != nil {
		return Lock{}, err
	}
	err = s.reap(ctx, &held{svc: s, lock: l})
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, errLost):
		return Lock{}, s.busy(ctx).Because(err)
	}
	return Lock{}, errors.Join(err, s.Locks.ReleaseLock(ctx, l))
}

// reapIfFree ends the records of dead runs unless somebody holds the lock, who
// has done it.
func (s *Service) reapIfFree(ctx context.Context, verb Verb) error {
	l, err := s.enter(ctx, NewID(s.Now(), string(verb)))
	if errors.Is(err, errs.ErrConflict) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.Locks.ReleaseLock(ctx, l)
}

// reap ends the records of dead runs: a backup of which the manifest is stored
// and all archives that it names was complete and becomes so, everything else
// failed. While the lock is held nobody takes those archives away, and a run that
// was declared dead and writes its manifest now finds that out by itself.
func (s *Service) reap(ctx context.Context, lock *held) error {
	backups, err := s.Catalog.ListBackups(ctx, "", reapLimit)
	if err != nil {
		return fmt.Errorf("look for interrupted backups: %w", err)
	}
	for _, b := range backups {
		if dead(b.Status, b.Lease, s.Now()) {
			if _, err := s.reapBackup(ctx, lock, b); err != nil {
				return err
			}
		}
	}
	operations, err := s.Operations.ListOperations(ctx, "", reapLimit)
	if err != nil {
		return fmt.Errorf("look for interrupted operations: %w", err)
	}
	for _, o := range operations {
		if !dead(o.Status, o.Lease, s.Now()) {
			continue
		}
		ended, ok := s.Endings.operation(o.ID)
		if !ok {
			ended = presentOperation(o, s.Now())
		}
		_, err := s.saveOperation(ctx, o, ended)
		if err != nil && !errors.Is(err, errs.ErrConflict) {
			return fmt.Errorf("end interrupted operation %s: %w", o.ID, err)
		}
	}
	return nil
}

// reapBackup ends the record of one dead run and returns it as it is then.
func (s *Service) reapBackup(ctx context.Context, lock *held, b Backup) (Backup, error) {
	ended, kept := s.Endings.backup(b.ID)
	if !kept {
		ended = presentBackup(b, s.Now())
	}
	ended.Version = b.Version
	switch c, err := s.Repository.Committed(ctx, b.ID); {
	case err == nil:
		ended = merge(b, c)
	case errors.Is(err, errs.ErrNotFound), errors.Is(err, errs.ErrCorrupt):
	default:
		return b, fmt.Errorf("look for the manifest of %s: %w", b.ID, err)
	}
	if err := lock.still(ctx); err != nil {
		return b, err
	}
	saved, err := s.Catalog.PutBackup(ctx, ended)
	if errors.Is(err, errs.ErrConflict) {
		return s.Catalog.GetBackup(ctx, b.ID)
	}
	if err != nil {
		return b, fmt.Errorf("end interrupted backup %s: %w", b.ID, err)
	}
	s.Endings.forget(b.ID)
	return saved, nil
}

// merge takes the outcome from a manifest's record and keeps what only the
// catalog knows.
func merge(b, committed Backup) Backup {
	c := committed
	c = c.Marked(b.Marks())
	c.VerifiedAt, c.Damage = b.VerifiedAt, b.Damage
	c.Version, c.Lease = b.Version, Lease{}
	return c
}
