package badinput_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/faultblob"
	"github.com/vertex-ar/backup/internal/catalog/faultcatalog"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/httpapi"
)

// errAway is what a dependency that is away says, with what must not be shown.
var errAway = fmt.Errorf("dial tcp 10.0.0.7:8000: connection refused, password=hunter2: %w", errs.ErrUnavailable)

// asks reports whether a route asks the catalog. The API's description does not, nor
// do those that ask the scheduler only.
func asks(r httpapi.Route) bool {
	return !slices.Contains([]string{"openapi", "preview-schedule", "export-schedule"}, r.OperationID)
}

func TestCatalogAway(t *testing.T) {
	g := newRig(t)
	id := string(g.create(t, backup.KindFull))
	g.spoil(t)
	before := g.observe(t)
	eachRoute(t, asks, func(t *testing.T, route httpapi.Route) {
		t.Helper()
		g.use(faultcatalog.New(g.records, faultcatalog.Fault{Call: 1, Onward: true, Err: errAway}))
		g.send(t, g.as(t, g.sample(t, route, id), nil)).problem(t, http.StatusServiceUnavailable)
		g.use(g.records)
		g.unchanged(t, before)
	})
	g.restore(t, backup.ID(id), "").ok(t)
	g.restored(t)
}

// TestCatalogGoesAway in the middle of a request, at every call. Whatever was
// begun by then ends by itself, and the installation is as it was or restored.
func TestCatalogGoesAway(t *testing.T) { //nolint:tparallel // its subtests do, by way of eachRoute
	t.Parallel()
	for _, operation := range []string{"create", "delete", "verify", "rotate", "restore"} {
		eachRoute(t, func(r httpapi.Route) bool { return r.OperationID == operation }, func(t *testing.T, route httpapi.Route) {
			t.Helper()
			t.Parallel()
			fired := true
			for n := 2; fired; n += 4 { // the others are those of package faults
				g := newRig(t)
				g.create(t, backup.KindFull)
				id := g.create(t, backup.KindFull)
				g.spoil(t)
				c := faultcatalog.New(g.records, faultcatalog.Fault{Call: n, Onward: true, Err: errAway})
				g.use(c)
				r := g.as(t, g.sample(t, route, string(id)), nil)
				enough := time.AfterFunc(time.Second, func() { g.clock.Advance(g.svc.Timing.Wait) })
				a := g.send(t, r)
				enough.Stop()
				g.jobs.wait()
				fired = len(c.Calls()) >= n
				switch {
				case a.status == http.StatusGatewayTimeout: // the work went on, and nobody could read how far
					a.problem(t, http.StatusGatewayTimeout)
				case a.status >= http.StatusBadRequest:
					a.problem(t, http.StatusServiceUnavailable)
				}
				g.use(g.records)
				g.clock.Advance(time.Minute)
				next := g.ask(t, http.MethodPost, "/backups/create", `{"type":"full"}`).ok(t) // ends what was left
				for id, record := range g.observe(t).Records {
					var left struct{ Status backup.Status }
					decode(t, record, &left)
					if !left.Status.Finished() && left.Status != backup.StatusDeleting {
						t.Errorf("call %d: %s is still %s", n, id, left.Status)
					}
				}
				if next.Backup.Status != backup.StatusCompleted {
					t.Errorf("call %d: the next backup is %+v", n, next.Backup)
				}
			}
		})
	}
}

// withStore are the routes that cannot answer without the object store and do
// not leave that to a job.
func withStore(r httpapi.Route) bool {
	return r.OperationID == "files" || r.OperationID == "restore-test" || r.OperationID == "delete"
}

func withJob(r httpapi.Route) bool {
	return r.OperationID == "create" || r.OperationID == "restore" || r.OperationID == "verify"
}

func withoutStore(r httpapi.Route) bool {
	return r.OperationID == "list" || r.OperationID == "get" || r.OperationID == "stats" || r.OperationID == "can-delete"
}

