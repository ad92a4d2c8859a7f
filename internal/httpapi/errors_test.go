package httpapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/errs"
)

// TestErrorsOfTheService has a row for every kind of error that api.md names.
func TestErrorsOfTheService(t *testing.T) {
	inside := errors.New("dial tcp 10.0.0.7:8000: password=hunter2")
	cases := []struct {
		name   string
		err    error
		status int
		typ    string
		detail string // "" is any
		logged bool
	}{
		{"invalid", errs.New(errs.ErrInvalid, "The schedule is not valid."), 422, "about:blank", "The schedule is not valid.", false},
		{"unauthenticated", fmt.Errorf("x: %w", errs.ErrUnauthenticated), 401, "about:blank", "", false},
		{"forbidden", fmt.Errorf("x: %w", errs.ErrForbidden), 403, "about:blank", "", false},
		{"not found", errs.New(errs.ErrNotFound, "There is no backup %s.", backupID), 404, "about:blank", "There is no backup " + backupID + ".", false},
		{"conflict", errs.New(errs.ErrConflict, "It is pinned."), 409, "about:blank", "It is pinned.", false},
		{"damaged", errs.New(errs.ErrCorrupt, "The manifest is damaged."), 422, "/problems/damaged", "The manifest is damaged.", false},
		{"no space", fmt.Errorf("x: %w", errs.ErrNoSpace), 507, "about:blank", "", true},
		{"unavailable", errs.New(errs.ErrUnavailable, "The store is away.").Because(inside), 503, "about:blank", "The store is away.", true},
		{"unavailable because something was not found", errs.New(errs.ErrUnavailable, "The table is away.").Because(errs.ErrNotFound), 503, "about:blank", "The table is away.", true},
		{"too slow", fmt.Errorf("x: %w", context.DeadlineExceeded), 503, "about:blank", "", true},
		{"given up", context.Canceled, 503, "about:blank", "", true},
		{"anything else", inside, 500, "about:blank", "", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, admin)
			b.service.err = c.err
			w := b.do(request("GET", "/backups/"+backupID, ""))
			p := wantProblem(t, w, c.status)
			if p.Type != c.typ || c.detail != "" && p.Detail != c.detail || p.Instance != "/backups/"+backupID {
				t.Errorf("problem %+v", p)
			}
			if strings.Contains(w.Body.String(), "hunter2") {
				t.Errorf("the inside is shown: %s", w.Body)
			}
			if got := b.log.Len() > 0; got != c.logged {
				t.Errorf("logged %v, want %v: %s", got, c.logged, b.log)
			}
			if errors.Is(c.err, inside) && !strings.Contains(b.log.String(), "10.0.0.7") {
				t.Errorf("the log lacks the cause: %s", b.log)
			}
			if got := w.Header().Get("Retry-After") != ""; got != (c.status == 503) {
				t.Errorf("Retry-After %q", w.Header().Get("Retry-After"))
			}
			if got := w.Header().Get("WWW-Authenticate") != ""; got != (c.status == 401) {
				t.Errorf("WWW-Authenticate %q", w.Header().Get("WWW-Authenticate"))
			}
		})
	}
}

