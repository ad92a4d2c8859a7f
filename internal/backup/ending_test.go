package backup_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/faultcatalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// losing is a catalog that answers nothing about operations from the first write on
// that says that one has ended, until it is told to.
type losing struct {
	catalog.Catalog

	off, back atomic.Bool
}

// PutOperation implements backup.Operations.
func (l *losing) PutOperation(ctx context.Context, o backup.Operation) (backup.Operation, error) {
	if o.Status.Finished() && !l.back.Load() {
		l.off.Store(true)
	}
	if l.off.Load() && !l.back.Load() {
		return o, faultcatalog.ErrFault
	}
	return l.Catalog.PutOperation(ctx, o)
}

// GetOperation implements backup.Operations.
func (l *losing) GetOperation(ctx context.Context, id backup.ID) (backup.Operation, error) {
	if l.off.Load() && !l.back.Load() {
		return backup.Operation{}, faultcatalog.ErrFault
	}
	return l.Catalog.GetOperation(ctx, id)
}

// newLosing returns a rig whose catalog does not take the end of an operation.
func newLosing(t *testing.T) (*rig, *losing) {
	t.Helper()
	r := newRig(t)
	lost := &losing{Catalog: r.catalog}
	r.use(lost)
	r.svc.Endings = backup.NewEndings()
	return r, lost
}

func TestEndIsWrittenDownWhenTheCatalogIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, lost := newLosing(t)
		time.AfterFunc(40*time.Second, func() { lost.back.Store(true) })
		o, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{DryRun: true})
		if err != nil || o.Status.Finished() {
			t.Errorf("Rotate = %s, %v; want an operation that goes on", o.Status, err)
		}
		time.Sleep(time.Minute)
		o, err = r.svc.GetOperation(t.Context(), o.ID)
		if err != nil || o.Status != backup.StatusCompleted || len(o.Warnings) > 0 {
			t.Errorf("the operation is %s, %v, %v", o.Status, o.Warnings, err)
		}
	})
}

// What has ended has ended: whoever asks in the same process is told so, and the
// next writing verb writes it down.
func TestEndThatCannotBeWrittenDownIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, lost := newLosing(t)
		o, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{DryRun: true})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * r.svc.Timing.LastWord)
		o, err = r.svc.GetOperation(t.Context(), o.ID)
		if err != nil || o.Status != backup.StatusCompleted || !slices.Equal(o.Warnings, []string{backup.NoticeUnsaved}) {
			t.Errorf("the operation is %s, %v, %v", o.Status, o.Warnings, err)
		}
		lost.back.Store(true)
		r.create(t, backup.KindFull, backup.StatusCompleted)
		if o, err = r.catalog.GetOperation(t.Context(), o.ID); err != nil || o.Status != backup.StatusCompleted {
			t.Errorf("what is written down is %s %v, %v", o.Status, o.Errors, err)
		}
	})
}

// A second service takes the run for dead, since its lease is over.
func TestRunThatWasTakenForDeadCorrectsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, lost := newLosing(t)
		r.svc.Timing.LastWord = 5 * time.Minute
		o, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{DryRun: true})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * r.svc.Timing.Lease)
		other := newRig(t)
		other.use(r.catalog)
		other.create(t, backup.KindFull, backup.StatusCompleted)
		if dead, err := r.catalog.GetOperation(t.Context(), o.ID); err != nil || dead.Status != backup.StatusFailed {
			t.Fatalf("nobody took it for dead: %s, %v", dead.Status, err)
		}
		lost.back.Store(true)
		time.Sleep(time.Minute)
		if o, err = r.catalog.GetOperation(t.Context(), o.ID); err != nil || o.Status != backup.StatusCompleted || len(o.Errors) > 0 {
			t.Errorf("it is %s %v, %v", o.Status, o.Errors, err)
		}
	})
}

// A lost answer is no reason to start the work twice.
func TestWorkThatWasStartedIsNotAnsweredWithAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, lost := newLosing(t)
		if o, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{DryRun: true}); err != nil || o.ID == "" || !lost.off.Load() {
			t.Errorf("Rotate = %q, %v", o.ID, err)
		}
		time.Sleep(2 * r.svc.Timing.LastWord)
	})
}

func TestBusyTellsASilentHolderFromOneAtWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		const holder = "20261122-020000-full-k3x9qa"
		if _, err := r.catalog.AcquireLock(t.Context(), "repository", holder, time.Now(), r.svc.Timing.Lease); err != nil {
			t.Fatal(err)
		}
		refused := func() *errs.Error {
			_, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
			refusal, ok := errors.AsType[*errs.Error](err)
			if !ok || !errors.Is(err, errs.ErrConflict) {
				t.Fatalf("Create = %v", err)
			}
			return refusal
		}
		if e := refused(); !strings.Contains(e.Detail, "is working") || e.After == 0 {
			t.Errorf("of one at work: %q, %v", e.Detail, e.After)
		}
		time.Sleep(12 * time.Second)
		free := time.Now().Add(18 * time.Second)
		e := refused()
		if !strings.Contains(e.Detail, "12 seconds") || !strings.Contains(e.Detail, free.UTC().Format(time.TimeOnly)) || e.After != 19*time.Second {
			t.Errorf("of a silent one: %q, %v", e.Detail, e.After)
		}
		time.Sleep(e.After)
		r.create(t, backup.KindFull, backup.StatusCompleted)
	})
}
