package httpapi_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// API Gateway gives a request up after 30 seconds, and then nobody knows why.
func TestRequestIsAnsweredThoughTheCatalogHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, admin)
		b.service.hook = func(ctx context.Context) { <-ctx.Done() }
		b.service.err = context.DeadlineExceeded
		start := time.Now()
		w := b.do(request("GET", "/backups/list", ""))
		wantProblem(t, w, http.StatusServiceUnavailable)
		if took := time.Since(start); took > 25*time.Second || w.Header().Get("Retry-After") == "" {
			t.Errorf("answered after %v, Retry-After %q", took, w.Header().Get("Retry-After"))
		}
	})
}

// A delete does its work in the request, and goes on when nobody waits any more.
func TestWorkInARequestHasNoTimeLimit(t *testing.T) {
	b := newBench(t, admin)
	b.service.hook = func(ctx context.Context) {
		if _, limited := ctx.Deadline(); limited {
			t.Error("the delete would be cut off")
		}
	}
	b.do(request("DELETE", "/backups/delete?backup_path="+backupID, ""))
}

func TestRefusalSaysWhenToTryAgain(t *testing.T) {
	b := newBench(t, admin)
	b.service.err = errs.New(errs.ErrConflict, "It is busy.").RetryAfter(17500 * time.Millisecond)
	w := b.do(request("POST", "/backups/create", `{"type":"full"}`))
	wantProblem(t, w, http.StatusConflict)
	if got := w.Header().Get("Retry-After"); got != "18" {
		t.Errorf("Retry-After %q", got)
	}
}
