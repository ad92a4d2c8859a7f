package backup_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"iter"
	"log/slog"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/memcatalog"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/retention"
)

// fakeRepository commits backups into a map. Hooks let a test stop a run at a point.
type fakeRepository struct {
	mu        sync.Mutex
	committed map[backup.ID]backup.Backup
	begins    int
	last      backup.WriteOptions             // of the last Begin
	reread    map[string]bool                 // items of all writers, by path
	warning   string                          // of every Begin
	report    backup.VerifyReport             // of every Verify
	atCommit  func(ctx context.Context) error // before the commit takes effect
	commits   func()                          // after it did
	atRemove  func() error
	waste     backup.Cleared
	halfDead  backup.Rewritten
	repacked  backup.RewriteOptions // of the last PlanRepack
	swept     backup.SweepOptions   // of the last PlanSweep
	unswept   error                 // of every PlanSweep
	atVerify  func(ctx context.Context) error
	browse    func(id backup.ID) (backup.Reader, error)
	marks     map[backup.ID]backup.Marks
}

func (r *fakeRepository) Marks(_ context.Context, only backup.ID) (map[backup.ID]backup.Marks, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := maps.Clone(r.marks)
	maps.DeleteFunc(all, func(id backup.ID, _ backup.Marks) bool { return only != "" && id != only })
	return all, nil
}

func (r *fakeRepository) Mark(_ context.Context, id backup.ID, change func(backup.Marks, bool) backup.Marks) (backup.Marks, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now, known := r.marks[id]
	if r.marks == nil {
		r.marks = map[backup.ID]backup.Marks{}
	}
	next := change(now, known)
	if known || !next.Equal(now) {
		r.marks[id] = next
	}
	return next, nil
}

func (r *fakeRepository) Begin(_ context.Context, _ backup.Backup, opt backup.WriteOptions) (backup.Writer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begins++
	r.last = opt
	if r.warning != "" {
		opt.Warn(r.warning)
	}
	return &fakeWriter{repo: r, opt: opt}, nil
}

func (r *fakeRepository) Open(_ context.Context, id backup.ID, _ string) (backup.Reader, error) {
	return nil, errs.New(errs.ErrCorrupt, "The manifest of %s is damaged.", id)
}

func (r *fakeRepository) Browse(ctx context.Context, id backup.ID, checksum string) (backup.Reader, error) {
	if r.browse != nil {
		return r.browse(id)
	}
	return r.Open(ctx, id, checksum)
}

func (r *fakeRepository) Verify(ctx context.Context, _ backup.ID, _ string, _ backup.VerifyOptions) (backup.VerifyReport, error) {
	if r.atVerify != nil {
		if err := r.atVerify(ctx); err != nil {
			return backup.VerifyReport{}, err
		}
	}
	report := r.report
	report.Valid, report.Deep = report.DamagedArchiveCount == 0, true
	return report, nil
}

func (r *fakeRepository) Committed(_ context.Context, id backup.ID) (backup.Backup, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b, ok := r.committed[id]
	if !ok {
		return b, errs.ErrNotFound
	}
	if r.report.DamagedArchiveCount > 0 {
		return b, errs.ErrCorrupt
	}
	return b, nil
}

