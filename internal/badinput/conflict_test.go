package badinput_test

import (
	"context"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// underWay starts a full backup that stops in the middle, and returns its id
// and what lets it go on to its end.
func (g *rig) underWay(t *testing.T) (id string, finish func() answer) {
	t.Helper()
	g.jobs.wait()
	reached, release := make(chan struct{}), make(chan struct{})
	inner := g.svc.Parts[backup.ComponentDatabase]
	g.svc.Parts[backup.ComponentDatabase] = backup.Part{Source: gate{inner.Source, reached, release}, Target: inner.Target}
	r := g.as(t, g.request(t, http.MethodPost, "/backups/create", `{"type":"full"}`), nil)
	done := make(chan answer, 1)
	go func() { done <- g.send(t, r) }()
	<-reached
	g.svc.Parts[backup.ComponentDatabase] = inner
	lock, err := g.records.GetLock(t.Context(), "repository")
	try(t, err)
	return string(lock.Owner), func() answer {
		close(release)
		return <-done
	}
}

// gate is a source that waits before it is read.
type gate struct {
	backup.Source

	reached, release chan struct{}
}

func (s gate) Snapshot(ctx context.Context, opt backup.SnapshotOptions) (backup.Snapshot, error) {
	close(s.reached)
	<-s.release
	return s.Source.Snapshot(ctx, opt)
}

func TestNothingBesideARunningBackup(t *testing.T) {
	g := newRig(t)
	old := g.create(t, backup.KindFull)
	running, finish := g.underWay(t)
	before := g.written(t)
	for name, c := range map[string]struct{ method, target, body string }{
		"create":                       {http.MethodPost, "/backups/create", `{"type":"storage"}`},
		"delete":                       {http.MethodDelete, "/backups/delete?force=true&backup_path=" + string(old), ""},
		"delete the running one":       {http.MethodDelete, "/backups/delete?force=true&backup_path=" + running, ""},
		"rotate":                       {http.MethodPost, "/backups/rotate?max_backups=1", ""},
		"restore":                      {http.MethodPost, "/backups/restore", `{"backup_path":"` + string(old) + `"}`},
		"restore the running one":      {http.MethodPost, "/backups/restore", `{"backup_path":"` + running + `"}`},
		"restore-test the running one": {http.MethodPost, "/backups/restore-test", `{"backup_path":"` + running + `"}`},
		"verify the running one":       {http.MethodPost, "/backups/verify", `{"backup_path":"` + running + `"}`},
		"browse the running one":       {http.MethodGet, "/backups/" + running + "/files", ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := g.ask(t, c.method, c.target, c.body).problem(t, http.StatusConflict)
			if !strings.Contains(p.Detail, running) {
				t.Errorf("it does not say who works there: %s", p.Detail)
			}
			if after := g.written(t); len(after) != len(before) {
				t.Errorf("records: %v", after)
			}
		})
	}
	if r := finish().ok(t); r.Backup.Status != backup.StatusCompleted || string(r.Backup.ID) != running {
		t.Errorf("the running one ended as %+v", r.Backup)
	}
	g.delete(t, old, "").ok(t)
}

// lingering is a catalog that is slow to release a lock.
type lingering struct{ catalog.Catalog }

func (l lingering) ReleaseLock(ctx context.Context, lock backup.Lock) error {
	time.Sleep(20 * time.Millisecond)
	return l.Catalog.ReleaseLock(ctx, lock)
}

// TestTheNextRequestRightAfterTheAnswer: whoever was told that a backup is
// complete is not refused because its run has still to let go.
func TestTheNextRequestRightAfterTheAnswer(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	g.use(lingering{g.records})
	g.svc.Timing.Poll = 5 * time.Millisecond
	id := g.create(t, backup.KindFull)
	g.restore(t, id, "").ok(t)
	g.create(t, backup.KindFull)
	g.delete(t, id, "").ok(t)
}

func TestBackupsThatAreNotComplete(t *testing.T) {
	t.Parallel()
	for _, status := range []backup.Status{backup.StatusPending, backup.StatusRunning, backup.StatusFailed, backup.StatusCancelled, backup.StatusDeleting} {
		t.Run(string(status), func(t *testing.T) {
			t.Parallel()
			g := newRig(t)
			id := g.create(t, backup.KindFull)
			b, err := g.records.GetBackup(t.Context(), id)
			try(t, err)
			b.Status, b.Lease = status, backup.Lease{Owner: "somebody", Expires: g.clock.Now().Add(time.Hour)}
			_, err = g.records.PutBackup(t.Context(), b)
			try(t, err)
			before := g.observe(t)
			for name, a := range map[string]answer{
				"restore": g.restore(t, id, ""), "dry run": g.restore(t, id, `,"dry_run":true`),
				"verify": g.verify(t, id, ""), "restore-test": g.restoreTest(t, id), "files": g.files(t, id),
			} {
				t.Run(name, func(t *testing.T) {
					if p := a.problem(t, http.StatusConflict); !strings.Contains(p.Detail, string(status)) {
						t.Errorf("it does not say why: %s", p.Detail)
					}
				})
			}
			g.unchanged(t, before)
		})
	}
}

