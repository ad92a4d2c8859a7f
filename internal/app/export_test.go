package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Clock is a corrected clock over a machine's.
type Clock struct{ c *clock }

// NewClock returns the corrected clock of a machine.
func NewClock(machine func() time.Time) Clock {
	return Clock{&clock{machine: machine, log: slog.New(slog.DiscardHandler)}}
}

// Now returns the time.
func (c Clock) Now() time.Time { return c.c.now() }

// Hear takes in a Date header.
func (c Clock) Hear(date string, sent, received time.Time) {
	c.c.hear(context.Background(), date, sent, received)
}

// ListenTo hears the answers to the clients of a configuration.
func (c Clock) ListenTo(ac *aws.Config) { c.c.listenTo(ac) }

// Ahead is how far the machine is ahead.
func (c Clock) Ahead(ctx context.Context, ask func(context.Context) error) time.Duration {
	return c.c.aheadBy(ask)(ctx)
}

// CheckPlaces is checkPlaces.
func CheckPlaces(cfg Config) error { return checkPlaces(cfg) }
