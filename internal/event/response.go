package event

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/aws/aws-lambda-go/events"
)

// serveGuarded does for handler what net/http's server does and the adapter
// does not: a handler that writes nothing has answered 200, the first status
// counts, and a panic is an error of this request only.
func serveGuarded(ctx context.Context, handler http.Handler, w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	guard := &guardedWriter{ResponseWriter: w}
	defer func() {
		if cause := recover(); cause != nil {
			log.ErrorContext(ctx, "handler panicked", slog.String("method", r.Method),
				slog.String("path", r.URL.Path), slog.Any("panic", cause), slog.String("stack", string(debug.Stack())))
			guard.fail()
		}
		guard.WriteHeader(http.StatusOK)
	}()
	handler.ServeHTTP(guard, r)
}

// guardedWriter lets only the first final status through.
type guardedWriter struct {
	http.ResponseWriter

	wrote bool
}

func (w *guardedWriter) WriteHeader(status int) {
	if w.wrote || status < http.StatusOK {
		return
	}
	w.wrote = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *guardedWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.ResponseWriter.Write(b)
}

// fail answers 500 if nothing was answered yet. What was written already
// stays under the status it was given.
func (w *guardedWriter) fail() {
	if w.wrote {
		return
	}
	res := problem(http.StatusInternalServerError, "Something went wrong on our side. Try again; the log of the function has the cause.")
	clear(w.Header())
	for name, value := range res.Headers {
		w.Header().Set(name, value)
	}
	w.WriteHeader(res.StatusCode)
	_, _ = w.Write([]byte(res.Body)) // to memory
}

// problem is an answer as RFC 9457 wants it, for requests that reach no handler.
func problem(status int, detail string) events.APIGatewayV2HTTPResponse {
	body, _ := json.Marshal(struct { // strings and an int
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{"about:blank", http.StatusText(status), status, detail})
	return events.APIGatewayV2HTTPResponse{
		StatusCode: status, Body: string(body),
		Headers: map[string]string{"Content-Type": "application/problem+json"},
	}
}
