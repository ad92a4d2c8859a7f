package backup_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// TestABackupIsVerifiedOnceAtATime: who asks for what runs already is told of that
// one, and so many backups at once are the most.
func TestABackupIsVerifiedOnceAtATime(t *testing.T) {
	r := newRig(t)
	var ids []backup.ID
	for range 6 {
		ids = append(ids, r.create(t, backup.KindFull, backup.StatusCompleted).ID)
	}
	r.runner.wg.Wait()
	r.runner.lose = true // they run on
	r.svc.Timing.Wait = 0
	verify := func(id backup.ID) (backup.Operation, error) {
		return r.svc.Verify(t.Context(), admin(), backup.VerifyRequest{ID: id, Deep: true})
	}

	started := map[backup.ID]bool{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for range 60 {
		wait.Go(func() {
			o, err := verify(ids[0])
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			started[o.ID] = true
		})
	}
	wait.Wait()
	if len(started) != 1 {
		t.Errorf("%d verifications of one backup", len(started))
	}
	running := map[backup.ID]backup.Operation{}
	refused := 0
	for _, id := range ids {
		switch o, err := verify(id); {
		case err == nil:
			running[id] = o
		case errors.Is(err, errs.ErrConflict):
			refused++
		default:
			t.Error(err)
		}
	}
	if len(running) != 4 || refused != 2 {
		t.Fatalf("%d run at once, %d were refused", len(running), refused)
	}
	if _, err := verify(ids[5]); !errors.Is(err, errs.ErrConflict) {
		t.Errorf("one that was refused, asked for again: %v", err)
	}
	o := running[ids[0]]
	o.Status = backup.StatusCancelled // one has ended
	if _, err := r.catalog.PutOperation(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if _, err := verify(ids[5]); err != nil {
		t.Errorf("with a place free again: %v", err)
	}
}