// TestBadInput sends what nobody should: each a problem, nothing asked of the service.
func TestBadInput(t *testing.T) {
	long := strings.Repeat("a", 10<<10)
	create := func(body string) *http.Request { return request("POST", "/backups/create", body) }
	restore := func(path string) *http.Request {
		body, err := json.Marshal(map[string]any{"backup_path": path})
		if err != nil {
			t.Fatal(err)
		}
		return request("POST", "/backups/restore", string(body))
	}
	restoring := func(fields string) *http.Request {
		return request("POST", "/backups/restore", `{"backup_path":"`+backupID+`",`+fields+`}`)
	}
	typed := func(contentType string) *http.Request {
		r := create(`{"type":"full"}`)
		r.Header.Set("Content-Type", contentType)
		return r
	}
	overlong := strings.TrimSuffix(strings.Repeat(backupID+",", 160), ",")
	var hundredOne []string
	for i := range 101 {
		hundredOne = append(hundredOne, fmt.Sprintf("20261122-020000-full-%06d", i))
	}
	cases := []struct {
		name   string
		r      *http.Request
		status int
	}{
		{"unknown type", create(`{"type":"everything"}`), 422},
		{"unknown field", create(`{"type":"full","recursive":true}`), 422},
		{"field of another type", create(`{"type":7}`), 422},
		{"wrong JSON", create(`{"type":`), 422},
		{"JSON and more", create(`{"type":"full"} {"type":"full"}`), 422},
		{"JSON null", create(`null`), 422},
		{"JSON list", create(`[]`), 422},
		{"not UTF-8", create("{\"type\":\"full\",\"note\":\"\x00\"}"), 422},
		{"text/plain", typed("text/plain"), 415},
		{"a form", typed("application/x-www-form-urlencoded"), 415},
		{"odd content type", typed("a;b+c"), 415},
		{"long note", create(`{"type":"full","note":"` + long + `"}`), 422},
		{"control characters in a note", create(`{"type":"full","note":"a\u0000b"}`), 422},
		{"id with ../", restore("../../etc/passwd"), 422},
		{"id that is encoded", restore("%2e%2e%2f"), 422},
		{"id with NUL", restore(backupID + "\x00"), 422},
		{"id with newline", restore(backupID + "\n"), 422},
		{"id of 10 kB", restore(long), 422},
		{"no id", restore(""), 422},
		{"unknown component", restoring(`"components":["users"]`), 422},
		{"a component twice", restoring(`"components":["storage","storage"]`), 422},
		{"path with ..", restoring(`"paths":["storage/../../etc"]`), 422},
		{"absolute path", restoring(`"paths":["/etc/passwd"]`), 422},
		{"path with NUL", restoring(`"paths":["storage/a\u0000"]`), 422},
		{"path with NUL in base64", restoring(`"paths_base64":["YQBi"]`), 422},
		{"not base64", restoring(`"paths_base64":["%%%"]`), 422},
		{"path of 10 kB", restoring(`"paths":["` + long + `"]`), 422},
		{"verify of ../", request("POST", "/backups/verify", `{"backup_path":"../x"}`), 422},
		{"restore-test of ../", request("POST", "/backups/restore-test", `{"backup_path":"../x"}`), 422},
		{"get encoded ..", request("GET", "/backups/%2e%2e", ""), 422},
		{"get NUL", request("GET", "/backups/%00", ""), 422},
		{"get 10 kB", request("GET", "/backups/"+long, ""), 422},
		{"get encoded slash", request("GET", "/backups/..%2f..%2fetc", ""), 422},
		{"operation NUL", request("GET", "/backups/operations/%00", ""), 422},
		{"files of encoded ..", request("GET", "/backups/%2e%2e/files", ""), 422},
		{"files below ..", request("GET", "/backups/"+backupID+"/files?prefix=storage/..", ""), 422},
		{"files below a control character", request("GET", "/backups/"+backupID+"/files?prefix=a%07", ""), 422},
		{"files below bad base64", request("GET", "/backups/"+backupID+"/files?prefix_base64=*", ""), 422},
		{"files below two prefixes", request("GET", "/backups/"+backupID+"/files?prefix=a&prefix_base64=YQ==", ""), 422},
		{"list unknown type", request("GET", "/backups/list?backup_type=x", ""), 422},
		{"list unknown status", request("GET", "/backups/list?status=x", ""), 422},
		{"list bad time", request("GET", "/backups/list?from=yesterday", ""), 422},
		{"list limit 0", request("GET", "/backups/list?limit=0", ""), 422},
		{"list limit 1001", request("GET", "/backups/list?limit=1001", ""), 422},
		{"list limit x", request("GET", "/backups/list?limit=x", ""), 422},
		{"list NUL", request("GET", "/backups/list?q=%00", ""), 422},
		{"list 10 kB", request("GET", "/backups/list?q="+long, ""), 422},
		{"list cursor of 10 kB", request("GET", "/backups/list?cursor="+long, ""), 422},
		{"can-delete nothing", request("GET", "/backups/can-delete", ""), 422},
		{"can-delete ../", request("GET", "/backups/can-delete?backup_path=../x", ""), 422},
		{"delete nothing", request("DELETE", "/backups/delete", ""), 422},
		{"delete ../", request("DELETE", "/backups/delete?backup_path="+url.QueryEscape("../x"), ""), 422},
		{"delete with an empty id", request("DELETE", "/backups/delete?backup_path="+backupID+",", ""), 422},
		{"delete 101", request("DELETE", "/backups/delete?backup_path="+strings.Join(hundredOne, ","), ""), 422},
		{"delete over-long", request("DELETE", "/backups/delete?backup_path="+overlong, ""), 422},
		{"delete force=perhaps", request("DELETE", "/backups/delete?backup_path="+backupID+"&force=perhaps", ""), 422},
		{"rotate to nothing", request("POST", "/backups/rotate?max_backups=0", ""), 422},
		{"rotate negative", request("POST", "/backups/rotate?max_backups=-1", ""), 422},
		{"rotate misspelt", request("POST", "/backups/rotate?dryrun=true", ""), 422},
		{"no such address", request("GET", "/backups", ""), 404},
		{"trailing slash", request("GET", "/backups/list/", ""), 404},
		{"doubled slash", request("GET", "//backups/list", ""), 404},
		{"dots", request("GET", "/backups/x/../list", ""), 404},
		{"root", request("GET", "/", ""), 404},
		{"wrong method", request("PUT", "/backups/create", `{}`), 405},
		{"invented method", request("BREW", "/backups/create", ""), 405},
		{"preflight", request("OPTIONS", "/backups/create", ""), 405},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, admin)
			w := b.do(c.r)
			wantProblem(t, w, c.status)
			if len(b.service.calls) > 0 {
				t.Errorf("the service was asked: %v", b.service.calls)
			}
			if b.log.Len() > 0 {
				t.Errorf("logged: %s", b.log)
			}
			if w.Body.Len() > 2000 {
				t.Errorf("the answer has %d bytes", w.Body.Len())
			}
		})
	}
}

