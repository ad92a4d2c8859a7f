package faults_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver that makes and reads the test's databases

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/faultblob"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/faultcatalog"
	"github.com/vertex-ar/backup/internal/catalog/memcatalog"
	"github.com/vertex-ar/backup/internal/clocktest"
	"github.com/vertex-ar/backup/internal/repository"
	"github.com/vertex-ar/backup/internal/retention"
	"github.com/vertex-ar/backup/internal/source/directory"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

// inline runs a job inside the request that starts it.
type inline struct{ svc *backup.Service }

func (r inline) Start(ctx context.Context, job backup.Job) error {
	_ = r.svc.Run(context.WithoutCancel(ctx), job) // its outcome is in the record
	return nil
}

// fsFault fails the n-th call that changes the installation's files: an even
// one after it took effect, since Fault is called on both sides.
type fsFault struct {
	mu    sync.Mutex
	fail  int
	calls int
	err   error
	// hookOnly, "op path", fails every such call instead.
	hookOnly string
	// act, if not nil, is called at the call at, which does not fail.
	act func()
	at  int
}

func (f *fsFault) hook(op, path string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.calls == f.at && f.act != nil {
		f.act()
	}
	if f.calls == f.fail || f.hookOnly != "" && f.hookOnly == op+" "+path {
		return fmt.Errorf("%s %s: %w", op, filepath.Base(path), f.err)
	}
	return nil
}

// world is one installation with its backups.
type world struct {
	dir     string
	clock   *clocktest.Clock
	memory  *memblob.Store
	blobs   *faultblob.Store
	records catalog.Catalog // without faults
	files   *fsFault
	svc     *backup.Service
}

func (w *world) database() string { return filepath.Join(w.dir, "app_data.db") }
func (w *world) storage() string  { return filepath.Join(w.dir, "storage") }

// newWorld makes a small installation and a service on it.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		dir: t.TempDir(), clock: clocktest.New(time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)),
		records: memcatalog.New(), files: &fsFault{err: errors.New("input/output error (on purpose)")},
	}
	w.memory = memblob.New(w.clock.Now)
	w.blobs = faultblob.New(w.memory)
	makeInstallation(t, w)
	w.use(t, faultcatalog.New(w.records, faultcatalog.Fault{}))
	return w
}

// use builds the service on a catalog with faults.
func (w *world) use(t *testing.T, c catalog.Catalog) {
	t.Helper()
	w.svc = newService(t, w.blobs, c, w.dir, w.clock.Now, w.files.hook)
	w.svc.Runner = inline{w.svc}
}

// newService is a service whose heart beats too rarely to be counted.
func newService(t *testing.T, blobs blob.Store, c catalog.Catalog, dir string, now func() time.Time, fault func(op, path string) error) *backup.Service {
	t.Helper()
	scratch := filepath.Join(dir, "scratch")
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		t.Fatal(err)
	}
	repo, err := repository.New(blobs, repository.Options{Scratch: scratch, Workers: 1, PagesFrom: 1})
	if err != nil {
		t.Fatal(err)
	}
	db := sqlite.New(filepath.Join(dir, "app_data.db"), scratch, sqlite.Options{Fault: fault})
	tree := directory.New(filepath.Join(dir, "storage"), "storage", directory.Options{Scratch: scratch, Workers: 1, Fault: fault})
	read := func(s backup.Source) backup.Source { return reading{s, fault} }
	timing := backup.DefaultTiming()
	timing.Heartbeat, timing.LockWait, timing.Wait, timing.LastWord = time.Hour, 0, 0, 0
	return &backup.Service{
		Catalog: c, Operations: c, Locks: c, Idempotency: c, Audit: c, Logs: c, Repository: repo,
		Exports: repository.NewExports(blobs, memblob.New(now)),
		Parts: map[backup.Component]backup.Part{
			backup.ComponentDatabase: {Source: read(db), Target: db}, backup.ComponentStorage: {Source: read(tree), Target: tree},
		},
		Policy: retention.Policy{MaxBackups: 2, KeepFailed: time.Hour}, Now: now,
		Log: slog.New(slog.DiscardHandler), Timing: timing,
	}
}

// makeInstallation writes a database and a media tree.
func makeInstallation(t *testing.T, w *world) {
	t.Helper()
	execute(t, w.database(), `CREATE TABLE portraits (id INTEGER PRIMARY KEY, name TEXT, image_path TEXT)`,
		`INSERT INTO portraits VALUES (1, 'Анна', 'a.jpg'), (2, 'Борис', 'sub/b.mp4')`)
	for name, content := range map[string]string{"a.jpg": "image", "sub/b.mp4": strings.Repeat("video", 1000), "sub/deep/empty": ""} {
		write(t, filepath.Join(w.storage(), name), content)
	}
	if err := os.Symlink("a.jpg", filepath.Join(w.storage(), "link")); err != nil {
		t.Fatal(err)
	}
}

