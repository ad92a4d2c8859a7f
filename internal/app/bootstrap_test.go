package app_test

import (
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/schedule/eventbridge/eventbridgetest"
	"github.com/vertex-ar/backup/internal/signin/signintest"
)

const (
	stackName = "vertex-backup"
	// keyPrefix is what the keys of all objects begin with.
	keyPrefix = "vertex"
	// publicURL is the address that the requests in events/ are sent to.
	publicURL = "https://abc123.execute-api.us-east-1.amazonaws.com"
	// exampleID stands in events/ for a backup that exists.
	exampleID = "20261122-020000-full-k3x9qa"
	// exampleRestore stands there for a restore.
	exampleRestore = "20261122-081500-restore-b7m2cd"
)

// What a case expects beside an HTTP status.
const (
	answers = 0  // any answer: of a job or of the authorizer
	fails   = -1 // an error of the function
)

// bootstrapCase is one file of events/ and what the function makes of it.
type bootstrapCase struct {
	file   string // without .json; the function's name comes first
	status int    // an HTTP status, answers or fails
	want   string // part of the answer (of HTTP: body, Location and cookies) or of the error
}

// bootstrapCases lists the files of events/ in an order in which each finds
// what it needs.
func bootstrapCases() []bootstrapCase {
	return []bootstrapCase{
		{"create-test", http.StatusOK, `"test":true`},
		{"list-all", http.StatusOK, `"count":0`},
		{"create-full", http.StatusOK, `"status":"completed"`},
		{"create-database", http.StatusOK, `"type":"database"`},
		{"create-unknown-type", http.StatusUnprocessableEntity, `"location":"body.type"`},
		{"create-wrong-json", http.StatusUnprocessableEntity, `"status":422`},
		{"create-as-viewer", http.StatusForbidden, "Only members of backup-admins may do this."},
		{"create-other-origin", http.StatusForbidden, "page of another site"},
		{"create-without-authorizer", http.StatusUnauthorized, "Sign in first"},
		{"create-async-not-found", answers, `"outcome":"refused"`},
		{"create-job-misspelt", answers, `"outcome":"refused","detail":"The job cannot be read`},
		{"create-s3-notification", fails, "neither an HTTP API request"},

		{"list-filtered", http.StatusOK, `"count":1`},
		{"list-unknown-type", http.StatusUnprocessableEntity, `"location":"query.backup_type"`},
		{"list-bad-percent-in-query", http.StatusOK, `"count":0`},
		{"list-as-nobody", http.StatusUnauthorized, "Sign in first"},
		{"list-one", http.StatusOK, `"note":"Before the upgrade"`},
		{"list-one-not-found", http.StatusNotFound, `"status":404`},
		{"list-one-parent-directory", http.StatusNotFound, `"status":404`},
		{"list-one-bad-percent", http.StatusUnprocessableEntity, `"status":422`},
		{"list-one-control-character", http.StatusUnprocessableEntity, `"status":422`},
		{"list-files", http.StatusOK, `storage/acme`},
		{"list-stats", http.StatusOK, `"full_backups":1`},
		{"list-operations", http.StatusOK, `"operations":[]`},
		{"list-log", http.StatusOK, `"code":"ended"`},
		{"list-operation-log-not-found", http.StatusNotFound, `"status":404`},
		{"list-audit", http.StatusOK, `"action":"create"`},
		{"list-audit-as-viewer", http.StatusForbidden, "Only members of backup-admins may do this."},
		{"list-operation-not-found", http.StatusNotFound, `"status":404`},
		{"list-openapi", http.StatusOK, `"openapi":"3.1`},
		{"list-job", fails, "This function answers HTTP requests only"},

		{"edit-note", http.StatusOK, `"note":"Before 1.8 <b>\"quoted\"</b> 😀"`},
		{"edit-pin", http.StatusOK, `"pinned":true`},
		{"edit-unpin", http.StatusOK, `"pinned":false`},
		{"edit-nothing", http.StatusUnprocessableEntity, "Say what to change"},
		{"edit-not-found", http.StatusNotFound, `"status":404`},
		{"edit-as-viewer", http.StatusForbidden, "Only members of backup-admins may do this."},
		{"cancel-ended", http.StatusConflict, "has ended already"},
		{"cancel-not-found", http.StatusNotFound, `"status":404`},
		{"cancel-as-viewer", http.StatusForbidden, "Only members of backup-admins may do this."},

		{"verify-deep", http.StatusOK, `"valid":true`},
		{"verify-shallow", http.StatusOK, `"valid":true`},
		{"verify-not-found", http.StatusNotFound, `"status":404`},
		{"verify-async-not-found", answers, `"outcome":"refused"`},

		{"download-file", http.StatusOK, `"format":"raw"`},
		{"download-directory", http.StatusOK, `"name":"portrait_1.zip"`},
		{"download-backup", http.StatusOK, `"format":"zip"`},
		{"download-as-viewer", http.StatusForbidden, "Only members of backup-admins may do this."},
		{"download-parent-directory", http.StatusUnprocessableEntity, `"status":422`},
		{"download-path-not-found", http.StatusNotFound, "has no storage/nowhere"},
		{"download-directory-raw", http.StatusUnprocessableEntity, "Choose zip or tar.zst"},
		{"download-not-found", http.StatusNotFound, `"status":404`},
		{"download-async-not-found", answers, `"outcome":"refused"`},
		{"download-preview", http.StatusOK, base64.StdEncoding.EncodeToString([]byte(pngMagic))[:10]},
		{"download-preview-no-picture", http.StatusUnprocessableEntity, "Download it instead"},

		{"restore-test", http.StatusOK, `"can_restore":true`},
		{"restore-dry-run", http.StatusOK, `"success":true`},
		{"restore-full", http.StatusOK, `"success":true`},
		{"restore-undo", http.StatusOK, `"undo_of":"2`},
		{"restore-undo-not-found", http.StatusNotFound, `"status":404`},
		{"restore-undo-sign-in-not-fresh", http.StatusForbidden, "reauthentication-required"},
		{"restore-sign-in-not-fresh", http.StatusForbidden, "reauthentication-required"},
		{"restore-not-found", http.StatusNotFound, `"status":404`},
		{"restore-parent-directory", http.StatusUnprocessableEntity, `"status":422`},
		{"restore-as-viewer", http.StatusForbidden, "Only members of backup-admins may do this."},
		{"restore-async-not-found", answers, `"outcome":"refused"`},

		{"rotate-dry-run", http.StatusOK, `"total_removed":0`},
		{"rotate-now", http.StatusOK, `"total_removed":0`},
		{"rotate-not-a-number", http.StatusUnprocessableEntity, `"location":"query.max_backups"`},
		{"rotate-as-viewer", http.StatusForbidden, "Only members of backup-admins may do this."},
		{"rotate-schedule", answers, `{"job":"rotate","outcome":"done"}`},

		{"delete-can-delete", http.StatusOK, `"is_last_of_type":true`},
		{"delete-last-of-its-type", http.StatusConflict, "force=true"},
		{"delete-as-viewer", http.StatusForbidden, "Only members of backup-admins may do this."},
		{"delete-not-found", http.StatusNotFound, `"status":404`},
		{"delete-forced", http.StatusOK, `"success":true`},
		{"delete-job", fails, "This function answers HTTP requests only"},
		{"create-schedule-database", answers, `{"job":"create","outcome":"done"}`},
		{"create-schedule-storage", answers, `{"job":"create","outcome":"done"}`},
		{"create-schedule-full", answers, `{"job":"create","outcome":"done"}`},

		{"create-run-schedule", http.StatusOK, `"reason":"manual"`},
		{"rotate-run-schedule", http.StatusOK, `"verb":"rotate"`},
		{"schedule-list", http.StatusOK, `"database":"0 2 * * *"`},
		{"schedule-change", http.StatusOK, `"expression":"cron(30 1 * * ? *)"`},
		{"schedule-change-inexpressible", http.StatusUnprocessableEntity, "knows only one of them"},
		{"schedule-change-as-viewer", http.StatusForbidden, "Only members of backup-admins may do this."},
		{"schedule-preview", http.StatusOK, `"valid":true`},
		{"schedule-export", http.StatusConflict, "cannot be exported"},
		{"schedule-import", http.StatusOK, `"field":"enabled","from":"false","to":"true"`},

		{"auth-login", http.StatusSeeOther, "code_challenge_method=S256"},
		{"auth-callback-without-login", http.StatusUnprocessableEntity, "was started elsewhere"},
		{"auth-callback-refused", http.StatusUnprocessableEntity, "was started elsewhere"},
		{"auth-me", http.StatusOK, `"email":"anna@example.com"`},
		{"auth-me-not-signed-in", http.StatusUnauthorized, `"status":401`},

		{"admin-page", pageStatus(), "admin"},
		{"admin-page-brotli", pageStatus(), ""},
		{"admin-home", http.StatusSeeOther, "/admin/backups"},
		{"admin-asset-not-found", http.StatusNotFound, `"status":404`},
		{"admin-post", http.StatusMethodNotAllowed, `"status":405`},

		{"authorizer-bearer", answers, `"role":"backup-admins"`},
		{"authorizer-cookie", answers, `"role":"backup-viewers"`},
		{"authorizer-without-token", answers, `"isAuthorized":false`},
		{"authorizer-not-a-token", answers, `"isAuthorized":false`},
		{"authorizer-expired-token", answers, `"isAuthorized":false`},
		{"authorizer-token-of-another-issuer", answers, `"isAuthorized":false`},
		{"authorizer-token-for-another-client", answers, `"isAuthorized":false`},
		{"authorizer-forged-token", answers, `"isAuthorized":false`},
		{"authorizer-without-role", answers, `"isAuthorized":false`},
		{"authorizer-http-request", fails, "payload format 2.0"},

		{"auth-sign-everybody-out-as-viewer", http.StatusForbidden, "Only members of backup-admins may do this."},
		{"auth-sign-everybody-out", http.StatusOK, "__Host-session=; Path=/; Expires="},
		{"authorizer-signed-out", answers, `"isAuthorized":false`},
		{"auth-logout", http.StatusOK, "__Host-session=; Path=/; Expires="},
	}
}

