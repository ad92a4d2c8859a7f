package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// Create records a backup, starts its job and waits for the end as long as
// the service's timing says; the record's Status tells whether it has ended.
// It is errs.ErrConflict while another operation works on the repository.
func (s *Service) Create(ctx context.Context, actor Actor, req CreateRequest) (Backup, error) {
	if err := req.validate(); err != nil {
		return Backup{}, err
	}
	s.setClock(ctx)
	b := s.newBackup(req, actor.Name())
	lock, err := s.enter(ctx, b.ID)
	if err != nil {
		return Backup{}, err
	}
	b, err = s.Catalog.PutBackup(ctx, b)
	if err != nil {
		return Backup{}, errors.Join(err, s.Locks.ReleaseLock(ctx, lock))
	}
	if err := s.Runner.Start(ctx, Job{Verb: VerbCreate, ID: b.ID, Reread: req.Reread}); err != nil {
		return Backup{}, s.notStarted(ctx, lock, err, func(ctx context.Context, line string) error {
			return s.trackBackup(b).update(ctx, func(b *Backup) { fail(b, s.Now().UTC(), line) })
		})
	}
	return s.awaitBackup(ctx, b)
}

// notStarted ends a record whose job could not be handed over.
func (s *Service) notStarted(ctx context.Context, l Lock, cause error, end func(context.Context, string) error) error {
	ctx, cancel := detached(ctx)
	defer cancel()
	const line = "The work could not be started. Try again in a minute."
	err := errors.Join(cause, end(ctx, line))
	if l.Owner != "" {
		err = errors.Join(err, s.Locks.ReleaseLock(ctx, l))
	}
	return errs.New(errs.ErrUnavailable, line).Because(err)
}

// awaitBackup polls until the record has ended or the wait is over.
func (s *Service) awaitBackup(ctx context.Context, b Backup) (Backup, error) {
	return await(ctx, s, b, func(b Backup) bool { return b.Status.Finished() },
		func(ctx context.Context) (Backup, error) { return s.Get(ctx, b.ID) })
}

// await polls a record. When the request's own time is up, or the record cannot be
// read, it returns what it saw last: the work goes on, and whoever is told to try
// again would start it twice.
func await[R any](ctx context.Context, s *Service, r R, ended func(R) bool, get func(context.Context) (R, error)) (R, error) {
	deadline := s.Now().Add(s.Timing.Wait)
	for {
		next, err := get(ctx)
		switch {
		case err == nil:
			r = next
		case !errors.Is(err, errs.ErrUnavailable) && ctx.Err() == nil:
			return r, err
		}
		if ended(r) || !s.Now().Before(deadline) {
			return r, nil
		}
		if sleep(ctx, s.Timing.Poll) != nil {
			return r, nil //nolint:nilerr // the work goes on without the request
		}
	}
}

// validate checks what a user can get wrong.
func (r CreateRequest) validate() error {
	if !r.Kind.Valid() {
		return errs.New(errs.ErrInvalid, "The type must be database, storage or full.")
	}
	return checkNote(r.Note)
}

// newBackup makes the pending record of a backup.
func (s *Service) newBackup(req CreateRequest, by string) Backup {
	now := s.Now().UTC()
	b := Backup{
		ID: NewID(now, string(req.Kind)), Kind: req.Kind, Status: StatusPending, CreatedAt: now,
		Reason: req.Reason, CreatedBy: by, Note: req.Note, Host: s.Installation.Host,
		Lease: Lease{Expires: now.Add(s.Timing.Lease)},
	}
	if b.Reason == "" {
		b.Reason = ReasonManual
	}
	return b
}

// fail ends the record.
func fail(b *Backup, at time.Time, line string) {
	b.Status, b.FinishedAt, b.Lease = StatusFailed, at, Lease{}
	b.Errors = append(slices.Clip(b.Errors), line)
}

// runCreate is the job of Create. It ends without error when another delivery
// has the record.
func (s *Service) runCreate(ctx context.Context, id ID, reread bool) error {
	b, err := s.Catalog.GetBackup(ctx, id)
	if err != nil {
		return fmt.Errorf("job of %s: %w", id, err)
	}
	err = s.takeBackup(ctx, b, reread)
	if errors.Is(err, errLost) {
		s.Log.WarnContext(ctx, "backup is in other hands or has ended", "id", string(id), "err", err)
		return nil
	}
	return unlessCancelled(err)
}

// takeBackup claims the pending record, takes the lock and makes the backup.
func (s *Service) takeBackup(ctx context.Context, b Backup, reread bool) error {
	t := s.trackBackup(b)
	if err := t.claim(ctx); err != nil {
		return err
	}
	t.log.begun(VerbCreate, b.CreatedBy)
	err := t.run(ctx, func(ctx context.Context) error {
		return s.exclusive(ctx, b.ID, func(ctx context.Context, lock *held) error {
			return s.makeBackup(ctx, t, lock, reread, SnapshotOptions{})
		})
	})
	return s.endBackup(ctx, t, nil, err)
}

