package backup_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// put makes a finished record; each one is newer than those before.
func (r *rig) put(t *testing.T, kind backup.Kind, status backup.Status, files int64) backup.Backup {
	t.Helper()
	time.Sleep(time.Minute)
	now := time.Now().UTC()
	b := backup.Backup{
		ID: backup.NewID(now, string(kind)), Kind: kind, Status: status, CreatedAt: now, FinishedAt: now,
		FileCount: files, Checksum: "sum of " + string(kind),
	}
	b.DatabaseOK = status == backup.StatusCompleted && kind != backup.KindStorage
	b.StorageOK = status == backup.StatusCompleted && kind != backup.KindDatabase
	b, err := r.catalog.PutBackup(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDatabaseIsBuiltOnTheNewestThatHoldsOne: nightly backups of the database
// and weekly ones of all find each other.
func TestDatabaseIsBuiltOnTheNewestThatHoldsOne(t *testing.T) {
	t.Parallel()
	const full, storage, database = backup.KindFull, backup.KindStorage, backup.KindDatabase
	type earlier struct {
		kind  backup.Kind
		whole bool
	}
	for name, tt := range map[string]struct {
		kind                  backup.Kind
		all                   []earlier
		wantFiles, wantTables int // of all; -1 is none
	}{
		"none":                       {full, nil, -1, -1},
		"all, from both":             {full, []earlier{{full, true}, {database, true}, {storage, true}}, 2, 1},
		"all, from one":              {full, []earlier{{database, true}, {storage, true}, {full, true}}, 2, 2},
		"all, from the database":     {full, []earlier{{database, true}}, -1, 0},
		"database, from all":         {database, []earlier{{database, true}, {full, true}, {storage, true}}, 1, 1},
		"database, not one without":  {database, []earlier{{database, true}, {full, false}}, 0, 0},
		"storage needs no database":  {storage, []earlier{{full, true}, {database, true}}, 0, -1},
		"all, not one that lacks it": {full, []earlier{{full, true}, {full, false}}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				var files, tables backup.Base
				for i, e := range tt.all {
					status := backup.StatusCompleted
					if !e.whole {
						status = backup.StatusPartial
					}
					b := r.put(t, e.kind, status, 9)
					if i == tt.wantFiles {
						files = backup.Base{ID: b.ID, Checksum: b.Checksum}
					}
					if i == tt.wantTables {
						tables = backup.Base{ID: b.ID, Checksum: b.Checksum}
					}
				}
				r.create(t, tt.kind, backup.StatusCompleted)
				if got := r.repo.last; got.Base != files || got.Databases != tables {
					t.Errorf("built on %+v and %+v, want %+v and %+v", got.Base, got.Databases, files, tables)
				}
			})
		})
	}
}

func TestBackupBuildsOnTheNewestOneThatHelps(t *testing.T) {
	t.Parallel()
	const full, storage, database = backup.KindFull, backup.KindStorage, backup.KindDatabase
	const completed, partial, failed = backup.StatusCompleted, backup.StatusPartial, backup.StatusFailed
	type earlier struct {
		kind   backup.Kind
		status backup.Status
		files  int64
	}
	for name, tt := range map[string]struct {
		kind backup.Kind
		all  []earlier
		want int // of all; -1 is none
	}{
		"none":                          {full, nil, -1},
		"nothing of the media":          {full, []earlier{{database, completed, 1}}, -1},
		"nothing of the database":       {database, []earlier{{storage, completed, 9}}, -1},
		"storage, from all":             {storage, []earlier{{full, completed, 9}}, 0},
		"all, from the storage":         {full, []earlier{{full, completed, 9}, {storage, completed, 9}, {database, completed, 1}}, 1},
		"database, from all":            {database, []earlier{{full, completed, 9}, {storage, completed, 9}}, 0},
		"not a failed one":              {full, []earlier{{full, completed, 9}, {full, failed, 0}}, 0},
		"not one on its way out":        {full, []earlier{{full, completed, 9}, {full, backup.StatusDeleting, 9}}, 0},
		"one that lacks a little":       {full, []earlier{{full, completed, 9}, {full, partial, 8}}, 1},
		"not one that lacks most":       {full, []earlier{{full, completed, 9}, {full, partial, 4}}, 0},
		"one that lacks most, if alone": {full, []earlier{{full, partial, 4}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t)
				var want backup.Base
				for i, e := range tt.all {
					if b := r.put(t, e.kind, e.status, e.files); i == tt.want {
						want = backup.Base{ID: b.ID, Checksum: b.Checksum}
					}
				}
				r.create(t, tt.kind, completed)
				if got := r.repo.last.Base; got != want {
					t.Errorf("built on %+v, want %+v", got, want)
				}
			})
		})
	}
}

