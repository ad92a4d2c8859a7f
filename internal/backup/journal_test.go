package backup_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// logOf reads a log to its end.
func logOf(t *testing.T, r *rig, id backup.ID) backup.LogResult {
	t.Helper()
	res, err := r.svc.ReadLog(t.Context(), backup.LogRequest{ID: id})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func codes(lines []backup.LogLine) []string {
	var all []string
	for _, l := range lines {
		all = append(all, strings.TrimSuffix(l.Code+" "+l.Args["phase"], " "))
	}
	return all
}

func TestLogTellsWhatARunDid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.database.references = []string{"storage/gone.jpg"}
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		log := logOf(t, r, b.ID)
		want := []string{"started", "phase plan", "phase copy", "notice", "phase commit", "ended"}
		if diff := cmp.Diff(want, codes(log.Lines)); diff != "" || !log.Finished || log.Next != 6 {
			t.Errorf("next %d, finished %v, lines (-want +got):\n%s", log.Next, log.Finished, diff)
		}
		for i, l := range log.Lines {
			if l.Seq != int64(i+1) || l.Text == "" || l.Time.IsZero() || l.Level == "" {
				t.Errorf("line %d = %+v", i, l)
			}
		}
		if n := log.Lines[3]; n.Level != backup.LevelWarn || !strings.HasPrefix(n.Text, "storage/gone.jpg: ") {
			t.Errorf("notice = %+v", n)
		}
		if e := log.Lines[5]; e.Args["status"] != "completed" || e.Args["files"] != "3" {
			t.Errorf("end = %+v", e)
		}
	})
}

func TestLogComesWithTheHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		b := running(t, r)
		log := logOf(t, r, b.ID)
		if got := codes(log.Lines); log.Finished || !slices.Equal(got, []string{"started", "phase plan", "phase copy"}) {
			t.Errorf("while it runs: finished %v, %v", log.Finished, got)
		}
		if _, err := r.svc.Cancel(t.Context(), admin(), b.ID); err != nil {
			t.Fatal(err)
		}
		r.runner.wg.Wait()
		rest, err := r.svc.ReadLog(t.Context(), backup.LogRequest{ID: b.ID, After: log.Next})
		if err != nil || !rest.Finished || len(rest.Lines) != 1 || rest.Lines[0].Args["status"] != "cancelled" {
			t.Errorf("the rest = %+v, %v, want how it ended", rest, err)
		}
	})
}

func TestLogOfAFailedRunSaysWhy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.database.missing = true
		b := r.create(t, backup.KindDatabase, backup.StatusFailed)
		lines := logOf(t, r, b.ID).Lines
		if n := len(lines); n < 2 || lines[n-2].Code != "failed" || lines[n-2].Text != "The source is missing." || lines[n-1].Level != backup.LevelError {
			t.Errorf("log = %+v", lines)
		}
	})
}

func TestLogIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.database.notices = 3000
		b := r.create(t, backup.KindFull, backup.StatusCompleted)
		var all []backup.LogLine
		for after := int64(0); ; {
			res, err := r.svc.ReadLog(t.Context(), backup.LogRequest{ID: b.ID, After: after, Limit: 70})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, res.Lines...)
			if after = res.Next; res.Finished {
				break
			}
		}
		if n := len(all); n != 500 || all[n-1].Code != "ended" || all[n-2].Code != "more" {
			t.Errorf("%d lines, the last %+v", n, all[max(0, n-2):])
		}
	})
}

// TestLogOfADeadRunEnds: nobody writes its last line.
func TestLogOfADeadRunEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.runner.lose = true
		b, err := r.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		if err != nil {
			t.Fatal(err)
		}
		if log := logOf(t, r, b.ID); log.Finished {
			t.Errorf("log of what waits = %+v, want more to come", log)
		}
		time.Sleep(r.svc.Timing.Lease + 11*time.Second)
		if log := logOf(t, r, b.ID); !log.Finished {
			t.Errorf("log of a dead run = %+v, want it finished", log)
		}
		for _, id := range []backup.ID{"20261122-020000-full-k3x9qa", "20261122-020000-verify-k3x9qa"} {
			if _, err := r.svc.ReadLog(t.Context(), backup.LogRequest{ID: id}); !errors.Is(err, errs.ErrNotFound) {
				t.Errorf("log of an unknown record: %v", err)
			}
		}
	})
}

// mute is a log that is away for some calls.
type mute struct {
	backup.Logs

	away int
}

func (m *mute) AppendLog(ctx context.Context, id backup.ID, lines []backup.LogLine, expires time.Time) error {
	if m.away--; m.away >= 0 {
		return errs.ErrUnavailable
	}
	return m.Logs.AppendLog(ctx, id, lines, expires)
}

func TestALogThatIsAwayHarmsNoRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.svc.Logs = &mute{r.catalog, 1}
		b := running(t, r)
		close(r.storage.block)
		r.runner.wg.Wait()
		if log := logOf(t, r, b.ID); len(log.Lines) != 5 || !log.Finished {
			t.Errorf("log = %v, want all lines", codes(log.Lines))
		}
		r.svc.Logs = &mute{r.catalog, 1 << 30}
		r.storage.block = nil
		r.create(t, backup.KindFull, backup.StatusCompleted)
	})
}
