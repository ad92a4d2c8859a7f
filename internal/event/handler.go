package event

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// Handler is a function's lambda.Handler. It answers requests and runs jobs;
// a payload for which the field is nil is an error.
type Handler struct {
	// HTTP serves the requests of the HTTP API.
	HTTP http.Handler
	// Job runs one job to its end.
	Job func(ctx context.Context, job backup.Job) error
	// WithActor puts who asks into the context that HTTP sees. Nil leaves
	// the context as it is.
	WithActor func(ctx context.Context, actor backup.Actor) context.Context
	// Margin is how long before Lambda's own deadline the context ends, so
	// that there is time to record how far the work came.
	Margin time.Duration
	// Log gets refused jobs and panics; nil is slog.Default.
	Log *slog.Logger
}

// envelope is just enough of a payload to tell what it is.
type envelope struct {
	Job            *string `json:"job"`
	RequestContext struct {
		HTTP struct {
			Method string `json:"method"`
		} `json:"http"`
	} `json:"requestContext"`
}

// Invoke implements lambda.Handler. A payload that is neither a request nor a
// job, or not one that this function takes, is errs.ErrInvalid.
func (h Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var env envelope
	if err := json.Unmarshal(payload, &env); err != nil {
		return nil, errs.New(errs.ErrInvalid, "The event is not a JSON object.").Because(err)
	}
	ctx, cancel := h.withMargin(ctx)
	defer cancel()
	switch {
	case env.RequestContext.HTTP.Method != "" && h.HTTP != nil:
		return h.serve(ctx, payload)
	case env.RequestContext.HTTP.Method == "" && env.Job != nil && h.Job != nil:
		return h.run(ctx, payload)
	}
	return nil, h.unexpected(env)
}

// withMargin ends ctx Margin before its deadline, or at once when there is
// less time left than that.
func (h Handler) withMargin(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok || h.Margin <= 0 {
		return ctx, func() {}
	}
	return context.WithDeadline(ctx, deadline.Add(-h.Margin))
}

func (h Handler) unexpected(env envelope) error {
	switch {
	case env.RequestContext.HTTP.Method != "":
		return errs.New(errs.ErrInvalid, "This function runs jobs only; it got an HTTP request.")
	case env.Job != nil:
		return errs.New(errs.ErrInvalid, "This function answers HTTP requests only; it got the job %q.", *env.Job)
	}
	return errs.New(errs.ErrInvalid, `The event is neither an HTTP API request (payload format 2.0) nor a job such as {"job":"create","type":"full"}.`)
}

func (h Handler) log() *slog.Logger {
	if h.Log == nil {
		return slog.Default()
	}
	return h.Log
}
