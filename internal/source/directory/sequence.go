package directory

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// sequence takes steps in order and hands them on in the same order, while
// some of them are still being decided by reading files.
type sequence struct {
	group *errgroup.Group
	queue chan chan step
	slots chan struct{}
}

// newSequence hands every step to out, in one goroutine.
func newSequence(ctx context.Context, workers int, out func(step) error) (*sequence, context.Context) {
	group, ctx := errgroup.WithContext(ctx)
	q := &sequence{group: group, queue: make(chan chan step, 4*workers), slots: make(chan struct{}, workers)}
	group.Go(func() error {
		for next := range q.queue {
			select {
			case s := <-next:
				if err := out(s); err != nil {
					return err
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return q, ctx
}

// put takes a step that is decided.
func (q *sequence) put(ctx context.Context, s step) error {
	decided := make(chan step, 1)
	decided <- s
	return q.push(ctx, decided)
}

// decide takes a step that decide returns later.
func (q *sequence) decide(ctx context.Context, decide func() (step, error)) error {
	select {
	case q.slots <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	decided := make(chan step, 1)
	q.group.Go(func() error {
		defer func() { <-q.slots }()
		s, err := decide()
		if err != nil {
			return err
		}
		decided <- s
		return nil
	})
	return q.push(ctx, decided)
}

func (q *sequence) push(ctx context.Context, decided chan step) error {
	select {
	case q.queue <- decided:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// wait ends the sequence after its last step.
func (q *sequence) wait() error {
	close(q.queue)
	return q.group.Wait()
}