// TestDamageIsRememberedUntilAVerificationFindsNone, however many operations
// there were since.
func TestDamageIsRememberedUntilAVerificationFindsNone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		base := r.put(t, backup.KindFull, backup.StatusCompleted, 3)
		other := r.put(t, backup.KindDatabase, backup.StatusCompleted, 1)
		verify := func(id backup.ID, n int, report backup.VerifyReport) {
			r.repo.report = report
			for range n {
				time.Sleep(time.Second)
				if _, err := r.svc.Verify(t.Context(), admin(), backup.VerifyRequest{ID: id, Deep: true}); err != nil {
					t.Fatal(err)
				}
			}
		}
		avoided := func() bool {
			r.create(t, backup.KindFull, backup.StatusCompleted)
			return slices.Contains(r.repo.last.Avoid, "x/000001.tar.zst")
		}
		verify(base.ID, 1, backup.VerifyReport{DamagedArchiveCount: 1, DamagedArchives: []string{"x/000001.tar.zst: changed"}})
		verify(other.ID, 150, backup.VerifyReport{})
		if !avoided() {
			t.Error("150 operations later the damage is forgotten")
		}
		verify(base.ID, 101, backup.VerifyReport{})
		if b, err := r.svc.Get(t.Context(), base.ID); err != nil || b.Damage != nil || avoided() {
			t.Errorf("a verification that found nothing has left %+v, %v", b.Damage, err)
		}
	})
}

// TestDamageThatWasFoundIsNotBuiltUpon: what a verification named is avoided;
// if it could not name all, nothing is trusted.
func TestDamageThatWasFoundIsNotBuiltUpon(t *testing.T) {
	t.Parallel()
	for count, trusted := range map[int]bool{2: true, 100: true, 101: false, 1000: false} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			base := r.put(t, backup.KindFull, backup.StatusCompleted, 3)
			r.repo.report = backup.VerifyReport{DamagedArchiveCount: int64(count)}
			for range min(count, 1000) {
				r.repo.report.DamagedArchives = append(r.repo.report.DamagedArchives, "x/000001.tar.zst: changed")
			}
			if _, err := r.svc.Verify(t.Context(), admin(), backup.VerifyRequest{ID: base.ID, Deep: true}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
			b := r.create(t, backup.KindFull, backup.StatusCompleted)
			if got := r.repo.last; (got.Base.ID == base.ID) != trusted || !slices.Contains(got.Avoid, "x/000001.tar.zst") {
				t.Errorf("%d damaged: built on %+v", count, got)
			}
			if (len(b.Warnings) == 0) != trusted {
				t.Errorf("%d damaged: warnings %v", count, b.Warnings)
			}
			time.Sleep(time.Minute)
			r.create(t, backup.KindFull, backup.StatusCompleted)
			if got := r.repo.last.Base.ID; got != b.ID {
				t.Errorf("%d damaged: the one after is built on %s, want the one before it", count, got)
			}
		})
	}
}

func TestWarningsAboutTheBaseAreOnTheBackup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.repo.warning = "the base is damaged"
		b := r.create(t, backup.KindStorage, backup.StatusCompleted)
		if !slices.Equal(b.Warnings, []string{r.repo.warning}) {
			t.Errorf("warnings %v", b.Warnings)
		}
	})
}

func TestRereadGoesToEveryFileAndTheDatabaseIsAlwaysRead(t *testing.T) {
	t.Parallel()
	for _, reread := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			if _, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull, Reread: reread}); err != nil {
				t.Fatal(err)
			}
			for path, got := range r.repo.reread {
				if want := reread || strings.HasPrefix(path, "database/"); got != want {
					t.Errorf("reread %v: %s is read again: %v", reread, path, got)
				}
			}
			if len(r.repo.reread) != 3 {
				t.Errorf("%v", r.repo.reread)
			}
		})
	}
}

// TestLateCommitThatLacksArchivesIsWithdrawn: while the run stood still at its
// commit, a delete took what its backup shares with others.
func TestLateCommitThatLacksArchivesIsWithdrawn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		paused := *r.svc
		paused.Timing.Heartbeat = time.Hour
		r.repo.atCommit = func(context.Context) error {
			r.repo.atCommit = nil
			time.Sleep(2 * r.svc.Timing.Lease)
			r.create(t, backup.KindDatabase, backup.StatusCompleted) // takes the lock, and says that the run is dead
			r.repo.report = backup.VerifyReport{DamagedArchiveCount: 1}
			return nil
		}
		r.runner.lose = true
		b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil {
			t.Fatal(err)
		}
		r.runner.lose = false
		if err := paused.Run(t.Context(), backup.Job{Verb: backup.VerbCreate, ID: b.ID}); err != nil {
			t.Errorf("paused run = %v", err)
		}
		if got, err := r.svc.Get(t.Context(), b.ID); err != nil || got.Status != backup.StatusFailed {
			t.Errorf("record = %+v, %v, want failed", got, err)
		}
		if _, err := r.repo.Committed(t.Context(), b.ID); !errors.Is(err, errs.ErrNotFound) {
			t.Errorf("manifest: %v, want none", err)
		}
	})
}
