package demo_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/infra/local/demo"
	"github.com/vertex-ar/backup/infra/local/demodata"
)

// liar is a service that says that all went well and does nothing.
func liar(files int) http.Handler {
	mux := http.NewServeMux()
	answer := func(pattern, body string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
	}
	answer("GET /auth/login", "a page")
	answer("POST /issuer/login", "another page")
	answer("POST /backups/create", fmt.Sprintf(`{"backup":{"id":"b","status":"completed","file_count":%d}}`, files))
	answer("POST /backups/restore", `{"operation":{"status":"completed","restore":{"safety_backup":"s"}}}`)
	return mux
}

// runAgainst runs the demo on new demo data and a service.
func runAgainst(t *testing.T, service func(files int) http.Handler) (output string, err error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "vertex-ar")
	sum, err := demodata.Generate(t.Context(), dir, demodata.Options{Scale: 0.005})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(service(sum.Files + 1))
	t.Cleanup(server.Close)
	var out bytes.Buffer
	err = demo.Run(t.Context(), demo.Options{
		Origin: server.URL, Username: "admin", Password: "x", Installation: dir, Out: &out,
		Stored: func(context.Context, string) (int, error) { return 0, nil },
	})
	return out.String(), err
}

func TestARestoreThatRestoresNothingIsFoundOut(t *testing.T) {
	t.Parallel()
	out, err := runAgainst(t, liar)
	if err == nil || !strings.Contains(err.Error(), "Compare") {
		t.Errorf("the demo ended with %v", err)
	}
	for _, want := range []string{"DIFFERENT", `"videos" is missing`, "and", "more"} {
		if !strings.Contains(out, want) {
			t.Errorf("the output has no %q:\n%s", want, out)
		}
	}
}

func TestABackupThatLacksAFileIsFoundOut(t *testing.T) {
	t.Parallel()
	_, err := runAgainst(t, func(files int) http.Handler { return liar(files - 1) })
	if err == nil || !strings.Contains(err.Error(), "Take a full backup") {
		t.Errorf("the demo ended with %v", err)
	}
}

func TestARefusalIsShownInTheServicesWords(t *testing.T) {
	t.Parallel()
	_, err := runAgainst(t, func(files int) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/", liar(files))
		mux.HandleFunc("POST /backups/create", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusConflict)
			_, _ = w.Write([]byte(`{"title":"Conflict","detail":"Another operation is running."}`))
		})
		return mux
	})
	if err == nil || !strings.Contains(err.Error(), "status 409: Conflict. Another operation is running.") {
		t.Errorf("the demo ended with %v", err)
	}
}

func TestARunningBackupIsAskedForUntilItEnds(t *testing.T) {
	t.Parallel()
	asked := 0
	_, err := runAgainst(t, func(files int) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/", liar(files))
		mux.HandleFunc("POST /backups/create", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/backups/b")
			w.WriteHeader(http.StatusAccepted)
			_, _ = w.Write([]byte(`{"backup":{"id":"b","status":"running"}}`))
		})
		mux.HandleFunc("GET /backups/b", func(w http.ResponseWriter, _ *http.Request) {
			asked++
			status := map[bool]string{false: "running", true: "failed"}[asked == 3]
			_, _ = fmt.Fprintf(w, `{"backup":{"id":"b","status":%q,"errors":["The disk is full."]}}`, status)
		})
		return mux
	})
	if asked != 3 || err == nil || !strings.Contains(err.Error(), "failed: The disk is full.") {
		t.Errorf("asked %d times, ended with %v", asked, err)
	}
}