func TestLastOfItsType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		kinds []backup.Kind // the first one is deleted
		last  bool
	}{
		{"the only one", []backup.Kind{backup.KindFull}, true},
		{"full beside a database backup", []backup.Kind{backup.KindFull, backup.KindDatabase}, true},
		{"full beside both parts", []backup.Kind{backup.KindFull, backup.KindDatabase, backup.KindStorage}, false},
		{"database beside a full one", []backup.Kind{backup.KindDatabase, backup.KindFull}, false},
		{"database beside a storage backup", []backup.Kind{backup.KindDatabase, backup.KindStorage}, true},
		{"one of two", []backup.Kind{backup.KindStorage, backup.KindStorage}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := newRig(t)
			var ids []backup.ID
			for _, k := range c.kinds {
				ids = append(ids, g.create(t, k))
			}
			before := g.observe(t)
			can := g.ask(t, http.MethodGet, "/backups/can-delete?backup_path="+string(ids[0]), "").ok(t)
			if can.CanDelete == c.last || can.IsLast != c.last {
				t.Errorf("can-delete: %+v", can)
			}
			g.unchanged(t, before)
			a, left := g.delete(t, ids[0], ""), len(ids)-1
			if !c.last {
				if got := a.ok(t).Deleted; len(got) != 1 || got[0] != string(ids[0]) {
					t.Errorf("deleted %v", got)
				}
			} else {
				if p := a.problem(t, http.StatusConflict); !strings.Contains(p.Detail, "force=true") {
					t.Errorf("it does not say how: %s", p.Detail)
				}
				g.unchanged(t, before)
				g.delete(t, ids[0], "&force=true").ok(t)
			}
			if got := g.observe(t).Records; len(got) != left {
				t.Errorf("left: %v", got)
			}
		})
	}
}

// TestAllOfATypeAtOnce: together they are the last.
func TestAllOfATypeAtOnce(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	a, b := g.create(t, backup.KindStorage), g.create(t, backup.KindStorage)
	before := g.observe(t)
	g.delete(t, a+","+b, "").problem(t, http.StatusConflict)
	g.unchanged(t, before)
	if got := g.delete(t, a+","+b+","+a, "&force=true").ok(t).Deleted; len(got) != 2 {
		t.Errorf("deleted %v", got)
	}
}

func TestPinned(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	id := g.create(t, backup.KindFull)
	other := g.create(t, backup.KindFull)
	b, err := g.records.GetBackup(t.Context(), id)
	try(t, err)
	b.Pinned = true
	_, err = g.records.PutBackup(t.Context(), b)
	try(t, err)
	before := g.observe(t)
	for _, a := range []answer{g.delete(t, id, ""), g.delete(t, id, "&force=true"), g.delete(t, other+","+id, "")} {
		if p := a.problem(t, http.StatusConflict); !strings.Contains(p.Detail, string(id)) || !strings.Contains(p.Detail, "pinned") {
			t.Errorf("it does not say why: %s", p.Detail)
		}
		g.unchanged(t, before)
	}
	r := g.ask(t, http.MethodPost, "/backups/rotate?max_backups=1", "").ok(t)
	g.unchanged(t, before, r.Operation.ID)
}

// TestRestoreBesideARunningRestore: the media directory must not be written by two.
func TestRestoreBesideARunningRestore(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	id := g.create(t, backup.KindFull)
	g.spoil(t)
	reached, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	g.disk = func(string, string) error {
		once.Do(func() {
			close(reached)
			<-release
		})
		return nil
	}
	first := g.as(t, g.request(t, http.MethodPost, "/backups/restore", `{"backup_path":"`+string(id)+`","components":["storage"]}`), nil)
	done := make(chan answer, 1)
	go func() { done <- g.send(t, first) }()
	<-reached
	g.restore(t, id, "").problem(t, http.StatusConflict)
	g.ask(t, http.MethodPost, "/backups/create", `{"type":"full"}`).problem(t, http.StatusConflict)
	close(release)
	(<-done).ok(t)
	g.restore(t, id, "").ok(t)
	g.restored(t)
	if _, err := os.Stat(g.storage() + "/new"); err == nil {
		t.Error("what came after the backup is still there")
	}
}
