package stack

import (
	"bytes"
	"io"
	"net/http"
	"time"
)

const (
	// bodyTimeout is how long the body of a request may take.
	bodyTimeout = 15 * time.Second
	// longestBody is more than any handler takes, in bytes.
	longestBody = 2 << 20
)

// readAhead reads the body of a request before its handler runs, and cuts off who
// sends it slowly. The server's own ReadTimeout would go on while the handler waits
// for a job, and end it.
func readAhead(next http.Handler) http.Handler { return readAheadFor(bodyTimeout, next) }

func readAheadFor(limit time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		deadline := http.NewResponseController(w)
		_ = deadline.SetReadDeadline(time.Now().Add(limit)) // the server's connections know it
		body, err := io.ReadAll(io.LimitReader(r.Body, longestBody))
		if err != nil {
			w.Header().Set("Connection", "close")
			http.Error(w, "The request's body did not come in time.", http.StatusRequestTimeout)
			return
		}
		_ = deadline.SetReadDeadline(time.Time{})
		r.Body = struct {
			io.Reader
			io.Closer
		}{bytes.NewReader(body), r.Body}
		next.ServeHTTP(w, r)
	})
}
