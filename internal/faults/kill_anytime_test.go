package faults_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/localaws"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

const kills = 4 // of each verb

// seeded returns a source of randomness whose seed is in the test's output;
// FAULTS_SEED repeats a run.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("FAULTS_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	t.Logf("FAULTS_SEED=%d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// enlarge adds media of some 30 MB that do not compress, one file of them
// large enough for several parts.
func enlarge(t *testing.T, s *site, random *rand.Rand) {
	t.Helper()
	for name, size := range map[string]int{"large.mp4": 18 << 20, "one.jpg": 3 << 20, "two.jpg": 3 << 20, "sub/three.jpg": 6 << 20} {
		content := make([]byte, sourcetest.Scale(size))
		for i := 0; i+8 <= len(content); i += 8 {
			v := random.Uint64()
			for j := range 8 {
				content[i+j] = byte(v >> (8 * j))
			}
		}
		write(t, filepath.Join(s.storage(), name), string(content))
	}
	execute(t, s.database(), `PRAGMA journal_mode = WAL`, `CREATE TABLE ticks (id INTEGER PRIMARY KEY, half INTEGER)`)
}

// keepWriting writes two rows a transaction until stop, so that a copy in
// the middle of one would have an odd number.
func keepWriting(t *testing.T, path string) (stop func()) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var written atomic.Int64
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			if twoRows(ctx, db) == nil {
				written.Add(1)
			}
			time.Sleep(time.Millisecond)
		}
	}()
	return func() {
		cancel()
		<-ended
		_ = db.Close()
		if written.Load() == 0 {
			t.Error("nothing was written beside the backup")
		}
	}
}

func twoRows(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for half := range 2 {
		if _, err := tx.ExecContext(ctx, `INSERT INTO ticks (half) VALUES (?)`, half); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// killLater runs a verb in a child and kills it after a while, unless it was
// faster.
func (s *site) killLater(t *testing.T, verb backup.Verb, id backup.ID, after time.Duration) {
	t.Helper()
	killed := s.child(t, verb, id, fmt.Sprintf("time/before/%d", after.Microseconds()))
	t.Logf("%s, to be killed after %v: killed %t, %d unfinished uploads", verb, after, killed, s.unfinished(t))
}

// duration is how long a verb takes when nobody kills it.
func (s *site) duration(t *testing.T, verb backup.Verb, id backup.ID) time.Duration {
	t.Helper()
	start := time.Now()
	s.child(t, verb, id, "")
	return time.Since(start)
}

func TestCreateBesideAWriterSurvivesKillsAtAnyMoment(t *testing.T) {
	t.Parallel()
	random := seeded(t)
	s := newSite(t)
	enlarge(t, s, random)
	stop := keepWriting(t, s.database())
	took := s.duration(t, backup.VerbCreate, "")
	for range kills {
		s.killLater(t, backup.VerbCreate, "", time.Duration(random.Int64N(int64(took))))
		first := s.mustRun(t, s.process(t))
		s.checkWhole(t)
		s.clear(t, first.ID)
	}
	stop()
	checkDatabase(t, s.database())
	// The parts of an upload that was under way when its process died cost
	// money, and no later process can tell them from those of one that lives.
	// The bucket's lifecycle removes them.
	if !strings.Contains(template(t), "AbortIncompleteMultipartUpload") {
		t.Error("nothing removes the parts of unfinished uploads")
	}
}

func TestRestoreSurvivesKillsAtAnyMoment(t *testing.T) {
	t.Parallel()
	random := seeded(t)
	s := newSite(t)
	enlarge(t, s, random)
	b := s.mustRun(t, s.process(t))
	target := observe(t, s.dir)
	want := map[backup.ID]state{b.ID: target}
	s.spoil(t)
	took := s.duration(t, backup.VerbRestore, b.ID)
	for range kills {
		s.spoil(t)
		before := observe(t, s.dir)
		s.killLater(t, backup.VerbRestore, b.ID, time.Duration(random.Int64N(int64(took))))
		s.check(t, want, before, target)
		s.mustRestore(t, b.ID, target)
		s.clear(t, b.ID)
	}
}

// spoil changes the installation, and removes its largest file.
func (s *site) spoil(t *testing.T) {
	t.Helper()
	change(t, &s.world)
	if err := os.Remove(filepath.Join(s.storage(), "large.mp4")); err != nil {
		t.Fatal(err)
	}
}

// checkWhole restores every completed backup beside and looks whether its
// database is one moment of the live one.
func (s *site) checkWhole(t *testing.T) {
	t.Helper()
	svc := s.process(t)
	checkBackups(t, svc, s.store, nil)
	res, err := svc.List(t.Context(), backup.ListRequest{Status: backup.StatusCompleted})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range res.Backups {
		dir := t.TempDir()
		got := restoreInto(t, svc, s.store, b, dir)
		if d := diff(storageOnly(observe(t, s.dir)), storageOnly(got)); len(d) > 0 {
			t.Errorf("backup %s: %q differ", b.ID, d)
		}
		copied := filepath.Join(dir, "app_data.db")
		checkDatabase(t, copied)
		if odd := ask(t, copied, `SELECT count(*) % 2 FROM ticks`); odd != "0" {
			t.Errorf("backup %s holds half a transaction", b.ID)
		}
	}
}

func template(t *testing.T) string {
	t.Helper()
	root, err := localaws.Root()
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(root, "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