func TestEveryEventHasACase(t *testing.T) {
	files, err := filepath.Glob(root + "events/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".json")
	}
	var cases []string
	for _, c := range bootstrapCases() {
		cases = append(cases, c.file)
	}
	slices.Sort(files) // without .json the order is another
	slices.Sort(cases)
	if diff := cmp.Diff(files, cases); diff != "" {
		t.Error("events/ and the cases differ (-events +cases):\n" + diff)
	}
}

// TestBootstraps runs the binaries that are deployed: Lambda's runtime API in
// front, real S3 and DynamoDB servers behind, and only the variables and the
// rights that template.yaml gives each function.
func TestBootstraps(t *testing.T) {
	c := newCloud(t)
	for _, tc := range bootstrapCases() {
		t.Run(tc.file, func(t *testing.T) {
			out := c.service.invoke(c.event(t, tc.file))
			if out.failed != (tc.status == fails) {
				t.Fatalf("failed: %v\n%s", out.failed, out.body)
			}
			body := string(out.body)
			if tc.status > 0 {
				a := decodeAnswer(t, out)
				body = a.Body + a.Headers["Location"] + strings.Join(a.Cookies, "\n")
				if a.StatusCode != tc.status {
					t.Errorf("status %d, want %d", a.StatusCode, tc.status)
				}
			}
			if !strings.Contains(unescaped(body), tc.want) {
				t.Errorf("%s\nlacks %s", body, tc.want)
			}
			switch tc.file {
			case "create-full":
				c.backupID = idOf(t, decodeAnswer(t, out).Body)
			case "restore-full":
				c.restoreID = idOf(t, decodeAnswer(t, out).Body)
			}
		})
	}
	for _, i := range c.service.all {
		t.Logf("%s started in %v", filepath.Base(i.process.Path), i.cold.Round(time.Millisecond))
	}
}