func (r *fakeRepository) Remove(_ context.Context, id backup.ID) (backup.Removed, error) {
	if r.atRemove != nil {
		if err := r.atRemove(); err != nil {
			return backup.Removed{Begun: !errors.Is(err, errs.ErrRefused)}, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.committed, id)
	delete(r.marks, id)
	return backup.Removed{Objects: 1, Bytes: 10}, nil
}

func (r *fakeRepository) PlanSweep(_ context.Context, opt backup.SweepOptions) (backup.Sweeping, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.swept = opt
	gone := int64(len(opt.Without))
	return &fakeSweeping{repo: r, plan: backup.SweepPlan{Gone: backup.Cleared{Objects: gone, Bytes: 10 * gone}, Waste: r.waste}}, r.unswept
}

func (r *fakeRepository) PlanRepack(_ context.Context, opt backup.RewriteOptions) (backup.Rewriting, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.repacked = opt
	return &fakeRewriting{repo: r, plan: r.halfDead}, r.unswept
}

func (r *fakeRepository) PlanReencrypt(ctx context.Context, opt backup.RewriteOptions) (backup.Rewriting, error) {
	return r.PlanRepack(ctx, opt)
}

// fakeRewriting rewrites the repository's mostly dead archives.
type fakeRewriting struct {
	repo *fakeRepository
	plan backup.Rewritten
}

func (w *fakeRewriting) Plan() backup.Rewritten { return w.plan }

func (w *fakeRewriting) Execute(ctx context.Context, fence backup.Fence) (backup.Rewritten, error) {
	if err := fence.Still(ctx); err != nil {
		return backup.Rewritten{}, err
	}
	w.repo.halfDead = backup.Rewritten{}
	return w.plan, nil
}

// fakeSweeping removes the repository's waste.
type fakeSweeping struct {
	repo *fakeRepository
	plan backup.SweepPlan
}

func (s *fakeSweeping) Plan() backup.SweepPlan { return s.plan }

func (s *fakeSweeping) Execute(ctx context.Context, fence backup.Fence) (backup.Cleared, error) {
	if err := fence.Still(ctx); err != nil {
		return backup.Cleared{}, err
	}
	s.repo.waste = backup.Cleared{}
	return s.plan.Waste, nil
}

type fakeWriter struct {
	repo *fakeRepository
	opt  backup.WriteOptions
	n    backup.Stored
}

func (w *fakeWriter) Add(ctx context.Context, it backup.Item) error {
	w.n.Amounts = backup.AddAmount(w.n.Amounts, it.Entry)
	if it.Open == nil {
		return nil
	}
	w.repo.mu.Lock()
	w.repo.reread[it.Path] = it.Reread
	w.repo.mu.Unlock()
	rc, err := it.Open(ctx)
	if err != nil {
		return err
	}
	n, err := io.Copy(io.Discard, rc)
	w.n.Files++
	w.n.LogicalSize += n
	w.opt.Progress(1, n)
	return errors.Join(err, rc.Close())
}

func (w *fakeWriter) Finish(context.Context) (backup.Stored, error) { return w.n, nil }

func (w *fakeWriter) Commit(ctx context.Context, b backup.Backup) (string, int64, error) {
	if w.repo.atCommit != nil {
		if err := w.repo.atCommit(ctx); err != nil {
			return "", 0, err
		}
	}
	w.repo.mu.Lock()
	b.Checksum = "sum-" + string(b.ID)
	w.repo.committed[b.ID] = b
	w.repo.mu.Unlock()
	if w.repo.commits != nil {
		w.repo.commits()
	}
	return b.Checksum, w.n.LogicalSize, nil
}

func (w *fakeWriter) Abort() {}

// fakeSource holds files in memory. missing makes it unreadable.
type fakeSource struct {
	files      map[string]string // in any order
	order      []string
	references []string
	missing    bool
	rows       int64         // of a database; 0 is not known
	notices    int           // that each snapshot reports
	block      chan struct{} // when set, Walk waits for it
}

func source(files ...string) *fakeSource {
	s := &fakeSource{files: map[string]string{}}
	for _, f := range files {
		s.files[f] = "content of " + f
		s.order = append(s.order, f)
	}
	return s
}

func (s *fakeSource) Snapshot(_ context.Context, opt backup.SnapshotOptions) (backup.Snapshot, error) {
	for range s.notices {
		opt.Report(backup.Notice{Path: backup.DatabasePath, Text: "is worth a word"})
	}
	if s.missing {
		return nil, errs.New(errs.ErrNotFound, "The source is missing.")
	}
	return s, nil
}

func (s *fakeSource) Walk(ctx context.Context, visit func(backup.Item) error) error {
	if s.block != nil {
		select {
		case <-s.block:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	for _, p := range s.order {
		content, ok := s.files[p]
		if !ok {
			if err := visit(backup.Item{Entry: backup.Entry{Path: p, Type: backup.TypeDir}}); err != nil {
				return err
			}
			continue
		}
		it := backup.Item{Entry: backup.Entry{Path: p, Type: backup.TypeFile, Size: int64(len(content)), SHA256: sha256.Sum256([]byte(content))}}
		it.Open = func(context.Context) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader([]byte(content))), nil
		}
		if err := visit(it); err != nil {
			return err
		}
	}
	return nil
}

func (s *fakeSource) References(context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, r := range s.references {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (s *fakeSource) Rows(context.Context) (int64, bool) { return s.rows, s.rows > 0 }

func (s *fakeSource) Close() error { return nil }

// runner starts jobs in goroutines, unless a test takes them away.
type runner struct {
	svc  *backup.Service
	lose bool
	fail error
	wg   sync.WaitGroup
}

func (r *runner) Start(ctx context.Context, job backup.Job) error {
	if r.fail != nil || r.lose {
		return r.fail
	}
	r.wg.Go(func() { _ = r.svc.Run(context.WithoutCancel(ctx), job) })
	return nil
}

// rig is a service on fakes. Its files are database/app_data.db and two media.
type rig struct {
	svc      *backup.Service
	catalog  catalog.Catalog
	repo     *fakeRepository
	runner   *runner
	database *fakeSource
	storage  *fakeSource
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{
		catalog: memcatalog.New(), repo: &fakeRepository{committed: map[backup.ID]backup.Backup{}, reread: map[string]bool{}},
		runner: &runner{}, database: source(backup.DatabasePath), storage: source("storage/a.jpg", "storage/b.mp4"),
	}
	r.use(r.catalog)
	return r
}

// use builds the service on a catalog, faulty maybe.
func (r *rig) use(c catalog.Catalog) {
	r.svc = &backup.Service{
		Catalog: c, Operations: c, Locks: c, Idempotency: c, Audit: c, Logs: c, Repository: r.repo, Runner: r.runner,
		Parts: map[backup.Component]backup.Part{
			backup.ComponentDatabase: {Source: r.database}, backup.ComponentStorage: {Source: r.storage},
		},
		Policy: retention.Policy{MaxBackups: 7, KeepFailed: 7 * 24 * time.Hour},
		Now:    time.Now, Log: slog.New(slog.DiscardHandler), Timing: backup.DefaultTiming(),
	}
	r.runner.svc = r.svc
}

func admin() backup.Actor { return backup.Actor{Email: "admin@example.com", Role: backup.RoleAdmin} }

// create takes a backup that must end as want.
func (r *rig) create(t *testing.T, kind backup.Kind, want backup.Status) backup.Backup {
	t.Helper()
	b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: kind})
	if err != nil {
		t.Fatalf("Create(%s) = %v", kind, err)
	}
	if b.Status != want {
		t.Fatalf("Create(%s) ended %s %v, want %s", kind, b.Status, b.Errors, want)
	}
	return b
}
