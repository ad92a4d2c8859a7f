package backup_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// heartbeat is within which a run must have seen that it shall stop.
const heartbeat = 2 * time.Second

// stuck waits for the end of ctx: work that a cancel has to interrupt.
func stuck(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// cancel asks for it, and waits for a heartbeat.
func (r *rig) cancel(t *testing.T, id backup.ID) {
	t.Helper()
	if err := r.svc.Cancel(t.Context(), admin(), id); err != nil {
		t.Fatalf("Cancel(%s) = %v", id, err)
	}
	time.Sleep(heartbeat)
	synctest.Wait()
}

// wantConflict checks that a cancel is refused.
func (r *rig) wantConflict(t *testing.T, id backup.ID) {
	t.Helper()
	if err := r.svc.Cancel(t.Context(), admin(), id); !errors.Is(err, errs.ErrConflict) || errs.Detail(err) == "" {
		t.Errorf("Cancel = %v, want a conflict with a sentence", err)
	}
}

func (r *rig) wantBackup(t *testing.T, id backup.ID, want backup.Status) backup.Backup {
	t.Helper()
	b, err := r.catalog.GetBackup(t.Context(), id)
	if err != nil || b.Status != want || want.Finished() && b.FinishedAt.IsZero() {
		t.Errorf("backup %s = %s, finished %v, errors %q, %v; want %s", id, b.Status, b.FinishedAt, b.Errors, err, want)
	}
	return b
}

func (r *rig) wantOperation(t *testing.T, id backup.ID, want backup.Status) backup.Operation {
	t.Helper()
	o, err := r.catalog.GetOperation(t.Context(), id)
	if err != nil || o.Status != want || want.Finished() && o.FinishedAt.IsZero() {
		t.Errorf("operation %s = %s, finished %v, errors %q, %v; want %s", id, o.Status, o.FinishedAt, o.Errors, err, want)
	}
	return o
}

// outcomes lists how the audit log says that things ended, newest first.
func (r *rig) outcomes(t *testing.T) []string {
	t.Helper()
	lines, _, err := r.catalog.ListAudit(t.Context(), time.Now(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, l := range lines {
		all = append(all, l.Action+" "+l.Outcome)
	}
	return all
}

func TestCancelStopsACreateWithinAHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.block = make(chan struct{})
		b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil || b.Status != backup.StatusRunning {
			t.Fatalf("Create = %s, %v", b.Status, err)
		}
		r.cancel(t, b.ID)
		b = r.wantBackup(t, b.ID, backup.StatusCancelled)
		if len(b.Errors) > 0 || !b.CancelRequested || len(r.repo.committed) > 0 {
			t.Errorf("cancelled backup = %+v, %d committed", b, len(r.repo.committed))
		}
		if got := r.outcomes(t); !slices.Equal(got, []string{"create cancelled"}) {
			t.Errorf("audit log: %q", got)
		}
		close(r.storage.block)
		r.create(t, backup.KindFull, backup.StatusCompleted) // the lock is free
		r.wantConflict(t, b.ID)
	})
}

func TestCancelOfTwoAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.block = make(chan struct{})
		b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil {
			t.Fatal(err)
		}
		results := make(chan error)
		for range 2 {
			go func() { results <- r.svc.Cancel(t.Context(), admin(), b.ID) }()
		}
		if err := errors.Join(<-results, <-results); err != nil {
			t.Error(err)
		}
		time.Sleep(heartbeat)
		synctest.Wait()
		r.wantBackup(t, b.ID, backup.StatusCancelled)
	})
}

func TestCancelIsTooLateForACommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		release := make(chan struct{})
		r.repo.atCommit = func(context.Context) error { <-release; return nil }
		b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil {
			t.Fatal(err)
		}
		r.wantConflict(t, b.ID)
		close(release)
		r.runner.wg.Wait()
		if b := r.wantBackup(t, b.ID, backup.StatusCompleted); b.CancelRequested {
			t.Error("it was refused and written down all the same")
		}
	})
}

func TestCancelEndsWhatHasNotBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.runner.lose = true
		b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil || b.Status != backup.StatusPending {
			t.Fatalf("Create = %s, %v", b.Status, err)
		}
		if err := r.svc.Cancel(t.Context(), admin(), b.ID); err != nil {
			t.Fatal(err)
		}
		r.wantBackup(t, b.ID, backup.StatusCancelled)
		if _, err := r.catalog.GetLock(t.Context(), "repository"); !errors.Is(err, errs.ErrNotFound) {
			t.Errorf("the lock is still held: %v", err)
		}
		r.wantConflict(t, b.ID)
		if err := r.svc.Run(t.Context(), backup.Job{Verb: backup.VerbCreate, ID: b.ID}); err != nil || r.repo.begins > 0 {
			t.Errorf("the job that came late = %v, began %d", err, r.repo.begins)
		}
		if got := r.outcomes(t); !slices.Equal(got, []string{"create cancelled"}) {
			t.Errorf("audit log: %q", got)
		}

		o, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.svc.Cancel(t.Context(), admin(), o.ID); err != nil {
			t.Fatal(err)
		}
		r.wantOperation(t, o.ID, backup.StatusCancelled)
		r.runner.lose = false
		r.create(t, backup.KindFull, backup.StatusCompleted)
	})
}

func TestCancelLeavesTheLockOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		if _, err := r.catalog.AcquireLock(t.Context(), "repository", "another", time.Now(), time.Hour); err != nil {
			t.Fatal(err)
		}
		r.runner.lose = true
		o, err := r.svc.Verify(t.Context(), admin(), backup.VerifyRequest{ID: b.ID})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.svc.Cancel(t.Context(), admin(), o.ID); err != nil {
			t.Fatal(err)
		}
		if l, err := r.catalog.GetLock(t.Context(), "repository"); err != nil || l.Owner != "another" {
			t.Errorf("lock = %+v, %v", l, err)
		}
	})
}

func TestCancelStopsAJobThatWaitsForTheLock(t *testing.T) {
	for name, tt := range map[string]backup.Job{
		"create": {Verb: backup.VerbCreate, Kind: backup.KindFull, Schedule: "full", ScheduledTime: "now"},
		"rotate": {Verb: backup.VerbRotate, Schedule: "rotation", ScheduledTime: "now"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				if _, err := r.catalog.AcquireLock(t.Context(), "repository", "another", time.Now(), time.Hour); err != nil {
					t.Fatal(err)
				}
				done := make(chan error)
				go func() { done <- r.svc.Run(t.Context(), tt) }()
				time.Sleep(10 * time.Second)
				if tt.Verb == backup.VerbCreate {
					bs, err := r.catalog.ListBackups(t.Context(), "", 1)
					if err != nil || len(bs) == 0 {
						t.Fatalf("%v, %v", bs, err)
					}
					r.cancel(t, bs[0].ID)
					r.wantBackup(t, bs[0].ID, backup.StatusCancelled)
				} else {
					os, err := r.catalog.ListOperations(t.Context(), "", 1)
					if err != nil || len(os) == 0 {
						t.Fatalf("%v, %v", os, err)
					}
					r.cancel(t, os[0].ID)
					r.wantOperation(t, os[0].ID, backup.StatusCancelled)
				}
				if err := <-done; err != nil {
					t.Errorf("Run = %v", err)
				}
			})
		})
	}
}

func TestCancelOfWhatIsNotThere(t *testing.T) {
	r := newRig(t)
	for _, id := range []backup.ID{"20261122-020000-full-k3x9qa", "20261122-020000-restore-k3x9qa"} {
		if err := r.svc.Cancel(t.Context(), admin(), id); !errors.Is(err, errs.ErrNotFound) {
			t.Errorf("Cancel(%s) = %v, want ErrNotFound", id, err)
		}
	}
}