// endBackup writes down why a run failed, if it did. lock is nil if the run has
// let go of it.
func (s *Service) endBackup(ctx context.Context, t *tracker[Backup], lock *held, err error) error {
	whole := ctx
	ctx, cancel := detached(ctx)
	defer cancel()
	b := t.record()
	if err == nil || b.Status.Finished() {
		s.logOutcome(ctx, AuditEntry{Actor: b.CreatedBy, Action: "create", Subject: string(b.ID), Outcome: string(b.Status)})
		s.lastWords(ctx, t)
		return err
	}
	end := s.ended(ctx, t, err)
	if errors.Is(err, errUnclear) {
		committed, cerr := s.committed(ctx, lock, b.ID)
		switch {
		case cerr == nil:
			end = func(b *Backup) { *b = merge(*b, committed) }
		case !errors.Is(cerr, errs.ErrNotFound) && !errors.Is(cerr, errs.ErrCorrupt):
			return errors.Join(err, cerr) // the record's lease will end it, see reap
		}
	}
	if uerr := t.end(whole, end); !errors.Is(uerr, errLost) {
		err = errors.Join(err, uerr)
	}
	s.lastWords(ctx, t)
	return err
}

// lastWords stores what is left of a backup's log.
func (s *Service) lastWords(ctx context.Context, t *tracker[Backup]) {
	if b := t.record(); b.Status.Finished() {
		t.log.ended(b.Status, b.FinishedAt.Sub(b.CreatedAt), b.Progress)
	}
	s.publish(ctx, t.id, &t.log)
}

// ended writes into the logs that a run did not succeed, and returns the change
// that says so in its record.
func (s *Service) ended(ctx context.Context, t *tracker[Backup], err error) func(*Backup) {
	b := t.record()
	entry := AuditEntry{Actor: b.CreatedBy, Action: "create", Subject: string(b.ID), Outcome: string(StatusCancelled)}
	if errors.Is(err, errCancelled) {
		s.Log.InfoContext(ctx, "backup cancelled", "id", string(b.ID))
		s.logOutcome(ctx, entry)
		return t.cancelled
	}
	line := userLine(err)
	s.Log.ErrorContext(ctx, "backup failed", "id", string(b.ID), "err", err)
	t.log.failed(line)
	entry.Outcome, entry.Detail = string(StatusFailed), line
	s.logOutcome(ctx, entry)
	return func(b *Backup) { fail(b, s.Now().UTC(), line) }
}

// userLine is the sentence about err that a record shows.
func userLine(err error) string {
	if errors.Is(err, errLost) {
		return "The run stood still for so long that another operation took its place. Start it again."
	}
	if errors.Is(err, errCancelled) {
		return "The run was cancelled."
	}
	if d := errs.Detail(err); d != "" {
		return d
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "The run did not fit into the time that a function has. Give it more time or a machine of its own."
	case errors.Is(err, context.Canceled):
		return "The run was stopped."
	case errors.Is(err, errs.ErrUnavailable):
		return "The storage or the catalog could not be reached. Try again in a few minutes."
	case errors.Is(err, errs.ErrNoSpace):
		return "A disk is full. Free some space, then try again."
	}
	return "An internal error ended the run; the log of the service says more."
}

// makeBackup copies the sources into the repository and commits.
func (s *Service) makeBackup(ctx context.Context, t *tracker[Backup], lock *held, reread bool, opt SnapshotOptions) (err error) {
	found := notices{told: t.log.notice}
	opt.Report = found.report
	t.meter.phase("plan", 0, 0)
	if t.record().Reason != ReasonPreRestore { // a safety backup harms nobody's
		if err := s.own(ctx, true); err != nil {
			return err
		}
	}
	if err := s.warnOfClock(ctx, &found); err != nil {
		return err
	}
	snaps, err := s.snapshots(ctx, t.record().Kind, opt, &found)
	defer func() { err = errors.Join(err, snaps.close()) }()
	if err != nil {
		return err
	}
	w, err := s.beginBackup(ctx, t, &found)
	if err != nil {
		return err
	}
	defer w.Abort()
	seen, err := snaps.copyTo(ctx, w, &t.meter, copyOptions{reread, s.Timing.Heartbeat})
	if err != nil {
		return err
	}
	stored, err := w.Finish(ctx)
	if err != nil {
		return err
	}
	amounts, shrunk, err := s.weigh(ctx, t.record(), stored, seen, &found)
	if err != nil {
		return err
	}
	stored.Amounts = amounts
	if err := errors.Join(t.seal(ctx), lock.still(ctx)); err != nil {
		return err
	}
	return s.commit(ctx, t, lock, w, s.outcome(stored, shrunk, &found))
}

