package stack

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestSlowBodiesAreCutOff, and a handler that waits longer than a body may take is not.
func TestSlowBodiesAreCutOff(t *testing.T) {
	began := make(chan string, 2)
	server := httptest.NewServer(readAheadFor(50*time.Millisecond, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		began <- string(body)
		select {
		case <-r.Context().Done():
		case <-time.After(200 * time.Millisecond):
			_, _ = io.WriteString(w, "done")
		}
	})))
	defer server.Close()
	resp, err := http.Post(server.URL, "text/plain", strings.NewReader("a body"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if text, err := io.ReadAll(resp.Body); string(text) != "done" || <-began != "a body" {
		t.Errorf("a quick body: %q, %v", text, err)
	}

	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nslow"); err != nil {
		t.Fatal(err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusRequestTimeout || len(began) > 0 {
		t.Errorf("a slow body: %v", answer)
	}
}
