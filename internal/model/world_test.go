package model_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/memcatalog"
	"github.com/vertex-ar/backup/internal/clocktest"
	"github.com/vertex-ar/backup/internal/repository"
	"github.com/vertex-ar/backup/internal/repository/crypt"
	"github.com/vertex-ar/backup/internal/retention"
	"github.com/vertex-ar/backup/internal/source"
	"github.com/vertex-ar/backup/internal/source/directory"
	"github.com/vertex-ar/backup/internal/source/sqlite"
)

// The policy of every world.
const (
	maxBackups = 3
	keepFailed = 36 * time.Hour
	minAge     = 24 * time.Hour
)

// world is one installation, its backups, and what is expected of them.
type world struct {
	t       *testing.T
	random  *rand.Rand
	dir     string
	clock   *clocktest.Clock
	blobs   *memblob.Store
	records *memcatalog.Catalog
	svc     *backup.Service // without trouble
	source  state           // what the installation holds
	known   map[backup.ID]*known
	damaged map[string]bool // keys of archives that are not as they were written
	// recipients are whom backups are encrypted for at the moment.
	recipients crypt.Recipients
	calm       bool     // nothing else goes on
	orphans    bool     // a manifest may be lost with the names of the archives that only it needed
	content    int      // counts what was written, so that no two times are equal
	steps      []string // what was done
}

// newWorld makes a small installation and a service on it.
func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	w := &world{
		t: t, random: rand.New(rand.NewPCG(seed, seed)), dir: home(t),
		clock:   clocktest.New(time.Date(2030, 1, 1, 2, 0, 0, 0, time.UTC)),
		records: memcatalog.New(), known: map[backup.ID]*known{}, damaged: map[string]bool{},
	}
	w.blobs = memblob.New(w.clock.Now)
	w.recipients = w.someRecipients()
	w.svc = w.service(w.dir, w.blobs, w.records, nil)
	w.build()
	return w
}

// Two keys, made for these tests.
const (
	daily   = "age1xekjn7v5jp0gkhafgexwf7ven4sszhcv2haa89pdth0ll096t46qearwwp"
	escrow  = "age1sulhlefhqhmhzjw20drsdx8ql8xpylx9l7vjz638kh6amqcfmqzqgme0yt"
	secrets = "AGE-SECRET-KEY-1YLMEP3YQLZNTNT97G9LJ9WXFS0Y9LPVRQ54F4NJ73QYJ3YR6RJHS0VGTDK\nAGE-SECRET-KEY-1LMG77QSHHPLQK6UYGVGRXG5DY3GXJETCEHMV40XJYH98M5SQDGGSPTGZU8"
)

// someRecipients chooses whom to encrypt for: one or two, or in half of all
// cases nobody.
func (w *world) someRecipients() crypt.Recipients {
	w.t.Helper()
	r, err := crypt.ParseRecipients(pick(w, nil, nil, nil, []string{daily}, []string{escrow}, []string{daily, escrow}))
	w.must(err)
	return r
}

// identities opens what any of them opens.
func identities(context.Context) (crypt.Identities, error) { return crypt.ParseIdentities(secrets) }

// rekey changes the recipients, as who operates the service does.
func (w *world) rekey() {
	w.t.Helper()
	w.note("other recipients")
	w.recipients = w.someRecipients()
	w.svc = w.service(w.dir, w.blobs, w.records, nil)
}

// home is a directory of the test, in memory where that can be had: thousands
// of restores, each made durable, would wait for the disk most of the time.
func home(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "model-*") //nolint:usetesting // not on a disk
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// service is a process of its own on the installation in dir. Its heart beats
// too rarely to be heard, so that the same seed makes the same calls.
func (w *world) service(dir string, blobs blob.Store, records catalog.Catalog, fault source.Fault) *backup.Service {
	w.t.Helper()
	scratch := filepath.Join(dir, "scratch")
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		w.t.Fatal(err)
	}
	opt := repository.Options{Scratch: scratch, Workers: 1, ArchiveSize: 24 << 10, PagesFrom: 1, Recipients: w.recipients, Identities: identities}
	repo, err := repository.New(blobs, opt)
	if err != nil {
		w.t.Fatal(err)
	}
	db := sqlite.New(filepath.Join(dir, databaseName), scratch, sqlite.Options{Fault: fault})
	tree := directory.New(filepath.Join(dir, treeName), treeName, directory.Options{Scratch: scratch, Workers: 1, Fault: fault})
	timing := backup.DefaultTiming()
	timing.Heartbeat, timing.Poll, timing.LockWait, timing.Wait, timing.LastWord = time.Hour, time.Microsecond, 0, 0, 0
	svc := &backup.Service{
		Catalog: records, Operations: records, Locks: records, Idempotency: records, Audit: records, Logs: records, Repository: repo,
		Parts: map[backup.Component]backup.Part{
			backup.ComponentDatabase: {Source: db, Target: db}, backup.ComponentStorage: {Source: tree, Target: tree},
		},
		Policy: retention.Policy{MaxBackups: maxBackups, MinAge: minAge, KeepFailed: keepFailed},
		Now:    w.clock.Now, Log: slog.New(slog.DiscardHandler), Timing: timing,
	}
	svc.Runner = inline{svc}
	return svc
}

// inline runs a job inside the request that starts it.
type inline struct{ svc *backup.Service }

func (r inline) Start(ctx context.Context, job backup.Job) error {
	_ = r.svc.Run(context.WithoutCancel(ctx), job) // its outcome is in the record
	return nil
}

func admin() backup.Actor { return backup.Actor{Email: "admin@example.com", Role: backup.RoleAdmin} }

// note writes down what is about to be done.
func (w *world) note(format string, args ...any) {
	w.steps = append(w.steps, w.clock.Now().Format(time.DateTime)+" "+fmt.Sprintf(format, args...))
}

// chance is true in one of n cases.
func (w *world) chance(n int) bool { return w.random.IntN(n) == 0 }

// pick returns one of choices.
func pick[T any](w *world, choices ...T) T { return choices[w.random.IntN(len(choices))] }

// pass lets some time go by: mostly little, sometimes more than leases,
// schedules and policies are long.
func (w *world) pass() {
	span := time.Duration(w.random.Int64N(int64(time.Minute)))
	switch {
	case w.chance(20):
		span = time.Duration(w.random.Int64N(int64(6 * 24 * time.Hour)))
	case w.chance(8):
		span = time.Duration(w.random.Int64N(int64(30 * time.Hour)))
	case w.chance(6):
		span = time.Duration(w.random.Int64N(int64(2 * time.Hour)))
	}
	w.clock.Advance(time.Second + span)
}

// expire lets every lease end.
func (w *world) expire() { w.clock.Advance(2 * backup.DefaultTiming().Lease) }
