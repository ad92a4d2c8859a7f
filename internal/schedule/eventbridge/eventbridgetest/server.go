package eventbridgetest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Begin is when the schedules were made, in seconds since 1970.
const Begin = 1_790_000_000

// Server is a server with four schedules, as a stack makes them: database every
// day at two, storage off, full once a day by an expression that no crontab
// means, rotation every day at four. They may be looked at between requests.
type Server struct {
	URL       string
	Schedules map[string]map[string]any // by name
	// Fail answers in place of the server, if it returns true.
	Fail func(w http.ResponseWriter, r *http.Request) bool

	tb       testing.TB
	mu       sync.Mutex
	clock    float64
	requests int
}

// New starts a server whose schedules' names begin with prefix. It ends with the
// test.
func New(tb testing.TB, prefix string) *Server {
	tb.Helper()
	s := &Server{tb: tb, clock: Begin, Schedules: map[string]map[string]any{}}
	for name, expression := range map[string]string{
		"database": "cron(0 2 * * ? *)", "storage": "cron(0 3 ? * SUN *)", "full": "rate(1 day)", "rotation": "cron(0 4 * * ? *)",
	} {
		s.Schedules[prefix+"-"+name] = map[string]any{
			"Name": prefix + "-" + name, "ScheduleExpression": expression, "ScheduleExpressionTimezone": "Europe/Moscow",
			"State": "ENABLED", "Description": "of the stack", "FlexibleTimeWindow": map[string]any{"Mode": "OFF"},
			"Target":       map[string]any{"Arn": "arn:function", "RoleArn": "arn:role", "Input": "{}", "RetryPolicy": map[string]any{"MaximumRetryAttempts": 5.0}},
			"CreationDate": s.clock, "LastModificationDate": s.clock,
		}
	}
	s.Schedules[prefix+"-storage"]["State"] = "DISABLED"
	server := httptest.NewServer(s)
	tb.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Requests returns how many requests have come.
func (s *Server) Requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if s.Fail != nil && s.Fail(w, r) {
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/schedules/")
	is, found := s.Schedules[name]
	switch {
	case !found:
		Refuse(w, http.StatusNotFound, "ResourceNotFoundException")
	case r.Method == http.MethodPut:
		s.update(name, is, r)
		s.answer(w, map[string]any{"ScheduleArn": "arn:" + name})
	default:
		s.answer(w, is)
	}
}

// update puts what a request says in the place of all that was there.
func (s *Server) update(name string, is map[string]any, r *http.Request) {
	next := map[string]any{"Name": name, "CreationDate": is["CreationDate"]}
	if err := json.NewDecoder(r.Body).Decode(&next); err != nil {
		s.tb.Error(err)
	}
	delete(next, "ClientToken")
	s.clock++
	next["LastModificationDate"] = s.clock
	s.Schedules[name] = next
}

func (s *Server) answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		s.tb.Error(err)
	}
}

// Refuse answers with an error of the service.
func Refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("X-Amzn-Errortype", code)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"Message":"no"}`) // the caller has gone away: nobody to tell
}