// A schedule's event may come twice.
func TestScheduleDeliveredTwiceMakesOneBackup(t *testing.T) {
	c := newCloud(t)
	function, payload := c.event(t, "create-schedule-database")
	for range 2 {
		if out := c.service.invoke(function, payload); out.failed {
			t.Fatalf("%s", out.body)
		}
	}
	payload = []byte(strings.Replace(string(payload), "2026-11-22", "2026-11-23", 1))
	if out := c.service.invoke(function, payload); out.failed {
		t.Fatalf("%s", out.body)
	}
	if got := decodeAnswer(t, c.invoke(t, "list-all")); !strings.Contains(got.Body, `"count":2`) {
		t.Errorf("want one backup of each of two nights: %s", got.Body)
	}
}

func TestBootstrapWithoutConfigurationSaysWhatIsMissing(t *testing.T) {
	s := newLambdaService(t, bootstraps(t))
	out := s.invoke("create", []byte(`{"job":"create","type":"full"}`))
	if !out.failed || !strings.Contains(string(out.body), "CATALOG_TABLE") {
		t.Errorf("answer %s", out.body)
	}
}

// TestIdentityStaysSecret runs backup, verification and restore of encrypted
// archives. Only those who may read the identity ask for it, once each, and
// nobody writes it down.
func TestIdentityStaysSecret(t *testing.T) {
	c := newCloud(t)
	created := decodeAnswer(t, c.invoke(t, "create-full"))
	if !strings.Contains(unescaped(created.Body), `"encrypted":true`) {
		t.Errorf("not encrypted: %s", created.Body)
	}
	if n := c.secrets.asked.Load(); n != 0 {
		t.Errorf("the identity was asked for %d times to make a backup", n)
	}
	c.backupID = idOf(t, created.Body)
	said := []byte(created.Body)
	for _, file := range []string{"verify-deep", "restore-test", "restore-full", "list-one", "download-directory", "download-preview"} {
		answer := decodeAnswer(t, c.invoke(t, file))
		if answer.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s", file, answer.StatusCode, answer.Body)
		}
		said = append(said, answer.Body...)
	}
	if n := c.secrets.asked.Load(); n < 1 || n > int64(len(c.service.all)) {
		t.Errorf("the identity was asked for %d times by %d processes", n, len(c.service.all))
	}
	for _, i := range c.service.all {
		said = append(said, i.log.String()...)
		said = append(said, strings.Join(i.process.Args, " ")...)
	}
	if secret := c.secrets.text; strings.Contains(strings.ToUpper(string(said)), "AGE-SECRET-KEY") || strings.Contains(string(said), secret[20:40]) {
		t.Errorf("the identity was written down:\n%s", said)
	}
}