// A run that died after somebody wanted it to stop was cancelled, unless it had
// come to its end.
func TestCancelledRunThatDied(t *testing.T) {
	for name, committed := range map[string]bool{"before its commit": false, "after its commit": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				now := time.Now().UTC()
				b, err := r.catalog.PutBackup(t.Context(), backup.Backup{
					ID: backup.NewID(now, "full"), Kind: backup.KindFull, Status: backup.StatusRunning, CreatedAt: now,
					Lease: backup.Lease{Owner: "dead", Expires: now.Add(30 * time.Second)},
				})
				if err != nil {
					t.Fatal(err)
				}
				o := r.putOperation(t, backup.Operation{
					ID: backup.NewID(now, "verify"), Verb: backup.VerbVerify, Status: backup.StatusRunning, CreatedAt: now,
					Lease: backup.Lease{Owner: "dead", Expires: now.Add(30 * time.Second)},
				})
				want := backup.StatusCancelled
				if committed {
					whole := b
					whole.Status, whole.FinishedAt, whole.Lease, want = backup.StatusCompleted, now, backup.Lease{}, backup.StatusCompleted
					r.repo.committed[b.ID] = whole
				}
				for _, id := range []backup.ID{b.ID, o.ID} {
					if err := r.svc.Cancel(t.Context(), admin(), id); err != nil {
						t.Fatal(err)
					}
				}
				time.Sleep(time.Minute)
				if b, err := r.svc.Get(t.Context(), b.ID); err != nil || b.Status != backup.StatusCancelled {
					t.Errorf("before anybody wrote it down: %s, %v", b.Status, err)
				}
				r.wantConflict(t, o.ID)
				r.create(t, backup.KindDatabase, backup.StatusCompleted) // ends dead runs
				r.wantBackup(t, b.ID, want)
				r.wantOperation(t, o.ID, backup.StatusCancelled)
			})
		})
	}
}

func TestCancelStopsAVerify(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		r.repo.atVerify = stuck
		o, err := r.svc.Verify(t.Context(), admin(), backup.VerifyRequest{ID: b.ID, Deep: true})
		if err != nil {
			t.Fatal(err)
		}
		r.cancel(t, o.ID)
		o = r.wantOperation(t, o.ID, backup.StatusCancelled)
		if b := r.wantBackup(t, b.ID, backup.StatusCompleted); !b.VerifiedAt.IsZero() || o.VerifyResult != nil || len(o.Errors) > 0 {
			t.Errorf("verified %v, result %+v, errors %q", b.VerifiedAt, o.VerifyResult, o.Errors)
		}
	})
}

// A rotation finishes the removal that it is at.
func TestCancelStopsARotationBetweenRemovals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		for range 3 {
			r.create(t, backup.KindFull, backup.StatusCompleted)
			time.Sleep(time.Minute)
		}
		release := make(chan struct{})
		r.repo.atRemove = func() error { <-release; return nil }
		o, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{MaxBackups: 1})
		if err != nil {
			t.Fatal(err)
		}
		r.cancel(t, o.ID)
		r.wantOperation(t, o.ID, backup.StatusRunning)
		close(release)
		r.runner.wg.Wait()
		o = r.wantOperation(t, o.ID, backup.StatusCancelled)
		list, err := r.svc.List(t.Context(), backup.ListRequest{Status: backup.StatusCompleted})
		if err != nil || len(list.Backups) != 2 || len(o.RotateResult.Removed[backup.KindFull]) != 1 {
			t.Errorf("%d backups are left, removed %v, %v", len(list.Backups), o.RotateResult.Removed, err)
		}
	})
}

// at runs a restore that stops in a step until it is released or interrupted.
func (r *rig) restoreAt(t *testing.T, at string) (o backup.Operation, target *fakeTarget, release chan struct{}) {
	t.Helper()
	target = r.restorable()
	b := r.create(t, backup.KindFull, backup.StatusCompleted)
	release = make(chan struct{})
	wait := func(ctx context.Context, step string) error {
		if step != at {
			return nil
		}
		select {
		case <-release:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	target.at = wait
	r.repo.atOpen = func(ctx context.Context) error { return wait(ctx, "open") }
	if at == "safety backup" {
		r.storage.block = release
	}
	o, err := r.svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: b.ID, SafetyBackup: true})
	if err != nil || o.Status != backup.StatusRunning {
		t.Fatalf("Restore = %s %q, %v", o.Status, o.Errors, err)
	}
	return o, target, release
}

