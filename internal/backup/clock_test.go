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

// wrong makes the service's machine so much ahead. The stores are asked before
// anything is dated: until then now is wrong.
func (r *rig) wrong(ahead time.Duration) {
	known := false
	r.svc.Now = func() time.Time {
		if known {
			return time.Now()
		}
		return time.Now().Add(ahead)
	}
	r.svc.Ahead = func(context.Context) time.Duration {
		known = true
		return ahead
	}
}

func TestWrongClockIsNamedAndCorrected(t *testing.T) {
	for ahead, word := range map[time.Duration]string{70_000 * time.Hour: "ahead of", -70_000 * time.Hour: "behind", 2 * time.Minute: "ahead of"} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t)
			first := r.create(t, backup.KindFull, backup.StatusCompleted)
			time.Sleep(time.Hour)
			r.wrong(ahead)
			b := r.create(t, backup.KindFull, backup.StatusCompleted)
			if !slices.ContainsFunc(b.Warnings, func(line string) bool { return strings.Contains(line, word) }) {
				t.Errorf("%v: warnings %q, want one that says it is %s", ahead, b.Warnings, word)
			}
			if b.CreatedAt.Sub(first.CreatedAt).Round(time.Minute) != time.Hour || b.ID <= first.ID {
				t.Errorf("%v: %s at %v after %s at %v, want an hour later", ahead, b.ID, b.CreatedAt, first.ID, first.CreatedAt)
			}
			o, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{MaxBackups: 1})
			if err != nil || !slices.ContainsFunc(o.Warnings, func(line string) bool { return strings.Contains(line, word) }) {
				t.Errorf("%v: Rotate warned %q, %v", ahead, o.Warnings, err)
			}
			if _, ok := r.repo.committed[b.ID]; !ok {
				t.Errorf("%v: the rotation removed the newest backup", ahead)
			}
		})
	}
}

func TestMachineThatIsAheadTakesNoLivingLockOrRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.storage.block = make(chan struct{})
		living, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindStorage})
		if err != nil || living.Status != backup.StatusRunning {
			t.Fatalf("Create = %s, %v, want it to be running", living.Status, err)
		}
		other := newRig(t)
		other.use(r.catalog)
		other.wrong(time.Hour)
		for verb, do := range map[string]func() error{
			"create": func() error {
				_, err := other.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
				return err
			},
			"rotate": func() error {
				_, err := other.svc.Rotate(t.Context(), admin(), backup.RotateRequest{})
				return err
			},
			"delete": func() error {
				_, err := other.svc.Delete(t.Context(), admin(), []backup.ID{living.ID}, true)
				return err
			},
		} {
			if err := do(); !errors.Is(err, errs.ErrConflict) {
				t.Errorf("%s on the machine that is ahead = %v, want ErrConflict", verb, err)
			}
		}
		close(r.storage.block)
		r.runner.wg.Wait()
		if b, err := r.svc.Get(t.Context(), living.ID); err != nil || b.Status != backup.StatusCompleted {
			t.Errorf("the living run ended %s, %v, want completed", b.Status, err)
		}
	})
}

func TestBackupFromTheFutureIsNamedAndStandsBehindTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		now := r.svc.Now
		r.svc.Now = func() time.Time { return time.Now().Add(70_000 * time.Hour) } // nobody says that it is wrong
		future := r.create(t, backup.KindFull, backup.StatusCompleted)
		r.svc.Now = now
		var last backup.Backup
		for range 3 {
			time.Sleep(time.Hour)
			last = r.create(t, backup.KindFull, backup.StatusCompleted)
		}
		if !slices.ContainsFunc(last.Warnings, func(line string) bool { return strings.Contains(line, string(future.ID)) }) {
			t.Errorf("warnings %q, want one that names %s", last.Warnings, future.ID)
		}
		if base := r.repo.last.Base.ID; base == future.ID || base == "" {
			t.Errorf("built on %q, want the newest that is not of the future", base)
		}
		st, err := r.svc.Stats(t.Context())
		if err != nil || st.Latest == nil || st.Latest.ID != last.ID || st.NewestComponent[backup.ComponentStorage].ID != last.ID {
			t.Errorf("the latest is %+v, %v, want %s", st.Latest, err, last.ID)
		}
		if _, err := r.svc.Rotate(t.Context(), admin(), backup.RotateRequest{MaxBackups: 1}); err != nil {
			t.Fatal(err)
		}
		for _, id := range []backup.ID{last.ID, future.ID} {
			if _, ok := r.repo.committed[id]; !ok {
				t.Errorf("the rotation removed %s", id)
			}
		}
		if n := len(r.repo.committed); n != 2 {
			t.Errorf("%d backups are left, want the newest and that of the future", n)
		}
	})
}
