package faults_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/awstest"
	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/blob/s3blob"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/dynamocatalog"
	"github.com/vertex-ar/backup/internal/catalog/memcatalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// house is one installation that many processes work on at once.
type house struct {
	world

	blobs   blob.Store
	records catalog.Catalog
	backups []backup.Backup // oldest first
	was     map[backup.ID]state
}

// newHouse makes an installation with some backups of different states.
func newHouse(t *testing.T, blobs blob.Store, records catalog.Catalog, backups int) *house {
	t.Helper()
	h := &house{world: world{dir: t.TempDir(), records: records}, blobs: blobs, records: records, was: map[backup.ID]state{}}
	makeInstallation(t, &h.world)
	for i := range backups {
		write(t, h.storage()+"/a.jpg", fmt.Sprint("image ", i))
		execute(t, h.database(), fmt.Sprintf(`UPDATE portraits SET name = 'Анна %d' WHERE id = 1`, i))
		b, err := h.process(t).Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil || b.Status != backup.StatusCompleted {
			t.Fatalf("Create = %s %v, %v", b.Status, b.Errors, err)
		}
		h.backups = append(h.backups, b)
		h.was[b.ID] = observe(t, h.dir)
	}
	return h
}

// process is a service of its own, whose heart beats fast.
func (h *house) process(t *testing.T) *backup.Service {
	t.Helper()
	svc := newService(t, h.blobs, h.records, h.dir, time.Now, nil)
	svc.Timing.Heartbeat, svc.Timing.Poll = 5*time.Millisecond, time.Millisecond
	svc.Timing.Wait = backup.DefaultTiming().Wait // for a verification that another process has begun
	svc.Policy.MaxBackups = 3
	svc.Runner = inline{svc}
	return svc
}

// verb is one request; its error is also that of a record that ends failed.
type verb struct {
	name string
	do   func(t *testing.T, svc *backup.Service) error
}

func creates() verb {
	return verb{"create", func(t *testing.T, svc *backup.Service) error {
		t.Helper()
		b, err := svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		return ended(t, string(b.ID), b.Status, b.Errors, err)
	}}
}

func deletes(id backup.ID) verb {
	return verb{"delete " + string(id), func(t *testing.T, svc *backup.Service) error {
		t.Helper()
		_, err := svc.Delete(t.Context(), admin(), []backup.ID{id}, false)
		return err
	}}
}

func rotates() verb {
	return verb{"rotate", func(t *testing.T, svc *backup.Service) error {
		t.Helper()
		o, err := svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		return ended(t, string(o.ID), o.Status, o.Errors, err)
	}}
}

func restores(id backup.ID) verb {
	return verb{"restore " + string(id), func(t *testing.T, svc *backup.Service) error {
		t.Helper()
		o, err := svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: id, Compare: true})
		return ended(t, string(o.ID), o.Status, o.Errors, err)
	}}
}

// verifies never finds damage, whatever goes on.
func verifies(id backup.ID) verb {
	return verb{"verify " + string(id), func(t *testing.T, svc *backup.Service) error {
		t.Helper()
		o, err := svc.Verify(t.Context(), admin(), backup.VerifyRequest{ID: id, Deep: true})
		if err == nil && o.Status == backup.StatusCompleted && !o.VerifyResult.Valid {
			t.Errorf("verify %s found damage: %+v", id, o.VerifyResult)
		}
		return ended(t, string(o.ID), o.Status, o.Errors, err)
	}}
}

// errEnded is of a record that failed because the backup it needs went away.
var errEnded = errors.New("failed")

// ended turns a record's end into an error.
func ended(t *testing.T, id string, st backup.Status, lines []string, err error) error {
	t.Helper()
	switch {
	case err != nil:
		return err
	case st == backup.StatusCompleted:
		return nil
	case st == backup.StatusFailed && len(lines) == 1 && (strings.Contains(lines[0], "There is no backup") || strings.Contains(lines[0], "there is nothing in it")):
		return fmt.Errorf("%s: %w: %s", id, errEnded, lines[0])
	}
	t.Errorf("%s ended %s %q", id, st, lines)
	return errEnded
}

// atOnce runs every verb in a process of its own, all at the same time, and
// returns how each ended. Whatever is refused is a conflict or the lack of a
// backup that was deleted, and says so in a sentence.
func (h *house) atOnce(t *testing.T, verbs ...verb) []error {
	t.Helper()
	ends := make([]error, len(verbs))
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i, v := range verbs {
		svc := h.process(t)
		wg.Go(func() {
			<-start
			ends[i] = v.do(t, svc)
		})
	}
	close(start)
	wg.Wait()
	for i, err := range ends {
		if !promised(err) {
			t.Errorf("%s at once with others = %v", verbs[i].name, err)
		}
	}
	if !slices.Contains(ends, nil) {
		t.Errorf("nobody got through: %v", ends)
	}
	return ends
}

func promised(err error) bool {
	refused := errors.Is(err, errs.ErrConflict) || errors.Is(err, errs.ErrNotFound)
	return err == nil || errors.Is(err, errEnded) || refused && strings.HasSuffix(errs.Detail(err), ".")
}

