package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/web"
)

const tooLarge = "The request's body is larger than 1 MiB."

// New returns the routes of the named functions as one handler; with no names,
// the whole API.
func New(cfg Config, functions ...string) http.Handler {
	if cfg.Authenticate == nil {
		cfg.Authenticate = actorInContext
	}
	h := &handler{cfg: cfg, routes: map[string]Route{}}
	served := func(r Route) bool { return len(functions) == 0 || slices.Contains(functions, r.Function) }
	to := newHuma(&h.router)
	for _, op := range operations(&api{cfg: cfg}) {
		if served(op.Route) {
			op.register(to, describe(op))
			h.routes[op.Pattern()] = op.Route
		}
	}
	if doc := openAPIRoute(); served(doc) {
		h.router.HandleFunc(doc.Pattern(), openAPI())
		h.routes[doc.Pattern()] = doc
	}
	return h
}

// handler is the chain that every request passes.
type handler struct {
	cfg    Config
	router router
	routes map[string]Route // by pattern
}

// exchange is one request with what became of it.
type exchange struct {
	http.ResponseWriter
	status  int                // 0 before the answer
	problem *web.Problem       // what was answered, if it was one
	entry   *backup.AuditEntry // handlers fill in subject, arguments, outcome
	passing bool               // it is not worth a line of the audit log
	async   bool               // the caller knows what a 202 is
	settled bool               // entry says what became of the work
}

// WriteHeader remembers the first status.
func (x *exchange) WriteHeader(status int) {
	if x.status == 0 {
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

// Write answers 200 unless a status was written before.
func (x *exchange) Write(b []byte) (int, error) {
	if x.status == 0 {
		x.status = http.StatusOK
	}
	return x.ResponseWriter.Write(b)
}

// Unwrap is for [http.ResponseController].
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// refuse answers with the problem of err.
func (x *exchange) refuse(r *http.Request, err error) {
	x.problem = web.ProblemOf(err)
	web.WriteProblem(x, r, x.problem)
}

type exchangeKey struct{}

// exchangeOf returns the exchange that a request's context belongs to. Outside
// of one it returns an exchange that nobody looks at.
func exchangeOf(ctx context.Context) *exchange {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return x
	}
	return &exchange{entry: &backup.AuditEntry{}}
}

// ServeHTTP answers one request.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	web.SecureHeaders(w.Header())
	x := &exchange{ResponseWriter: w, entry: &backup.AuditEntry{}, async: prefers(r, respondAsync)}
	ctx := context.WithValue(r.Context(), exchangeKey{}, x)
	r = r.WithContext(ctx)
	route, err := h.match(r, x.Header())
	if err != nil {
		x.refuse(r, err)
		return
	}
	*x.entry = h.newEntry(r, route)
	h.answerInTime(ctx, x, r, route)
	h.logFailure(ctx, x, route)
	if (!web.Safe(r) || route.acts()) && !x.passing {
		h.audit(ctx, x)
	}
}

// timeLimit is how long a request may take. API Gateway gives one up after 30
// seconds, and the line of the audit log needs some of that.
const timeLimit = 23 * time.Second

// answerInTime is serve with an end, so that whoever asks gets an answer also when
// the catalog or the storage gives none. Work that a request does itself goes on.
func (h *handler) answerInTime(ctx context.Context, x *exchange, r *http.Request, route Route) {
	if !route.works() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeLimit)
		defer cancel()
	}
	h.serve(ctx, x, r.WithContext(ctx), route)
}

// serve runs the route if the caller may call it, and answers a panic.
func (h *handler) serve(ctx context.Context, x *exchange, r *http.Request, route Route) {
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
			panic(v)
		}
		err := fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		if x.status == 0 {
			x.refuse(r, err)
		}
		x.status, x.problem = http.StatusInternalServerError, web.ProblemOf(err)
	}()
	ctx, err := h.admit(ctx, r, route)
	if err == nil && r.ContentLength > maxBody {
		err = web.NewProblem(http.StatusRequestEntityTooLarge, tooLarge)
	}
	if err != nil {
		x.refuse(r, err)
		return
	}
	h.router.ServeHTTP(x, r.WithContext(ctx))
}

// match finds the route of a request.
func (h *handler) match(r *http.Request, header http.Header) (Route, error) {
	found, allowed := h.router.find(r)
	switch {
	case found != nil:
		return h.routes[found.pattern], nil
	case len(allowed) == 0:
		return Route{}, web.NewProblem(http.StatusNotFound, "There is nothing at this address. The API is described at /openapi.json.")
	}
	allow := strings.Join(allowed, ", ")
	header.Set("Allow", allow)
	return Route{}, web.NewProblem(http.StatusMethodNotAllowed, "This address knows only "+allow+".")
}

// logFailure logs what is the operator's to know: answers of 5xx. How work ended
// its job has logged, and what a caller who has gone away was not told is no fault.
func (h *handler) logFailure(ctx context.Context, x *exchange, route Route) {
	switch {
	case x.status < http.StatusInternalServerError || x.problem == nil || x.settled:
	case errors.Is(ctx.Err(), context.Canceled):
		h.cfg.Log.InfoContext(ctx, "the caller went away before the answer", "method", route.Method, "path", route.Path, "actor", x.entry.Actor)
	default:
		h.cfg.Log.ErrorContext(ctx, "request failed", "method", route.Method, "path", route.Path,
			"status", x.status, "actor", x.entry.Actor, "err", x.problem.Error())
	}
}