func TestStoreAway(t *testing.T) { //nolint:tparallel // its subtests do, by way of eachRoute
	t.Parallel()
	newAway := func(t *testing.T) (*rig, string, *state) {
		t.Helper()
		g := newRig(t)
		id := g.create(t, backup.KindFull)
		g.spoil(t)
		before := g.observe(t)
		g.blobs.Inject(faultblob.Fault{Call: 1, Stays: true, Err: errAway})
		return g, string(id), before
	}
	eachRoute(t, withStore, func(t *testing.T, route httpapi.Route) {
		t.Helper()
		t.Parallel()
		g, id, before := newAway(t)
		g.send(t, g.as(t, g.sample(t, route, id), nil)).problem(t, http.StatusServiceUnavailable)
		g.blobs.Inject(faultblob.Fault{})
		if route.OperationID != "delete" {
			g.unchanged(t, before)
			return
		}
		after := g.observe(t)
		after.Records = before.Records // it says deleting, as was asked for
		if fmt.Sprint(before) != fmt.Sprint(after) {
			t.Error("something was deleted")
		}
		g.send(t, g.as(t, g.sample(t, route, id), nil)).ok(t) // and a second try ends it
		if left := g.observe(t); len(left.Objects) != 1 || len(left.Records) != 0 {
			t.Errorf("left: %v %v", left.Objects, left.Records)
		}
	})
	eachRoute(t, withJob, func(t *testing.T, route httpapi.Route) {
		t.Helper()
		t.Parallel()
		g, id, before := newAway(t)
		r := g.send(t, g.as(t, g.sample(t, route, id), nil)).failed(t)
		mentions(t, append(r.Backup.Errors, r.Operation.Errors...), "Try again")
		g.blobs.Inject(faultblob.Fault{})
		g.unchanged(t, before, string(r.Backup.ID)+r.Operation.ID)
		g.restore(t, backup.ID(id), "").ok(t)
		g.restored(t)
	})
	eachRoute(t, withoutStore, func(t *testing.T, route httpapi.Route) {
		t.Helper()
		t.Parallel()
		g, id, before := newAway(t)
		g.send(t, g.as(t, g.sample(t, route, id), nil)).ok(t)
		g.unchanged(t, before)
	})
}

// TestStoreGoesAway in the middle of a restore: what was fetched by then is of
// no use, and nothing of it may be seen.
func TestStoreGoesAway(t *testing.T) {
	t.Parallel()
	for n := 2; ; n++ {
		g := newRig(t)
		id := g.create(t, backup.KindFull)
		g.spoil(t)
		before := g.observe(t)
		g.blobs.Inject(faultblob.Fault{Call: n, Stays: true, Err: errAway})
		a := g.restore(t, id, withoutSafety)
		fired := g.blobs.Fired()
		g.blobs.Inject(faultblob.Fault{})
		if !fired {
			a.ok(t)
			g.restored(t)
			return
		}
		g.unchanged(t, before, a.failed(t).Operation.ID)
	}
}

// TestErrorsOfTheInside: an error of no kind is logged and not shown.
func TestErrorsOfTheInside(t *testing.T) {
	g := newRig(t)
	id := string(g.create(t, backup.KindFull))
	before := g.observe(t)
	inside := errors.New("read /var/lib/secret/app.db: goroutine 7 hunter2")
	eachRoute(t, asks, func(t *testing.T, route httpapi.Route) {
		t.Helper()
		g.use(faultcatalog.New(g.records, faultcatalog.Fault{Call: 1, Onward: true, Err: inside}))
		g.send(t, g.as(t, g.sample(t, route, id), nil)).problem(t, http.StatusInternalServerError)
		g.use(g.records)
		g.unchanged(t, before)
	})
	g.blobs.Inject(faultblob.Fault{Call: 1, Stays: true, Err: inside})
	g.files(t, backup.ID(id)).problem(t, http.StatusInternalServerError)
	r := g.verify(t, backup.ID(id), "").failed(t)
	mentions(t, r.Operation.Errors, "log")
}
