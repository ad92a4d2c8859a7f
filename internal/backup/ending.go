package backup

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// NoticeUnsaved is the warning on a run whose end could not be written down.
const NoticeUnsaved = "The catalog did not answer when this ended, so elsewhere it may be shown as interrupted. It has ended as it says here."

// Endings keeps the last records of runs of this process that have ended and could
// not be written down. Readers in this process go by them, and the next writing
// verb writes them down.
type Endings struct {
	mu         sync.Mutex
	backups    map[ID]Backup
	operations map[ID]Operation
}

// NewEndings returns one that is empty.
func NewEndings() *Endings {
	return &Endings{backups: map[ID]Backup{}, operations: map[ID]Operation{}}
}

// keep remembers a record, a Backup or an Operation.
func (e *Endings) keep(record any) {
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	switch r := record.(type) {
	case Backup:
		e.backups[r.ID] = r
	case Operation:
		e.operations[r.ID] = r
	}
}

func (e *Endings) backup(id ID) (Backup, bool) {
	if e == nil {
		return Backup{}, false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	b, ok := e.backups[id]
	return b, ok
}

func (e *Endings) operation(id ID) (Operation, bool) {
	if e == nil {
		return Operation{}, false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	o, ok := e.operations[id]
	return o, ok
}

// forget is for a record that is written down.
func (e *Endings) forget(id ID) {
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.backups, id)
	delete(e.operations, id)
}

// lastTry is how long one try to write a run's end may take.
const lastTry = 10 * time.Second

// end writes down how a run ended. A catalog that does not answer is asked again
// for as long as the timing says and the run's time allows; then the record is kept
// in this process. A run that was taken for dead meanwhile, by somebody who only
// knew that its lease was over, corrects that.
func (t *tracker[R]) end(ctx context.Context, change func(*R)) error {
	limit := t.svc.Timing.LastWord
	if deadline, ok := ctx.Deadline(); ok {
		limit = min(limit, max(0, deadline.Sub(t.svc.Now())))
	}
	if ctx.Err() != nil { // somebody waits for the end of the process
		limit = 0
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), max(limit, lastTry))
	defer cancel()
	for start := t.svc.Now(); ; {
		err := t.tryEnd(ctx, change)
		if !errors.Is(err, errs.ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if t.svc.Now().Sub(start) >= limit || sleep(ctx, 4*t.svc.Timing.Poll) != nil {
			t.keepEnding(ctx, change)
			return err
		}
	}
}

func (t *tracker[R]) tryEnd(ctx context.Context, change func(*R)) error {
	ctx, cancel := context.WithTimeout(ctx, lastTry)
	defer cancel()
	err := t.update(ctx, change)
	if errors.Is(err, errLost) && t.takenForDead(ctx) {
		err = t.update(ctx, change)
	}
	return err
}

// takenForDead reports whether the record was ended by somebody who took this run
// for dead, and reads it as it was before.
func (t *tracker[R]) takenForDead(ctx context.Context) bool {
	fresh, err := t.get(ctx)
	if err != nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.live(&fresh)
	if *l.status != StatusFailed || l.lease.Owner != t.owner {
		return false
	}
	was := t.live(&t.rec)
	*was.version = *l.version
	return true
}

// keepEnding keeps the ended record in this process.
func (t *tracker[R]) keepEnding(ctx context.Context, change func(*R)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.rec)
	l := t.live(&t.rec)
	*l.warnings = append(slices.Clip(*l.warnings), NoticeUnsaved)
	t.svc.Endings.keep(t.rec)
	t.svc.Log.ErrorContext(ctx, "how a run ended could not be written down; its record is kept here", "id", string(t.id), "status", string(*l.status))
}
