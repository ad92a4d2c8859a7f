package badinput_test

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/web"
)

// request makes a request of nobody. The target is sent as it is.
func (g *rig) request(t *testing.T, method, target, body string) *http.Request {
	t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, g.server.URL+target, r)
	try(t, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

// token signs in an admin just now, with changes to the token's claims. It
// remembers what it signed, as signing is slow.
func (g *rig) token(t *testing.T, changes map[string]any) string {
	t.Helper()
	key := fmt.Sprint(g.clock.Now(), changes)
	if g.tokens[key] == "" {
		g.tokens[key] = g.issuer.Token(t, g.clock.Now(), changes)
	}
	return g.tokens[key]
}

// as gives the request a bearer token with changes to an admin's claims.
func (g *rig) as(t *testing.T, r *http.Request, changes map[string]any) *http.Request {
	t.Helper()
	r.Header.Set("Authorization", "Bearer "+g.token(t, changes))
	return r
}

func viewer() map[string]any {
	return map[string]any{"groups": []string{"backup-viewers"}, "email": "viewer@example.com"}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// send sends a request and reads its answer.
func (g *rig) send(t *testing.T, r *http.Request) answer {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r) //nolint:bodyclose // receive does
	try(t, err)
	return receive(t, resp)
}

func receive(t *testing.T, resp *http.Response) answer {
	t.Helper()
	return answer{resp.StatusCode, resp.Header, readAll(t, resp.Body)}
}

func readAll(t *testing.T, r io.ReadCloser) string {
	t.Helper()
	text, err := io.ReadAll(r)
	try(t, err)
	try(t, r.Close())
	return string(text)
}

// ask sends an admin's request.
func (g *rig) ask(t *testing.T, method, target, body string) answer {
	t.Helper()
	return g.send(t, g.as(t, g.request(t, method, target, body), nil))
}

// problem checks that the answer is a problem document of that status in
// plain words, and returns it.
func (a answer) problem(t *testing.T, status int) web.Problem {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if got := a.header.Get("Content-Type"); got != web.ProblemType {
		t.Errorf("Content-Type %q: %s", got, a.body)
	}
	var p web.Problem
	decode(t, a.body, &p)
	if p.Status != status || p.Title != http.StatusText(status) || p.Type == "" {
		t.Errorf("problem %+v", p)
	}
	if len(a.body) > 3000 {
		t.Errorf("the answer has %d bytes", len(a.body))
	}
	if got := a.header.Get("Retry-After") != ""; got != (status == http.StatusServiceUnavailable) && status != http.StatusConflict {
		t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
	}
	if got := a.header.Get("WWW-Authenticate") != ""; got != (status == http.StatusUnauthorized) {
		t.Errorf("WWW-Authenticate %q", a.header.Get("WWW-Authenticate"))
	}
	plain(t, p.Detail)
	discreet(t, strings.Replace(a.body, p.Instance, "", 1)) // that is what was asked for
	return p
}

// ok decodes the answer of a request that was carried out into its known fields:
// of work that failed it is a problem with the same fields.
func (a answer) ok(t *testing.T) result {
	t.Helper()
	media, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	var r result
	decode(t, a.body, &r)
	done := a.status == http.StatusOK && media == "application/json"
	failed := a.status == http.StatusInternalServerError && media == web.ProblemType && r.Type == web.TypeFailed && !r.Success
	if err != nil || !done && !failed {
		t.Fatalf("status %d, %q: %s", a.status, media, a.body)
	}
	return r
}

// result is what the tests read of answers that are no problems.
type result struct {
	Type         string // of a problem
	Success      bool
	Message      string
	SafetyBackup string `json:"safety_backup"`
	Backup       struct {
		ID               backup.ID
		Status           backup.Status
		Errors, Warnings []string
		DB               bool `json:"db_success"`
		Storage          bool `json:"storage_success"`
	}
	Operation struct {
		ID     string
		Status backup.Status
		Errors []string
	}
	Valid            bool
	Error            string
	DamagedFiles     []string `json:"damaged_files"`
	DamagedArchives  []string `json:"damaged_archives"`
	DamagedFileCount int      `json:"damaged_file_count"`
	CanRestore       bool     `json:"can_restore"`
	Problems         []string
	Tests            map[string]bool
	CanDelete        bool     `json:"can_delete"`
	IsLast           bool     `json:"is_last_of_type"`
	Deleted          []string `json:"deleted_files"`
}

// failed checks that the answer is that of work which ended failed, in plain
// words, and returns it.
func (a answer) failed(t *testing.T) result {
	t.Helper()
	r := a.ok(t)
	lines := append(r.Operation.Errors, r.Backup.Errors...)
	if r.Success || r.Operation.Status != backup.StatusFailed && r.Backup.Status != backup.StatusFailed || len(lines) == 0 {
		t.Fatalf("want a failure: %s", a.body)
	}
	for _, line := range append(lines, r.Message) {
		plain(t, line)
	}
	discreet(t, a.body)
	return r
}

// plain checks that a sentence is one for people.
func plain(t *testing.T, s string) {
	t.Helper()
	first, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsUpper(first) && !unicode.IsDigit(first) || !strings.HasSuffix(s, ".") || len(s) < 20 || len(s) > 500 || strings.ContainsAny(s, "{}<>\n\t") {
		t.Errorf("no sentence for people: %q", s)
	}
	discreet(t, s)
}

// inside matches what only those should see who read the log: keys of objects,
// places in the code, errors of Go and of what lies below.
var inside = regexp.MustCompile(`archives/|manifests/|\.jsonl|goroutine|\.go:[0-9]|%!|runtime error|[Pp]anic|nil pointer|` +
	`SQLITE_|SQL logic|memblob|faultblob|memcatalog|[Ii]njected|context (canceled|deadline)|no such file|\bEOF\b|json: |` +
	`jose|oidc|strconv|invalid character|\beyJ|10\.0\.0\.7|hunter2|syscall|errno|openat|lstat`)

// discreet checks that a text tells nothing of the inside.
func discreet(t *testing.T, s string) {
	t.Helper()
	if found := inside.FindString(s); found != "" {
		t.Errorf("%q tells of the inside: %s", found, s)
	}
	if strings.Contains(s, os.TempDir()) {
		t.Errorf("a path of the server is shown: %s", s)
	}
}

// create takes a completed backup and lets a minute pass.
func (g *rig) create(t *testing.T, kind backup.Kind) backup.ID {
	t.Helper()
	r := g.ask(t, http.MethodPost, "/backups/create", `{"type":"`+string(kind)+`"}`).ok(t)
	if r.Backup.Status != backup.StatusCompleted {
		t.Fatalf("create: %+v", r)
	}
	g.clock.Advance(time.Minute)
	return r.Backup.ID
}

// restore asks for a restore of id with more fields of the body.
func (g *rig) restore(t *testing.T, id backup.ID, fields string) answer {
	t.Helper()
	return g.ask(t, http.MethodPost, "/backups/restore", `{"backup_path":"`+string(id)+`"`+fields+`}`)
}

// verify asks for a verification of id.
func (g *rig) verify(t *testing.T, id backup.ID, fields string) answer {
	t.Helper()
	return g.ask(t, http.MethodPost, "/backups/verify", `{"backup_path":"`+string(id)+`"`+fields+`}`)
}

// restoreTest asks for a restore test of id.
func (g *rig) restoreTest(t *testing.T, id backup.ID) answer {
	t.Helper()
	return g.ask(t, http.MethodPost, "/backups/restore-test", `{"backup_path":"`+string(id)+`"}`)
}

// files browses id.
func (g *rig) files(t *testing.T, id backup.ID) answer {
	t.Helper()
	return g.ask(t, http.MethodGet, "/backups/"+string(id)+"/files", "")
}

// delete deletes id with more of the query.
func (g *rig) delete(t *testing.T, id backup.ID, query string) answer {
	t.Helper()
	return g.ask(t, http.MethodDelete, "/backups/delete?backup_path="+string(id)+query, "")
}

const (
	withoutSafety = `,"safety_backup":false`
	shallow       = `,"deep":false`
)

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}
