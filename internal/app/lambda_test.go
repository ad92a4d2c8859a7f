package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// lambdaService does what Lambda does for the functions' real bootstraps: it
// starts a process for every invocation that no idle one can take, hands it
// events through the runtime API, and takes asynchronous invocations through
// the API that the SDK calls.
type lambdaService struct {
	binaries string              // directory with <function>/bootstrap
	env      map[string][]string // by function
	server   *httptest.Server    // the SDK's endpoint
	tb       testing.TB

	mu   sync.Mutex
	idle map[string][]*instance
	all  []*instance
	jobs sync.WaitGroup // asynchronous invocations under way
}

func newLambdaService(tb testing.TB, binaries string) *lambdaService {
	tb.Helper()
	s := &lambdaService{binaries: binaries, env: map[string][]string{}, idle: map[string][]*instance{}, tb: tb}
	s.server = httptest.NewServer(http.HandlerFunc(s.invokeAsync))
	tb.Cleanup(func() {
		s.jobs.Wait()
		s.server.Close()
		for _, i := range s.all {
			i.stop()
		}
	})
	return s
}

// invokeAsync is the Invoke operation with the invocation type Event.
func (s *lambdaService) invokeAsync(w http.ResponseWriter, r *http.Request) {
	function, ok := strings.CutPrefix(r.URL.Path, "/2015-03-31/functions/")
	function, tail, _ := strings.Cut(function, "/")
	function, ours := strings.CutPrefix(function, stackName+"-")
	if !ok || !ours || tail != "invocations" || r.Header.Get("X-Amz-Invocation-Type") != "Event" {
		http.Error(w, `{"message":"unexpected `+r.Method+` `+r.URL.Path+`"}`, http.StatusNotFound)
		return
	}
	payload, err := io.ReadAll(r.Body)
	if err != nil {
		s.tb.Error(err)
	}
	s.jobs.Go(func() {
		if out := s.invoke(function, payload); out.failed {
			s.tb.Errorf("asynchronous %s of %s: %s", function, payload, out.body)
		}
	})
	w.WriteHeader(http.StatusAccepted)
}

// outcome is the answer of one invocation.
type outcome struct {
	body   []byte
	failed bool
}

// invoke runs one invocation to its end.
func (s *lambdaService) invoke(function string, payload []byte) outcome {
	i := s.take(function)
	out := i.invoke(payload)
	if !out.failed { // after some errors the process ends
		s.mu.Lock()
		defer s.mu.Unlock()
		s.idle[function] = append(s.idle[function], i)
	}
	return out
}

func (s *lambdaService) take(function string) *instance {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.idle[function]); n > 0 {
		i := s.idle[function][n-1]
		s.idle[function] = s.idle[function][:n-1]
		return i
	}
	i := start(s.tb, filepath.Join(s.binaries, function), append([]string{
		"AWS_LAMBDA_FUNCTION_NAME=" + stackName + "-" + function, "AWS_ENDPOINT_URL_LAMBDA=" + s.server.URL,
	}, s.env[function]...))
	s.all = append(s.all, i)
	return i
}

// instance is one process of a function with its runtime API.
type instance struct {
	runtime *httptest.Server
	process *exec.Cmd
	log     lockedBuffer
	in      chan []byte
	out     chan outcome
	dead    chan struct{}
	started time.Time
	ready   sync.Once
	cold    time.Duration // from the process's start to its first question for work
	number  int
}

func start(tb testing.TB, binary string, env []string) *instance {
	tb.Helper()
	i := &instance{in: make(chan []byte), out: make(chan outcome, 1), dead: make(chan struct{}), started: time.Now()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", i.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", i.answer(false))
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", i.answer(true))
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", i.answer(true))
	i.runtime = httptest.NewServer(mux)
	i.process = exec.CommandContext(context.WithoutCancel(tb.Context()), binary)
	i.process.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + i.runtime.Listener.Addr().String()}, env...)
	i.process.Stdout, i.process.Stderr = &i.log, &i.log
	if err := i.process.Start(); err != nil {
		tb.Error(err)
		close(i.dead)
		return i
	}
	go func() {
		_ = i.process.Wait() // killed at the end, or its log says why it died
		close(i.dead)
	}()
	return i
}

func (i *instance) stop() {
	if i.process.Process != nil {
		_ = i.process.Process.Kill() // dead already is fine
	}
	<-i.dead
	i.runtime.CloseClientConnections()
	i.runtime.Close()
}

// invoke hands payload to the process and waits for its answer.
func (i *instance) invoke(payload []byte) outcome {
	timeout := time.After(time.Minute)
	select {
	case i.in <- payload:
	case out := <-i.out: // an error of init
		return out
	case <-i.dead:
		return outcome{[]byte("the process has ended:\n" + i.log.String()), true}
	case <-timeout:
		return outcome{[]byte("the process does not ask for work:\n" + i.log.String()), true}
	}
	select {
	case out := <-i.out:
		return out
	case <-i.dead:
		return outcome{[]byte("the process ended:\n" + i.log.String()), true}
	case <-timeout:
		return outcome{[]byte("no answer within a minute:\n" + i.log.String()), true}
	}
}

func (i *instance) next(w http.ResponseWriter, r *http.Request) {
	i.ready.Do(func() { i.cold = time.Since(i.started) })
	select {
	case payload := <-i.in:
		i.number++
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprintf("request-%d", i.number))
		w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(15*time.Minute).UnixMilli(), 10))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:test")
		_, _ = w.Write(payload)
	case <-r.Context().Done():
	}
}

func (i *instance) answer(failed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			body, failed = []byte(err.Error()), true
		}
		w.WriteHeader(http.StatusAccepted)
		i.out <- outcome{body, failed}
	}
}

// lockedBuffer is a log that may be read while the process writes it.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// answered is what API Gateway makes of a function's answer.
type answered struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Cookies    []string          `json:"cookies"`
	Body       string            `json:"body"`
	Encoded    bool              `json:"isBase64Encoded"`
}

func decodeAnswer(t *testing.T, out outcome) answered {
	t.Helper()
	var a answered
	if err := json.Unmarshal(out.body, &a); err != nil || out.failed {
		t.Fatalf("no HTTP answer: %s (%v)", out.body, err)
	}
	return a
}
