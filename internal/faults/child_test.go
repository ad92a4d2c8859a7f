package faults_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/s3blob"
	"github.com/vertex-ar/backup/internal/catalog/dynamocatalog"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

// site is a world on real servers. Its processes come and go.
type site struct {
	world

	bucket, table string
	client        *s3.Client
	store         blob.Store
	now           func() time.Time // in this process
}

// newSite makes an installation, a bucket and a table. This process's clock is
// ahead of its children's: whatever one that has died held has expired.
func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{client: awstest.S3(t), now: func() time.Time { return time.Now().Add(2 * backup.DefaultTiming().Lease) }}
	database := awstest.DynamoDB(t)
	s.bucket, s.table = awstest.Bucket(t, s.client), awstest.Table(t, database)
	s.store = s3blob.New(s.client, s.bucket, prefix)
	s.world = world{dir: t.TempDir(), records: dynamocatalog.New(database, s.table)}
	makeInstallation(t, &s.world)
	return s
}

const prefix = "vertex"

// process builds the service anew, as a process that has just started does.
func (s *site) process(t *testing.T) *backup.Service {
	t.Helper()
	svc := newService(t, s.store, s.records, s.dir, s.now, nil)
	svc.Runner = inline{svc}
	return svc
}

// child starts this program again to carry out a verb on the site, and reports
// whether it was killed; otherwise it has succeeded.
func (s *site) child(t *testing.T, verb backup.Verb, id backup.ID, die string) (killed bool) {
	t.Helper()
	env := append(awstest.Env(t),
		"FAULTS_CHILD="+string(verb), "FAULTS_ID="+string(id), "FAULTS_DIE="+die,
		"FAULTS_DIR="+s.dir, "FAULTS_BUCKET="+s.bucket, "FAULTS_TABLE="+s.table)
	cmd := sourcetest.Self(t.Context(), "TestChild", env...)
	said, err := cmd.CombinedOutput()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
		return true
	}
	if err != nil {
		t.Fatalf("child %s, to die at %s: %v\n%s", verb, die, err, said)
	}
	return false
}

// TestChild is not a test: it is what the child processes do.
func TestChild(t *testing.T) {
	verb := backup.Verb(os.Getenv("FAULTS_CHILD"))
	if verb == "" {
		t.Skip("runs in a child process only")
	}
	end, err := parseEnd(os.Getenv("FAULTS_DIE"))
	if err != nil {
		t.Fatal(err)
	}
	if end.at == "time" {
		time.AfterFunc(time.Duration(end.n)*time.Microsecond, kill)
	}
	svc := childService(t, end)
	switch verb {
	case backup.VerbCreate:
		b, err := svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil || b.Status != backup.StatusCompleted {
			t.Errorf("Create = %s %v, %v", b.Status, b.Errors, err)
		}
	case backup.VerbRestore:
		id := backup.ID(os.Getenv("FAULTS_ID"))
		op, err := svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: id, Compare: true, SafetyBackup: true})
		if err != nil || op.Status != backup.StatusCompleted {
			t.Errorf("Restore = %s %v, %v", op.Status, op.Errors, err)
		}
	default:
		t.Errorf("no such role: %s", verb)
	}
}

// childService is a service on what the environment names, as in production
// but for the end that it is going to meet.
func childService(t *testing.T, end *end) *backup.Service {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client := s3.NewFromConfig(cfg, s3blob.ClientOptions, func(o *s3.Options) { o.HTTPClient = dyingClient{end, "blob"} })
	store := s3blob.New(client, os.Getenv("FAULTS_BUCKET"), prefix, s3blob.WithPartSize(5<<20))
	database := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) { o.HTTPClient = dyingClient{end, "catalog"} })
	records := dynamocatalog.New(database, os.Getenv("FAULTS_TABLE"))
	svc := newService(t, store, records, os.Getenv("FAULTS_DIR"), time.Now, end.files)
	svc.Runner = inline{svc}
	return svc
}

// end is when a process dies: at the n-th call of a kind, or after a time.
type end struct {
	at    string // blob, catalog, files or time
	when  string // before, after or middle
	n     int64  // of the call, or microseconds
	calls atomic.Int64
}

// parseEnd reads "blob/before/3". "" never comes.
func parseEnd(s string) (*end, error) {
	if s == "" {
		return &end{}, nil
	}
	f := strings.Split(s, "/")
	if len(f) != 3 {
		return nil, fmt.Errorf("%q is no end", s)
	}
	n, err := strconv.ParseInt(f[2], 10, 64)
	return &end{at: f[0], when: f[1], n: n}, err
}

// call carries out a call of a kind, unless it is the last one.
func (e *end) call(at string, do func()) {
	last := e.at == at && e.calls.Add(1) == e.n
	if last && e.when == "before" {
		kill()
	}
	do()
	if last {
		kill()
	}
}

// kill ends this process as kill -9 does.
func kill() {
	_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
	select {} // it takes a moment
}

// files is a source.Fault, which is called on both sides of a change.
func (e *end) files(string, string) error {
	e.call("files", func() {})
	return nil
}

// dyingClient is the network to a server: it counts requests, and in the
// middle only those that carry something.
type dyingClient struct {
	end *end
	at  string
}

// Do implements the SDK's HTTPClient.
func (c dyingClient) Do(r *http.Request) (resp *http.Response, err error) {
	if c.end.at == c.at && c.end.when == "middle" {
		if r.Body != nil && r.ContentLength > 0 && c.end.calls.Add(1) == c.end.n {
			r.Body = &halfBody{ReadCloser: r.Body, left: (r.ContentLength + 1) / 2}
		}
		return http.DefaultClient.Do(r)
	}
	c.end.call(c.at, func() { resp, err = http.DefaultClient.Do(r) }) //nolint:bodyclose // the SDK closes it
	return resp, err
}

// halfBody dies when half of a body is under way.
type halfBody struct {
	io.ReadCloser

	left int64
}

func (b *halfBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		time.Sleep(20 * time.Millisecond) // for what is in the socket
		kill()
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