// check checks what is promised once all is quiet: everything listed is whole,
// everything that runs has ended, the lock is free, and the installation is
// one of the states.
func (h *house) check(t *testing.T, states ...state) {
	t.Helper()
	checkNothingRuns(t, h.records)
	checkDatabase(t, h.database())
	svc := h.process(t)
	if n := checkBackups(t, svc, h.blobs, h.was); n == 0 {
		t.Error("no backup is left")
	}
	now := observe(t, h.dir)
	if !slices.ContainsFunc(states, func(s state) bool { return len(diff(s, now)) == 0 }) {
		t.Errorf("the installation is in none of the %d states: %v", len(states), now)
	}
	b, err := svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
	if err != nil || b.Status != backup.StatusCompleted {
		t.Errorf("Create afterwards = %s %v, %v", b.Status, b.Errors, err)
	}
	h.checkObjects(t)
}

// checkObjects checks that every object belongs to a record or is shared with one.
func (h *house) checkObjects(t *testing.T) {
	t.Helper()
	bs, err := h.records.ListBackups(t.Context(), "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	var whole []backup.ID
	for _, b := range bs {
		if b.Status.Restorable() {
			whole = append(whole, b.ID)
		}
	}
	named := namedBy(t, h.process(t).Repository, whole...)
	for info, err := range h.blobs.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		known := named[info.Key] || slices.ContainsFunc(bs, func(b backup.Backup) bool { return strings.Contains(info.Key, string(b.ID)) })
		if !known && info.Key != "format.json" {
			t.Errorf("%s belongs to no record", info.Key)
		}
	}
}

// pairs are what is run at once, on a house with three backups.
var pairs = map[string]func(h *house) []verb{
	"two creates":             func(*house) []verb { return []verb{creates(), creates()} },
	"create and delete":       func(h *house) []verb { return []verb{creates(), deletes(h.backups[0].ID)} },
	"create and rotate":       func(*house) []verb { return []verb{creates(), rotates()} },
	"two deletes of the same": func(h *house) []verb { return []verb{deletes(h.backups[1].ID), deletes(h.backups[1].ID)} },
	"deletes of all": func(h *house) []verb {
		return []verb{deletes(h.backups[0].ID), deletes(h.backups[1].ID), deletes(h.backups[2].ID)}
	},
	"restore and delete of the same": func(h *house) []verb { return []verb{restores(h.backups[0].ID), deletes(h.backups[0].ID)} },
	"two restores":                   func(h *house) []verb { return []verb{restores(h.backups[0].ID), restores(h.backups[1].ID)} },
	"verify and delete of the same":  func(h *house) []verb { return []verb{verifies(h.backups[0].ID), deletes(h.backups[0].ID)} },
	"two verifies, a rotate, a create": func(h *house) []verb {
		return []verb{verifies(h.backups[0].ID), verifies(h.backups[0].ID), rotates(), creates()}
	},
}

func TestVerbsAtOnce(t *testing.T) {
	t.Parallel()
	for name, verbs := range pairs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 5 {
				runAtOnce(t, newHouse(t, memblob.New(time.Now), memcatalog.New(), 3), verbs)
			}
		})
	}
}

func TestVerbsAtOnceOnRealServers(t *testing.T) {
	t.Parallel()
	for name, verbs := range pairs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blobs, records := realServers(t)
			runAtOnce(t, newHouse(t, blobs, records, 3), verbs)
		})
	}
}

func realServers(t *testing.T) (blob.Store, catalog.Catalog) {
	t.Helper()
	client, database := awstest.S3(t), awstest.DynamoDB(t)
	return s3blob.New(client, awstest.Bucket(t, client), prefix), dynamocatalog.New(database, awstest.Table(t, database))
}

func runAtOnce(t *testing.T, h *house, verbs func(*house) []verb) {
	t.Helper()
	h.atOnce(t, verbs(h)...)
	h.check(t, slices.Collect(maps.Values(h.was))...)
}

func TestManyClientsWithRandomVerbs(t *testing.T) {
	t.Parallel()
	for name, servers := range map[string]func(t *testing.T) (blob.Store, catalog.Catalog){
		"in memory":    func(*testing.T) (blob.Store, catalog.Catalog) { return memblob.New(time.Now), memcatalog.New() },
		"real servers": realServers,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			random := seeded(t)
			blobs, records := servers(t)
			h := newHouse(t, blobs, records, 3)
			end := time.Now().Add(4 * time.Second)
			var wg sync.WaitGroup
			for range 8 {
				own := rand.New(rand.NewPCG(random.Uint64(), random.Uint64()))
				svc := h.process(t)
				wg.Go(func() {
					for time.Now().Before(end) {
						v := h.anyVerb(t, own)
						if err := v.do(t, svc); !promised(err) {
							t.Errorf("%s among others = %v", v.name, err)
						}
					}
				})
			}
			wg.Wait()
			h.check(t, slices.Collect(maps.Values(h.was))...)
		})
	}
}

// anyVerb chooses a request on one of the newest backups.
func (h *house) anyVerb(t *testing.T, random *rand.Rand) verb {
	t.Helper()
	bs, err := h.records.ListBackups(t.Context(), "", 10)
	if err != nil || len(bs) == 0 {
		t.Errorf("ListBackups = %d, %v", len(bs), err)
		return creates()
	}
	id := bs[random.IntN(len(bs))].ID
	return []verb{creates(), creates(), rotates(), deletes(id), verifies(id), restores(id), restores(h.backups[0].ID)}[random.IntN(7)]
}
