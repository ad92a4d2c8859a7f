package app

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/vertex-ar/backup/internal/blob/s3blob"
)

const (
	// tolerated is how far the machine's clock may be off without being corrected.
	// Services tell their time in whole seconds. Leases live for thirty.
	tolerated = 3 * time.Second
	// fresh is how long what was heard of the time is believed.
	fresh = 5 * time.Minute
	// tooSlow is an answer from which the time cannot be told.
	tooSlow = 10 * time.Second
	// askTime is how long asking for the time may take.
	askTime = 10 * time.Second
)

// clock is the machine's clock, corrected by the time that S3 and DynamoDB say in
// each of their answers: identity, order, ages and leases of backups are compared
// between machines, of which one may have a clock that is wrong. Its methods may be
// called by many goroutines.
type clock struct {
	machine func() time.Time
	log     *slog.Logger

	mu    sync.Mutex
	ahead time.Duration // of the services' time
	heard time.Time     // by the machine's monotonic clock; zero is never
}

func newClock(log *slog.Logger) *clock { return &clock{machine: machineTime, log: log} }

// now returns the services' time.
func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.machine().Add(-c.ahead)
}

// hear takes in what an answer says, to a request that was sent and received then.
func (c *clock) hear(ctx context.Context, date string, sent, received time.Time) {
	said, err := http.ParseTime(date)
	if err != nil || received.Sub(sent) > tooSlow {
		return
	}
	// The service cut its time to the second, at some moment between the two.
	ahead := sent.Add(received.Sub(sent) / 2).Sub(said.Add(time.Second / 2))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = received
	if off := ahead - c.ahead; off.Abs() <= tolerated {
		return // seconds that come and go with each answer would be worse
	}
	if c.ahead = ahead; ahead.Abs() <= tolerated {
		c.ahead = 0
	}
	c.log.WarnContext(ctx, "the machine's clock is corrected", "ahead", c.ahead.String())
}

// known returns how far the machine's clock is ahead, and whether that was heard lately.
func (c *clock) known() (ahead time.Duration, lately bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead, !c.heard.IsZero() && c.machine().Sub(c.heard).Abs() < fresh
}

// aheadBy is backup.Service.Ahead. ask sends a request to a service; whether it
// succeeds does not matter.
func (c *clock) aheadBy(ask func(ctx context.Context) error) func(ctx context.Context) time.Duration {
	return func(ctx context.Context) time.Duration {
		ahead, lately := c.known()
		if lately {
			return ahead
		}
		ctx, cancel := context.WithTimeout(ctx, askTime)
		defer cancel()
		if err := ask(ctx); err != nil {
			c.log.DebugContext(ctx, "asked for the time", "err", err)
		}
		ahead, _ = c.known()
		return ahead
	}
}

// askTheTime sends a small request to one of the services that tell the time.
func (p *parts) askTheTime(ctx context.Context) error {
	if p.cfg.Table != "" {
		_, err := p.catalog.GetBackup(ctx, "time") // each role may read backups
		return err
	}
	client := s3.NewFromConfig(p.aws, s3blob.ClientOptions)
	_, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &p.cfg.Bucket})
	return err
}

// listenTo makes the clients of a configuration hear the time in each answer.
func (c *clock) listenTo(ac *aws.Config) { ac.APIOptions = append(ac.APIOptions, c.listen) }

func (c *clock) listen(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("HearTheTime", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		sent := c.machine()
		out, metadata, err := next.HandleDeserialize(ctx, in)
		if res, ok := out.RawResponse.(*smithyhttp.Response); ok && res != nil {
			c.hear(ctx, res.Header.Get("Date"), sent, c.machine())
		}
		return out, metadata, err
	}), middleware.After)
}
