package badinput_test

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/faultblob"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/memcatalog"
	"github.com/vertex-ar/backup/internal/clocktest"
	"github.com/vertex-ar/backup/internal/httpapi"
	"github.com/vertex-ar/backup/internal/repository"
	"github.com/vertex-ar/backup/internal/retention"
	"github.com/vertex-ar/backup/internal/signin"
	"github.com/vertex-ar/backup/internal/signin/signintest"
	"github.com/vertex-ar/backup/internal/source/directory"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

// shelf is a catalog that a test can exchange for one that fails.
type shelf struct{ catalog.Catalog }

// use exchanges the catalog once nothing runs any more.
func (g *rig) use(c catalog.Catalog) {
	g.jobs.wait()
	g.shelf.Catalog = c
}

// runner runs jobs beside the requests that start them, as in production.
type runner struct {
	run  func(ctx context.Context, job backup.Job) error
	jobs sync.WaitGroup
}

func (r *runner) Start(_ context.Context, job backup.Job) error {
	r.jobs.Go(func() { _ = r.run(context.Background(), job) }) // its outcome is in the record
	return nil
}

// wait waits until nothing runs any more.
func (r *runner) wait() { r.jobs.Wait() }

// log collects what the service logs, from many goroutines.
type log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// rig is one installation with its backups, the service on it and the issuer
// that signs people in.
type rig struct {
	install string // the directory with app_data.db and storage
	clock   *clocktest.Clock
	memory  *memblob.Store
	blobs   *faultblob.Store // in front of memory
	records catalog.Catalog  // without faults
	shelf   *shelf           // what the service uses
	svc     *backup.Service
	jobs    *runner
	issuer  *signintest.Issuer
	tokens  map[string]string
	server  *httptest.Server
	read    atomic.Int64 // bytes that the server has read
	log     *log
	// disk is called at every call that changes the installation's files.
	disk func(op, path string) error
}

func (g *rig) database() string { return filepath.Join(g.install, "app_data.db") }
func (g *rig) storage() string  { return filepath.Join(g.install, "storage") }

// newRig makes a small installation and serves it.
func newRig(t *testing.T) *rig {
	t.Helper()
	g := bareRig(t, t.TempDir(), t.TempDir())
	makeInstallation(t, g)
	return g
}

// bareRig serves an installation that is not there yet.
func bareRig(t *testing.T, install, scratch string) *rig {
	t.Helper()
	g := &rig{
		install: install, clock: clocktest.New(time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)),
		records: memcatalog.New(), issuer: signintest.New(t), tokens: map[string]string{}, log: &log{},
	}
	g.memory = memblob.New(g.clock.Now)
	g.blobs = faultblob.New(g.memory)
	g.shelf = &shelf{g.records}
	g.svc = g.newService(t, scratch)
	g.jobs = &runner{run: g.svc.Run}
	g.svc.Runner = g.jobs
	g.server = httptest.NewUnstartedServer(nil)
	g.server.Listener = &meter{g.server.Listener, &g.read}
	g.server.Config.Handler = g.handler("http://" + g.server.Listener.Addr().String())
	g.server.Start()
	t.Cleanup(func() {
		g.server.Close()
		g.jobs.wait()
		if s := g.log.String(); strings.Contains(s, "panic") {
			t.Errorf("there was a panic: %s", s)
		}
	})
	return g
}

// newService puts the domain together. A request waits for its job as long as
// that takes, since the clock stands still.
func (g *rig) newService(t *testing.T, scratch string) *backup.Service {
	t.Helper()
	repo, err := repository.New(g.blobs, repository.Options{Scratch: scratch, Workers: 2, ArchiveSize: 32 << 10})
	if err != nil {
		t.Fatal(err)
	}
	fault := func(op, path string) error {
		if g.disk == nil {
			return nil
		}
		return g.disk(op, path)
	}
	db := sqlite.New(g.database(), scratch, sqlite.Options{Fault: fault})
	tree := directory.New(g.storage(), "storage", directory.Options{Scratch: scratch, Fault: fault})
	timing := backup.DefaultTiming()
	timing.Poll, timing.LockWait, timing.LastWord = time.Millisecond, 0, 50*time.Millisecond
	return &backup.Service{
		Catalog: g.shelf, Operations: g.shelf, Locks: g.shelf, Idempotency: g.shelf, Audit: g.shelf, Logs: g.shelf, Repository: repo,
		Exports: repository.NewExports(g.blobs, g.memory),
		Parts: map[backup.Component]backup.Part{
			backup.ComponentDatabase: {Source: db, Target: db}, backup.ComponentStorage: {Source: tree, Target: tree},
		},
		Scheduler: newScheduler(), Policy: retention.Policy{MaxBackups: 7, KeepFailed: time.Hour}, Now: g.clock.Now,
		Log: slog.New(slog.NewJSONHandler(g.log, nil)), Timing: timing,
	}
}

// handler serves the API and the sign-in under one address.
func (g *rig) handler(publicURL string) http.Handler {
	v := signin.NewVerifier(signin.VerifierConfig{Issuer: g.issuer.URL, ClientID: signintest.ClientID, PublicURL: publicURL, Now: g.clock.Now})
	logger := slog.New(slog.NewJSONHandler(g.log, nil))
	auth := signin.Handler(signin.Config{
		Verifier: v, PublicURL: publicURL, Key: []byte("a key of the tests, long enough"), Audit: g.shelf, Now: g.clock.Now, Log: logger,
	})
	api := httpapi.New(httpapi.Config{
		Service: g.svc, Audit: g.shelf, Authenticate: v.Authenticate, Origins: []string{publicURL}, Now: g.clock.Now, Log: logger,
		BackupDir: "s3://bucket/vertex", PricePerGiB: 0.023,
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/auth/") {
			auth.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	})
}

// meter counts what the server reads from its connections.
type meter struct {
	net.Listener

	n *atomic.Int64
}

func (m *meter) Accept() (net.Conn, error) {
	c, err := m.Listener.Accept()
	return &metered{c, m.n}, err
}

type metered struct {
	net.Conn

	n *atomic.Int64
}

func (c *metered) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// try ends the test at an error.
func try(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	try(t, os.MkdirAll(filepath.Dir(path), 0o755))
	try(t, os.WriteFile(path, content, 0o644))
}
