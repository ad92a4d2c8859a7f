package backup

import (
	"context"
	"log/slog"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/retention"
)

// Runner starts work that goes on after the request that asked for it.
type Runner interface {
	// Start hands the job over and returns; the job then runs as [Service.Run].
	Start(ctx context.Context, job Job) error
}

// Part is one component of the installation that is backed up.
type Part struct {
	Source Source
	Target Target
}

// Timing holds the service's spans of time. See [DefaultTiming].
type Timing struct {
	Wait      time.Duration // how long a request waits for its job
	Poll      time.Duration // how often it looks
	Heartbeat time.Duration // how often a job writes its progress and renews its lease
	Lease     time.Duration // how long a lease lives without a heartbeat
	LockWait  time.Duration // how long a scheduled job waits for the repository's lock
	Keep      time.Duration // how long a pre-restore backup lives
	LastWord  time.Duration // how long a run tries to write down how it ended
}

// DefaultTiming is what runs in production.
func DefaultTiming() Timing {
	return Timing{
		Wait: 20 * time.Second, Poll: 250 * time.Millisecond, Heartbeat: 2 * time.Second,
		Lease: 30 * time.Second, LockWait: 5 * time.Minute, Keep: 7 * 24 * time.Hour, LastWord: time.Minute,
	}
}

// Service carries out the verbs of the API. A function sets only the fields
// that its verbs need.
type Service struct {
	Catalog     Catalog
	Operations  Operations
	Locks       Locks
	Idempotency Idempotency
	Audit       AuditLog
	Logs        Logs     // nil keeps none
	Endings     *Endings // nil keeps none
	Repository  Repository
	Exports     Exports
	Parts       map[Component]Part
	// Installation is the one that is backed up, and Installations knows whose the
	// repository is. Without them everybody may work on it.
	Installation  Installation
	Installations Installations
	Runner        Runner
	Scheduler     Scheduler
	Policy        retention.Policy
	// ShrinkLimit is how many hundredths of a component may be gone since the last
	// good backup; 0 is DefaultShrinkLimit. What lost more does not count.
	ShrinkLimit int
	Now         func() time.Time
	// Ahead makes sure that Now is the time of the stores, by asking one if need be, and
	// returns by how much the machine's own clock is ahead of it. nil is none.
	Ahead  func(ctx context.Context) time.Duration
	Log    *slog.Logger
	Timing Timing
}

// Run carries out a job: the second half of a request, or what a schedule
// asks for. A job that another delivery has taken or ended already is no
// error: jobs are delivered at least once.
func (s *Service) Run(ctx context.Context, job Job) error {
	s.setClock(ctx)
	if job.ID == "" {
		return s.runScheduled(ctx, job)
	}
	switch job.Verb {
	case VerbCreate:
		return s.runCreate(ctx, job.ID, job.Reread)
	case VerbRestore:
		return s.runOperation(ctx, job.ID, s.restore)
	case VerbVerify:
		return s.runOperation(ctx, job.ID, s.verify)
	case VerbRotate:
		return s.runOperation(ctx, job.ID, s.rotate)
	case VerbExport:
		return s.runOperation(ctx, job.ID, s.export)
	case VerbReencrypt:
		return s.runOperation(ctx, job.ID, s.reencrypt)
	}
	return errs.New(errs.ErrInvalid, "There is no job %q.", job.Verb)
}

// logOutcome writes what became of a job to the audit log. A log that is away
// must not make a finished job fail.
func (s *Service) logOutcome(ctx context.Context, e AuditEntry) {
	if s.Audit == nil {
		return
	}
	ctx, cancel := detached(ctx)
	defer cancel()
	e.Time = s.Now().UTC()
	if err := s.Audit.AppendAudit(ctx, e); err != nil {
		s.Log.ErrorContext(ctx, "audit log not written", "err", err, "action", e.Action, "subject", e.Subject)
	}
}
