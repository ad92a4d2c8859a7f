package event_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/event"
)

func answer(t *testing.T, handler http.HandlerFunc) response {
	t.Helper()
	return invoke[response](t, event.Handler{HTTP: handler, Log: logTo(t.Output())}, fixture(t, "list-all.json"))
}

func TestAnswerKeepsStatusHeadersAndCookies(t *testing.T) {
	got := answer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/backups/1")
		w.Header().Add("Vary", "Cookie")
		w.Header().Add("Vary", "Origin")
		http.SetCookie(w, &http.Cookie{Name: "session", Value: "abc"})
		http.SetCookie(w, &http.Cookie{Name: "login", MaxAge: -1})
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, "{}")
	})
	want := response{
		StatusCode: http.StatusAccepted, Body: "{}", Cookies: []string{"session=abc", "login=; Max-Age=0"},
		Headers: map[string]string{"Location": "/backups/1", "Vary": "Cookie,Origin", "Content-Type": "text/plain; charset=utf-8"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestBinaryAnswerIsEncoded(t *testing.T) {
	got := answer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("\xff\xfe")) })
	if got.Body != "//4=" || !got.IsBase64Encoded {
		t.Errorf("body %q, base64 %v", got.Body, got.IsBase64Encoded)
	}
}

func TestHandlerThatWritesNothingHasAnswered200(t *testing.T) {
	if got := answer(t, func(http.ResponseWriter, *http.Request) {}); got.StatusCode != http.StatusOK || got.Body != "" {
		t.Errorf("answer %+v", got)
	}
}

func TestFirstFinalStatusCounts(t *testing.T) {
	got := answer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusConflict)
		w.WriteHeader(http.StatusOK)
	})
	if got.StatusCode != http.StatusConflict {
		t.Errorf("status %d", got.StatusCode)
	}
}

func TestPanicIsAProblemOfItsRequestOnly(t *testing.T) {
	var log bytes.Buffer
	h := event.Handler{Log: logTo(&log), HTTP: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "7")
		panic("secret inside")
	})}
	got := invoke[response](t, h, fixture(t, "list-all.json"))
	want := response{
		StatusCode: http.StatusInternalServerError, Cookies: []string{},
		Body:    `{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"Something went wrong on our side. Try again; the log of the function has the cause."}`,
		Headers: map[string]string{"Content-Type": "application/problem+json"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(log.String(), "secret inside") {
		t.Errorf("the log lacks the cause: %s", &log)
	}
}
