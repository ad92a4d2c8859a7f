package event

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// The outcomes of a job, as its answer says them.
const (
	outcomeDone    = "done"
	outcomeRefused = "refused"
)

// jobAnswer is what a job's invocation returns. Only an invocation by hand
// sees it; Lambda drops the answers of asynchronous ones.
type jobAnswer struct {
	Job     backup.Verb `json:"job"`
	Outcome string      `json:"outcome"`
	Detail  string      `json:"detail,omitempty"`
}

// run runs one job. Lambda repeats an asynchronous invocation that returns an
// error, and the scheduler does too, so an error that the same job will meet
// every time is logged and answered; every other error is returned.
func (h Handler) run(ctx context.Context, payload []byte) ([]byte, error) {
	job, err := decodeJob(payload)
	if err == nil {
		err = h.Job(ctx, job)
	}
	answer := jobAnswer{Job: job.Verb, Outcome: outcomeDone}
	if err != nil {
		if !pointless(err) {
			return nil, err
		}
		h.log().ErrorContext(ctx, "job refused",
			slog.String("job", string(job.Verb)), slog.String("id", string(job.ID)),
			slog.String("schedule", job.Schedule), slog.String("error", err.Error()))
		answer.Outcome, answer.Detail = outcomeRefused, errs.Detail(err)
	}
	return json.Marshal(answer)
}

// decodeJob is strict: a misspelt field of a schedule's input would otherwise
// be a job that does something else.
func decodeJob(payload []byte) (backup.Job, error) {
	dec := json.NewDecoder(bytes.NewReader(payload))
	dec.DisallowUnknownFields()
	var job backup.Job
	if err := dec.Decode(&job); err != nil {
		return job, errs.New(errs.ErrInvalid, "The job cannot be read: %v.", err)
	}
	return job, nil
}

// pointless reports whether repeating the job cannot help.
func pointless(err error) bool {
	return errors.Is(err, errs.ErrInvalid) || errors.Is(err, errs.ErrNotFound)
}
