package faults_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// halfDead is a world of three storage backups, a day ago. The next rotation
// removes the first, of whose archive the others need less than half.
func halfDead(t *testing.T) (w *world, ids []backup.ID, want map[backup.ID]state) {
	t.Helper()
	w, want = newWorld(t), map[backup.ID]state{}
	noise := make([]byte, 20_000)
	_, _ = rand.NewChaCha8([32]byte{}).Read(noise)
	big := filepath.Join(w.storage(), "big.jpg")
	write(t, big, string(noise))
	for n := range 3 {
		b := w.mustCreate(t, backup.KindStorage)
		ids = append(ids, b.ID)
		want[b.ID] = storageOnly(observe(t, w.dir))
		if n == 0 {
			if err := os.Remove(big); err != nil {
				t.Fatal(err)
			}
		}
		write(t, filepath.Join(w.storage(), "new", string(rune('a'+n))), "new")
	}
	w.clock.Advance(25 * time.Hour)
	return w, ids, want
}

// mustFinish rotates when all is well again, and once more when a day has
// passed, and checks that nothing superfluous is left and that no backup needs
// the archive of the first, if that is gone.
func (w *world) mustFinish(t *testing.T, first backup.ID) {
	t.Helper()
	for range 2 {
		o, err := w.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil || o.Status != backup.StatusCompleted || len(o.Warnings) > 0 {
			t.Fatalf("Rotate = %s %q %q, %v", o.Status, o.Errors, o.Warnings, err)
		}
		w.clock.Advance(25 * time.Hour)
	}
	checkNothingRuns(t, w.records)
	checkOnly(t, w, completedOnes(t, w)...)
	if slices.Contains(completedOnes(t, w), first) {
		return // somebody deleted another before the rotation chose, so that the policy keeps it
	}
	for key := range namedBy(t, w.svc.Repository, completedOnes(t, w)...) {
		if strings.HasPrefix(key, "archives/"+string(first)) {
			t.Errorf("%s was not repacked", key)
		}
	}
}

func TestRepackSurvivesEveryFault(t *testing.T) {
	t.Parallel()
	everyFault(t, false, func(t *testing.T, f fault) bool {
		t.Helper()
		w, ids, want := halfDead(t)
		f.into(t, w)
		_, _ = w.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		fired := f.fired(w)
		w.recover(t)
		if n := w.checkBackups(t, want); n < 2 {
			t.Errorf("%d backups left, want at least 2", n)
		}
		w.mustFinish(t, ids[0])
		if n := w.checkBackups(t, want); n != 2 {
			t.Errorf("%d backups left, want %s", n, ids[1:])
		}
		return fired
	})
}

func TestDryRunForetellsTheRotation(t *testing.T) {
	t.Parallel()
	w, _, _ := halfDead(t)
	if err := w.memory.Put(t.Context(), "archives/20261101-000000-full-aaaaaa/000001.tar.zst", strings.NewReader("twelve bytes"), nil); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(25 * time.Hour)
	before := w.memory.Contents()
	dry, err := w.svc.Rotate(t.Context(), admin(), backup.RotateRequest{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(w.memory.Contents()); n != len(before) {
		t.Errorf("the dry run left %d objects of %d", n, len(before))
	}
	done, err := w.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
	if err != nil {
		t.Fatal(err)
	}
	a, b := *dry.RotateResult, *done.RotateResult
	if a.Freed != b.Freed || a.Swept != b.Swept || a.Repacked.Archives != b.Repacked.Archives ||
		a.Repacked.Freed != b.Repacked.Freed || a.Repacked.Written != b.Repacked.Written {
		t.Errorf("dry run = %+v\nrotation = %+v", a, b)
	}
	if b.Swept != (backup.Cleared{Objects: 1, Bytes: 12}) || b.Repacked.Archives != 1 || b.Repacked.Freed < 15_000 {
		t.Errorf("rotation = %+v, want something swept and repacked", b)
	}
}

// restless is a store in which one can also fall asleep before what changes it:
// after the last look at the lock.
type restless struct{ whole }

func (s restless) Put(ctx context.Context, key string, r io.Reader, meta map[string]string) error {
	s.after("before Put " + key)
	return s.whole.Put(ctx, key, r, meta)
}

func (s restless) Delete(ctx context.Context, keys ...string) error {
	s.after("before Delete " + strings.Join(keys, " "))
	return s.whole.Delete(ctx, keys...)
}

// TestRotationThatSleptThroughItsLeaseHarmsNobody lets others work while a
// rotation sleeps before or after any call to the store, and go on with what it
// meant to do when it wakes up.
func TestRotationThatSleptThroughItsLeaseHarmsNobody(t *testing.T) {
	for name, meanwhile := range map[string]func(ctx context.Context, svc *backup.Service, ids []backup.ID) error{
		"rotation": func(ctx context.Context, svc *backup.Service, _ []backup.ID) error {
			_, err := svc.Rotate(ctx, admin(), backup.RotateRequest{})
			return err
		},
		"delete": func(ctx context.Context, svc *backup.Service, ids []backup.ID) error {
			_, err := svc.Delete(ctx, admin(), ids[1:2], false)
			return err
		},
		"create": func(ctx context.Context, svc *backup.Service, _ []backup.ID) error {
			_, err := svc.Create(ctx, admin(), backup.CreateRequest{Kind: backup.KindStorage})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			takeovers := 0
			everyNap(t, func(t *testing.T, p *nap) {
				t.Helper()
				w, ids, want := halfDead(t)
				p.meanwhile = func() {
					err := meanwhile(t.Context(), w.newcomer(t), ids)
					if err == nil {
						takeovers++
					} else if !errors.Is(err, errs.ErrConflict) {
						t.Errorf("the newcomer failed: %v", err)
					}
				}
				sleeper := newService(t, restless{newWhole(w, p)}, w.records, w.dir, w.clock.Now, nil)
				sleeper.Runner = inline{sleeper}
				o, err := sleeper.Rotate(t.Context(), admin(), backup.RotateRequest{})
				if p.calls < p.n && (err != nil || o.Status != backup.StatusCompleted) {
					t.Errorf("Rotate without a nap = %s %q, %v", o.Status, o.Errors, err)
				}
				w.recover(t)
				if n := w.checkBackups(t, want); n < 1 {
					t.Errorf("no backup is left after a nap (%s)", p.at)
				}
				w.mustFinish(t, ids[0])
				w.checkBackups(t, want)
			})
			if takeovers < 10 {
				t.Errorf("somebody took over only %d times, so little was tested", takeovers)
			}
		})
	}
}
