package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// lambdaRunner hands a job to an asynchronous invocation of the function
// itself: API Gateway gives a request 30 seconds, a job has 15 minutes.
type lambdaRunner struct {
	client   *lambda.Client
	function string
}

// Start implements backup.Runner.
func (r lambdaRunner) Start(ctx context.Context, job backup.Job) error {
	payload, err := json.Marshal(job)
	if err != nil {
		return fmt.Errorf("encode job: %w", err)
	}
	_, err = r.client.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: aws.String(r.function), InvocationType: types.InvocationTypeEvent, Payload: payload,
	})
	if err != nil {
		return fmt.Errorf("invoke %s: %w: %w", r.function, errs.ErrUnavailable, err)
	}
	return nil
}

// processRunner runs jobs in this process, on a laptop.
type processRunner struct {
	run func(ctx context.Context, job backup.Job) error
	log *slog.Logger

	ctx    context.Context //nolint:containedctx // the life of all jobs, which outlive their requests
	cancel context.CancelFunc
	jobs   sync.WaitGroup
}

func newProcessRunner(run func(context.Context, backup.Job) error, log *slog.Logger) *processRunner {
	ctx, cancel := context.WithCancel(context.Background())
	return &processRunner{run: run, log: log, ctx: ctx, cancel: cancel}
}

// Start implements backup.Runner.
func (r *processRunner) Start(_ context.Context, job backup.Job) error {
	r.jobs.Go(func() {
		defer func() {
			if p := recover(); p != nil {
				r.log.Error("job panicked", "job", string(job.Verb), "id", string(job.ID), "panic", p, "stack", string(debug.Stack())) //nolint:sloglint // no request is left
			}
		}()
		if err := r.run(r.ctx, job); err != nil {
			r.log.ErrorContext(r.ctx, "job failed", "job", string(job.Verb), "id", string(job.ID), "err", err)
		}
	})
	return nil
}

// stop waits for the running jobs until ctx ends, then stops them where they
// are: each leaves the old state or a finished one, and writes down that it
// was stopped.
func (r *processRunner) stop(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.jobs.Wait()
	}()
	select {
	case <-done:
	case <-ctx.Done():
		r.cancel()
		<-done
	}
	r.cancel()
}