// secrets is a Secrets Manager that has one secret.
type secrets struct {
	text  string
	asked atomic.Int64
}

const identityARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:identity-AbCdEf"

// ServeHTTP implements http.Handler.
func (s *secrets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		SecretID string `json:"SecretId"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.SecretID != identityARN {
		w.Header().Set("X-Amzn-Errortype", "ResourceNotFoundException")
		http.Error(w, `{"message":"no such secret"}`, http.StatusBadRequest)
		return
	}
	s.asked.Add(1)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(map[string]string{"ARN": identityARN, "SecretString": s.text}) // the caller would notice
}

// newSecrets makes a key and returns its public half.
func newSecrets(t *testing.T) (s *secrets, url, recipient string) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	s = &secrets{text: "# a key\n" + id.String() + "\n"}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL, id.Recipient().String()
}

// cloud is everything around the functions.
type cloud struct {
	service  *lambdaService
	tokens   *strings.Replacer
	secrets  *secrets
	backupID string

	restoreID string
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	ours, other, now := signintest.New(t), signintest.New(t), time.Now()
	token := func(changes map[string]any) string { return ours.Token(t, now, changes) }
	anna := map[string]any{"email": "anna@example.com"}
	c := &cloud{service: newLambdaService(t, bootstraps(t)), tokens: strings.NewReplacer(
		"4102444800", strconv.FormatInt(now.Unix(), 10), // a sign-in of just now
		"TOKEN_OF_AN_ADMIN", token(anna),
		"TOKEN_OF_A_VIEWER", token(map[string]any{"email": "boris@example.com", "groups": []string{"backup-viewers"}}),
		"EXPIRED_TOKEN", token(map[string]any{"exp": now.Add(-time.Hour).Unix()}),
		"TOKEN_OF_ANOTHER_ISSUER", other.Token(t, now, anna),
		"TOKEN_FOR_ANOTHER_CLIENT", token(map[string]any{"aud": "somebody-else"}),
		"FORGED_TOKEN", signintest.Sign(t, jose.RS256, signintest.Key("stranger"), "one", ours.Claims(now, anna)),
		"TOKEN_WITHOUT_A_ROLE", token(map[string]any{"groups": []string{"staff"}}),
	)}
	keys, url, recipient := newSecrets(t)
	c.secrets = keys
	schedules := eventbridgetest.New(t, stackName)
	servers := append(awstest.Env(t), "AWS_ENDPOINT_URL_SECRETS_MANAGER="+url, "AWS_ENDPOINT_URL_SCHEDULER="+schedules.URL)
	c.service.env = functionEnvironments(t, servers, map[string]string{
		"AGE_RECIPIENTS": recipient, "AGE_IDENTITY_SECRET": identityARN,
		"BACKUP_BUCKET": awstest.Bucket(t, awstest.S3(t)), "CATALOG_TABLE": awstest.Table(t, awstest.DynamoDB(t)),
		"BACKUP_PREFIX": keyPrefix, "SCHEDULE_PREFIX": stackName, "MAX_BACKUPS": "7", "MIN_AGE_DAYS": "0", "SHRINK_LIMIT": "50", "LOG_LEVEL": "INFO", "PUBLIC_URL": publicURL,
		"DATABASE_PATH": demoDatabase(t), "STORAGE_PATH": demoStorage(t), "SCRATCH_DIR": t.TempDir(),
		"OIDC_ISSUER": ours.URL, "OIDC_CLIENT_ID": signintest.ClientID, "SESSION_KEY": rand.Text() + rand.Text(),
	})
	return c
}

// functionEnvironments gives each function those of values that template.yaml
// names for it, and a way to the servers on which its policy holds.
func functionEnvironments(t *testing.T, servers []string, values map[string]string) map[string][]string {
	t.Helper()
	tpl, environments := readTemplate(t), map[string][]string{}
	for name, f := range functions(t, tpl) {
		env := append(underPolicy(t, name, policyOf(t, tpl, f), servers), "JOB_FUNCTION="+stackName+"-"+name)
		for variable, value := range values {
			_, global := tpl.Globals.Function.Environment.Variables[variable]
			_, own := f.Environment.Variables[variable]
			if global || own {
				env = append(env, variable+"="+value)
			}
		}
		environments[name] = env
	}
	return environments
}

// event reads a file of events/ and puts this test's ids and tokens into it.
func (c *cloud) event(t *testing.T, file string) (function string, payload []byte) {
	t.Helper()
	text, err := os.ReadFile(root + "events/" + file + ".json")
	if err != nil {
		t.Fatal(err)
	}
	function, _, _ = strings.Cut(file, "-")
	filled := c.tokens.Replace(string(text))
	if c.backupID != "" {
		filled = strings.ReplaceAll(filled, exampleID, c.backupID)
	}
	if c.restoreID != "" {
		filled = strings.ReplaceAll(filled, exampleRestore, c.restoreID)
	}
	return function, []byte(filled)
}

func (c *cloud) invoke(t *testing.T, file string) outcome {
	t.Helper()
	return c.service.invoke(c.event(t, file))
}

// built holds every function's binary, built once and as the Makefile does, but
// for this machine. The directory stays: go build links again only what changed.
var built = sync.OnceValues(func() (string, error) {
	dir, err := filepath.Abs(root + ".local/build/test")
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w", "-o", dir+"/", "./functions/...")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return dir, nil
})

func bootstraps(t *testing.T) string {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func demoDatabase(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "app_data.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	const schema = `
		CREATE TABLE companies (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
		CREATE TABLE portraits (id INTEGER PRIMARY KEY, company_id INTEGER REFERENCES companies (id), file TEXT NOT NULL);
		INSERT INTO companies VALUES (1, 'acme');
		INSERT INTO portraits VALUES (1, 1, 'acme/portrait_1/photo.jpg');`
	if _, err := db.ExecContext(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	return path
}

// pngMagic is how a PNG begins.
const pngMagic = "\x89PNG\r\n\x1a\n"

func demoStorage(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	portrait := filepath.Join(dir, "acme", "portrait_1")
	if err := os.MkdirAll(portrait, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, size := range map[string]int{"photo.jpg": 100_000, "video.mp4": 3_000_000, "marker.fset": 10, "poster.png": 1000} {
		content := make([]byte, size)
		_, _ = rand.Read(content)
		if filepath.Ext(name) == ".png" {
			copy(content, pngMagic)
		}
		if err := os.WriteFile(filepath.Join(portrait, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// idOf returns the id of the backup in an answer of create, or of the operation
// in one of restore.
func idOf(t *testing.T, body string) string {
	t.Helper()
	var made struct{ Backup, Operation struct{ ID string } }
	if err := json.Unmarshal([]byte(body), &made); err != nil || made.Backup.ID+made.Operation.ID == "" {
		t.Fatalf("no record in %s (%v)", body, err)
	}
	return made.Backup.ID + made.Operation.ID
}

// unescaped undoes the escapes of JSON for HTML and the blanks between its
// elements, so that an expectation reads plainly.
func unescaped(body string) string {
	return strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&", `": `, `":`).Replace(body)
}