// TestFaultsNameTheFieldAndNotTheValue: what came in may be secret.
func TestFaultsNameTheFieldAndNotTheValue(t *testing.T) {
	b := newBench(t, admin)
	for _, body := range []string{`{"type":"full","password":"hunter2"}`, `{"type":"hunter2"}`, `{"type":"full","note":["hunter2"]}`, `{"hunter2`} {
		w := b.do(request("POST", "/backups/create", body))
		p := wantProblem(t, w, 422)
		if strings.Contains(w.Body.String(), "hunter2") {
			t.Errorf("%s is echoed: %s", body, w.Body)
		}
		if len(p.Errors) == 0 || p.Errors[0]["location"] == "" || p.Errors[0]["message"] == "" {
			t.Errorf("no field named: %s", w.Body)
		}
	}
}

func TestWrongMethodNamesTheRightOnes(t *testing.T) {
	w := newBench(t, admin).do(request("DELETE", "/backups/create", ""))
	wantProblem(t, w, http.StatusMethodNotAllowed)
	if got := w.Header().Get("Allow"); got != "POST" {
		t.Errorf("Allow %q", got)
	}
}

// countingReader gives zeros without end and counts them.
type countingReader struct{ n int }

func (c *countingReader) Read(b []byte) (int, error) {
	c.n += len(b)
	return len(b), nil
}

func TestBodyOf20MBIsRefusedUnread(t *testing.T) {
	for _, c := range []struct {
		name   string
		length int64
		most   int // that may be read
	}{{"of known length", 20 << 20, 0}, {"of unknown length", -1, 2 << 20}} {
		t.Run(c.name, func(t *testing.T) {
			body := &countingReader{}
			r := request("POST", "/backups/create", "x")
			r.Body, r.ContentLength = io.NopCloser(io.LimitReader(body, 20<<20)), c.length
			b := newBench(t, admin)
			wantProblem(t, b.do(r), http.StatusRequestEntityTooLarge)
			if body.n > c.most {
				t.Errorf("%d bytes were read", body.n)
			}
			if len(b.service.calls) > 0 {
				t.Error("the service was asked")
			}
		})
	}
}

func TestBrokenBodyIsTheCallersFault(t *testing.T) {
	r := request("POST", "/backups/create", "x")
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"type"`), errReader{}))
	b := newBench(t, admin)
	wantProblem(t, b.do(r), http.StatusBadRequest)
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestPanicIsAnswered(t *testing.T) {
	b := newBench(t, admin)
	b.service.hook = func(context.Context) { panic("secret of the inside") }
	w := b.do(request("POST", "/backups/create", `{"type":"full"}`))
	wantProblem(t, w, http.StatusInternalServerError)
	if strings.Contains(w.Body.String(), "secret") {
		t.Errorf("the panic is shown: %s", w.Body)
	}
	if !strings.Contains(b.log.String(), "secret of the inside") {
		t.Errorf("the panic is not logged: %s", b.log)
	}
	if len(b.audit.entries) != 1 || b.audit.entries[0].Outcome != "failed" || b.audit.entries[0].Status != 500 {
		t.Errorf("audit: %+v", b.audit.entries)
	}
}

// deadlineWriter records the read deadlines that a handler sets.
type deadlineWriter struct {
	*httptest.ResponseRecorder
	deadlines []time.Time
}

func (d *deadlineWriter) SetReadDeadline(at time.Time) error {
	d.deadlines = append(d.deadlines, at)
	return nil
}

// TestWaitingHandlersAreNotCutOff: a read deadline that stays on the connection
// would cancel the request's context while a backup is waited for.
func TestWaitingHandlersAreNotCutOff(t *testing.T) {
	w := &deadlineWriter{ResponseRecorder: httptest.NewRecorder()}
	newBench(t, admin).ServeHTTP(w, request("POST", "/backups/create", `{"type":"full"}`))
	if len(w.deadlines) == 0 {
		t.Fatal("the deadline is left to the server")
	}
	for _, at := range w.deadlines {
		if !at.IsZero() {
			t.Errorf("deadline %v", at)
		}
	}
}