func TestCancelStopsARestoreInEachPhase(t *testing.T) {
	for _, at := range []string{"open", "safety backup", "plan", "copy"} {
		t.Run(at, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				o, target, _ := r.restoreAt(t, at)
				r.cancel(t, o.ID)
				o = r.wantOperation(t, o.ID, backup.StatusCancelled)
				if slices.Contains(target.steps, "commit") || len(o.Errors) > 0 || o.Progress.Phase == "commit" {
					t.Errorf("steps %q, errors %q, phase %q", target.steps, o.Errors, o.Progress.Phase)
				}
				if at == "safety backup" {
					r.wantBackup(t, o.RestoreResult.SafetyBackupID, backup.StatusCancelled)
				}
				r.storage.block = nil
				r.create(t, backup.KindFull, backup.StatusCompleted) // the lock is free
			})
		})
	}
}

func TestCancelOfTheSafetyBackupCancelsTheRestore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		o, target, _ := r.restoreAt(t, "safety backup")
		r.cancel(t, o.RestoreResult.SafetyBackupID)
		r.wantBackup(t, o.RestoreResult.SafetyBackupID, backup.StatusCancelled)
		r.wantOperation(t, o.ID, backup.StatusCancelled)
		if slices.Contains(target.steps, "copy") {
			t.Errorf("steps %q", target.steps)
		}
	})
}

func TestCancelIsTooLateForTheCommitOfARestore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		o, _, release := r.restoreAt(t, "commit")
		r.wantConflict(t, o.ID)
		time.Sleep(time.Minute)
		close(release)
		r.runner.wg.Wait()
		if o := r.wantOperation(t, o.ID, backup.StatusCompleted); o.CancelRequested {
			t.Error("it was refused and written down all the same")
		}
	})
}

// A cancel that comes after the last heartbeat before the commit is seen all the
// same: what is allowed happens.
func TestCancelRightBeforeACommitIsHeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		target := r.restorable()
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		var id backup.ID
		target.at = func(ctx context.Context, step string) error {
			if step != "copy" {
				return nil
			}
			os, err := r.catalog.ListOperations(ctx, "", 1)
			if err != nil {
				return err
			}
			id = os[0].ID
			return r.svc.Cancel(ctx, admin(), id)
		}
		if _, err := r.svc.Restore(t.Context(), admin(), backup.RestoreRequest{ID: b.ID}); err != nil {
			t.Fatal(err)
		}
		r.runner.wg.Wait()
		r.wantOperation(t, id, backup.StatusCancelled)
		if slices.Contains(target.steps, "commit") {
			t.Errorf("steps %q", target.steps)
		}
	})
}

// meddler is a catalog in which somebody else changes a record right before it is
// written, a number of times.
type meddler struct {
	catalog.Catalog
	times int
}

func (m *meddler) PutBackup(ctx context.Context, b backup.Backup) (backup.Backup, error) {
	if m.times > 0 {
		m.times--
		is, err := m.GetBackup(ctx, b.ID)
		if err != nil {
			return b, err
		}
		is.Progress.DoneFiles++
		if _, err := m.Catalog.PutBackup(ctx, is); err != nil {
			return b, err
		}
	}
	return m.Catalog.PutBackup(ctx, b)
}

func TestCancelOutlastsProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.block = make(chan struct{})
		b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil {
			t.Fatal(err)
		}
		svc := *r.svc
		svc.Catalog = &meddler{Catalog: r.catalog, times: 3}
		if err := svc.Cancel(t.Context(), admin(), b.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(heartbeat)
		synctest.Wait()
		r.wantBackup(t, b.ID, backup.StatusCancelled)
	})
}
