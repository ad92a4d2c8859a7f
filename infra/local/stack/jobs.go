package stack

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
)

var errStopping = errors.New("the service is stopping")

// jobs runs the jobs that no request asked for.
type jobs struct {
	run func(context.Context, backup.Job) error
	log *slog.Logger

	ctx     context.Context //nolint:containedctx // the life of all jobs; nobody waits for most of them
	cancel  context.CancelFunc
	mu      sync.Mutex
	stopped bool
	running sync.WaitGroup
}

func newJobs(run func(context.Context, backup.Job) error, log *slog.Logger) *jobs {
	ctx, cancel := context.WithCancel(context.Background())
	return &jobs{run: run, log: log, ctx: ctx, cancel: cancel}
}

// start runs a job in the background.
func (j *jobs) start(job backup.Job) {
	go func() {
		if err := j.do(job); err != nil {
			j.log.ErrorContext(j.ctx, "scheduled job failed", "schedule", job.Schedule, "err", err)
		}
	}()
}

// do runs a job until it ends or is stopped.
func (j *jobs) do(job backup.Job) error {
	j.mu.Lock()
	if j.stopped {
		j.mu.Unlock()
		return errStopping
	}
	j.running.Add(1)
	j.mu.Unlock()
	defer j.running.Done()
	return j.run(j.ctx, job)
}

// stop lets no more jobs begin and waits for the running ones until ctx ends.
// Then it cancels them: each leaves the old state or a finished one.
func (j *jobs) stop(ctx context.Context) {
	j.mu.Lock()
	j.stopped = true
	j.mu.Unlock()
	defer context.AfterFunc(ctx, j.cancel)()
	j.running.Wait()
	j.cancel()
}