// change makes the installation another one.
func change(t *testing.T, w *world) {
	t.Helper()
	execute(t, w.database(), `UPDATE portraits SET name = 'Вера' WHERE id = 1`, `DELETE FROM portraits WHERE id = 2`)
	write(t, filepath.Join(w.storage(), "a.jpg"), "other image")
	write(t, filepath.Join(w.storage(), "new/c.jpg"), "new")
	if err := os.RemoveAll(filepath.Join(w.storage(), "sub", "b.mp4")); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// state is what an installation holds: a line for each row and each file.
type state map[string]string

// observe reads the installation. A missing or broken database has no rows.
func observe(t *testing.T, dir string) state {
	t.Helper()
	s := state{}
	rows(t, filepath.Join(dir, "app_data.db"), s)
	root := filepath.Join(dir, "storage")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		s[strings.TrimPrefix(path, dir+"/")] = describe(t, path, d)
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return s
}

func describe(t *testing.T, path string, d fs.DirEntry) string {
	t.Helper()
	info, err := d.Info()
	if err != nil {
		t.Fatal(err)
	}
	content := ""
	switch {
	case info.Mode().IsRegular():
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		content = string(b)
	case info.Mode()&fs.ModeSymlink != 0:
		content, _ = os.Readlink(path)
	}
	return fmt.Sprintf("%v %d %q", info.Mode(), info.ModTime().UnixNano(), content)
}

func rows(t *testing.T, path string, s state) {
	t.Helper()
	if _, err := os.Stat(path); err != nil {
		return
	}
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var all []string
	rs, err := db.QueryContext(t.Context(), `SELECT id || '|' || name || '|' || image_path FROM portraits ORDER BY id`)
	if err != nil {
		return
	}
	defer func() { _ = rs.Close() }()
	for rs.Next() {
		var line string
		if err := rs.Scan(&line); err != nil {
			t.Fatal(err)
		}
		all = append(all, line)
	}
	s["database"] = strings.Join(all, "\n")
}

// diff lists the paths in which got differs from want.
func diff(want, got state) []string {
	var paths []string
	for p, v := range want {
		if got[p] != v {
			paths = append(paths, p)
		}
	}
	for p := range got {
		if _, ok := want[p]; !ok {
			paths = append(paths, p)
		}
	}
	slices.Sort(paths)
	return paths
}

func admin() backup.Actor { return backup.Actor{Email: "admin@example.com", Role: backup.RoleAdmin} }

// mustCreate takes a completed backup.
func (w *world) mustCreate(t *testing.T, kind backup.Kind) backup.Backup {
	t.Helper()
	b, err := w.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: kind})
	if err != nil || b.Status != backup.StatusCompleted {
		t.Fatalf("Create(%s) = %s %v, %v", kind, b.Status, b.Errors, err)
	}
	w.clock.Advance(time.Minute)
	return b
}

// checkBackups verifies every byte of every backup that is listed as completed
// and restores it beside, and returns how many there are.
func (w *world) checkBackups(t *testing.T, want map[backup.ID]state) int {
	t.Helper()
	w.blobs.Inject(faultblob.Fault{})
	return checkBackups(t, w.svc, w.memory, want)
}

// checkBackups is that of a world, for any service and its blobs.
func checkBackups(t *testing.T, svc *backup.Service, blobs blob.Store, want map[backup.ID]state) int {
	t.Helper()
	res, err := svc.List(t.Context(), backup.ListRequest{Status: backup.StatusCompleted})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range res.Backups {
		rep, err := svc.Repository.Verify(t.Context(), b.ID, b.Checksum, backup.VerifyOptions{Deep: true, Progress: func(int64, int64) {}})
		if err != nil || !rep.Valid {
			t.Errorf("backup %s is listed as completed but: %+v, %v", b.ID, rep, err)
			continue
		}
		if s, ok := want[b.ID]; ok {
			if d := diff(s, restoreBeside(t, svc, blobs, b)); len(d) > 0 {
				t.Errorf("backup %s restores to something else: %q", b.ID, d)
			}
		}
	}
	return len(res.Backups)
}

// restoreBeside restores a backup into an empty place and reads it.
func restoreBeside(t *testing.T, from *backup.Service, blobs blob.Store, b backup.Backup) state {
	t.Helper()
	return restoreInto(t, from, blobs, b, t.TempDir())
}

func restoreInto(t *testing.T, from *backup.Service, blobs blob.Store, b backup.Backup, dir string) state {
	t.Helper()
	c := memcatalog.New()
	b.Version = 0
	if _, err := c.PutBackup(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	svc := newService(t, blobs, c, dir, from.Now, nil)
	svc.Runner = inline{svc}
	op, err := svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: b.ID})
	if err != nil || op.Status != backup.StatusCompleted {
		t.Fatalf("restore of %s beside = %s %v, %v", b.ID, op.Status, op.Errors, err)
	}
	return observe(t, dir)
}

// recover ends the fault and lets every lease expire.
func (w *world) recover(t *testing.T) {
	t.Helper()
	w.blobs.Inject(faultblob.Fault{})
	w.files.fail = 0
	w.use(t, w.records)
	w.clock.Advance(2 * w.svc.Timing.Lease)
}

// ask returns the one value of a query.
func ask(t *testing.T, path, query string) string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var value string
	if err := db.QueryRowContext(t.Context(), query).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}
