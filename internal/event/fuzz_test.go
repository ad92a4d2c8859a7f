package event_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/event"
)

// FuzzInvoke gives a function any payload: it is refused, or reaches the
// handler or the job, and the answer is JSON.
func FuzzInvoke(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("..", "..", "events", "*.json"))
	if err != nil || len(names) == 0 {
		f.Fatalf("%d events, %v", len(names), err)
	}
	for _, name := range names {
		payload, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(payload)
	}
	f.Add([]byte(`{"requestContext":{"http":{"method":"GET","path":"/%zz"}},"rawPath":"/%","rawQueryString":"%&=","body":"!","isBase64Encoded":true}`))
	h := event.Handler{
		HTTP: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(w, r.Body)
		}),
		Job: func(context.Context, backup.Job) error { return nil },
		Log: logTo(io.Discard),
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		out, err := h.Invoke(t.Context(), payload)
		if err == nil && !json.Valid(out) {
			t.Errorf("the answer is %q", out)
		}
	})
}