// beginBackup starts writing a backup on top of an earlier one.
func (s *Service) beginBackup(ctx context.Context, t *tracker[Backup], found *notices) (Writer, error) {
	b := t.record()
	opt, err := s.writeOptions(ctx, b.Kind, &t.meter, found)
	if err != nil {
		return nil, err
	}
	t.meter.phase("copy", 0, 0)
	return s.Repository.Begin(ctx, b, opt)
}

// outcome returns a change that turns a running record into a finished one.
func (s *Service) outcome(stored Stored, shrunk []Component, found *notices) func(*Backup) {
	now := s.Now().UTC()
	progress := Progress{
		Phase: "done", DoneBytes: stored.LogicalSize, TotalBytes: stored.LogicalSize,
		DoneFiles: stored.Files, TotalFiles: stored.Files,
	}
	return func(b *Backup) {
		b.Errors, b.Warnings = found.lines()
		b.Status = StatusCompleted
		if len(b.Errors) > 0 {
			b.Status = StatusPartial
		}
		b.FinishedAt, b.Progress, b.Lease = now, progress, Lease{}
		b.FileCount, b.LogicalSize, b.StoredSize = stored.Files, stored.LogicalSize, stored.StoredSize
		b.Encrypted, b.SignedBy, b.Amounts, b.Shrunk = stored.Encrypted, stored.SignedBy, stored.Amounts, shrunk
		parts := b.Kind.Components()
		b.DatabaseOK = slices.Contains(parts, ComponentDatabase) && found.whole(ComponentDatabase)
		b.StorageOK = slices.Contains(parts, ComponentStorage) && found.whole(ComponentStorage)
		if b.Reason == ReasonPreRestore {
			b.ExpiresAt = now.Add(s.Timing.Keep)
		}
	}
}

// commit writes the manifest, which makes the backup exist, then the record.
// That the lock is held after the manifest is there proves that nobody had it
// meanwhile, and from now on nobody removes what the manifest names.
func (s *Service) commit(ctx context.Context, t *tracker[Backup], lock *held, w Writer, outcome func(*Backup)) error {
	b := t.record()
	outcome(&b)
	checksum, size, err := w.Commit(ctx, b)
	if err != nil {
		return fmt.Errorf("%w: %w", errUnclear, err)
	}
	finish := func(b *Backup) {
		outcome(b)
		b.Checksum, b.StoredSize = checksum, size
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	if err = lock.still(ctx); err == nil {
		err = t.update(ctx, finish)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errLost):
		return s.settle(ctx, lock, b.ID, finish)
	}
	return fmt.Errorf("%w: %w", errUnclear, err)
}

// errUnclear is of a run that failed while it committed: its backup may exist.
var errUnclear = errors.New("failed at the commit")

// settle decides about a backup that was committed by a run which had lost its
// record or its lock meanwhile. If its record still stands, the backup is there
// whole, and the record says so from now on: whoever deletes a backup changes
// the record first, and one of the two writes fails. If the record is gone or
// going, or the backup is not whole, the manifest goes too.
func (s *Service) settle(ctx context.Context, lock *held, id ID, finish func(*Backup)) error {
	b, err := s.Catalog.GetBackup(ctx, id)
	switch {
	case err == nil && b.Status.Restorable():
		return nil
	case err == nil && (b.Status == StatusFailed || b.Status == StatusRunning) && s.standsWhole(ctx, lock, id):
		finish(&b)
		if _, err = s.Catalog.PutBackup(ctx, b); !errors.Is(err, errs.ErrConflict) {
			return err
		}
	case err != nil && !errors.Is(err, errs.ErrNotFound):
		return err
	}
	if _, err := s.Repository.Remove(ctx, id); err != nil {
		return fmt.Errorf("withdraw %s: %w", id, err)
	}
	return errLost
}

// standsWhole reports whether a backup that has just been committed has all that
// it names. Whoever took its lock away may have deleted what it shares with
// others before its manifest was there to tell; after it, nobody does.
func (s *Service) standsWhole(ctx context.Context, lock *held, id ID) bool {
	if lock.still(ctx) == nil {
		return true
	}
	_, err := s.committed(ctx, nil, id)
	return err == nil
}

// committed returns the record in the manifest of a backup of which it is not
// clear whether it was committed. Only under the lock it is certain that nobody
// is removing what the manifest names; lock is nil if that has to be taken.
func (s *Service) committed(ctx context.Context, lock *held, id ID) (Backup, error) {
	if lock == nil {
		l, err := s.acquire(ctx, id, 0)
		if err != nil {
			return Backup{}, err
		}
		lock = &held{svc: s, lock: l}
		defer func() { _ = s.Locks.ReleaseLock(ctx, l) }() // else it expires
	}
	b, err := s.Repository.Committed(ctx, id)
	if err != nil {
		return Backup{}, err
	}
	return b, lock.still(ctx)
}
