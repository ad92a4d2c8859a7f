package faults_test

import (
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
)

func TestRestoreSurvivesEveryFault(t *testing.T) {
	t.Parallel()
	for name, safety := range map[string]bool{"with safety backup": true, "without": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everyFault(t, true, func(t *testing.T, f fault) bool {
				t.Helper()
				return restoreWithFault(t, f, safety)
			})
		})
	}
}

func restoreWithFault(t *testing.T, f fault, safety bool) bool {
	t.Helper()
	w := newWorld(t)
	b := w.mustCreate(t, backup.KindFull)
	target := observe(t, w.dir)
	want := map[backup.ID]state{b.ID: target}
	change(t, w)
	before := observe(t, w.dir)
	req := backup.RestoreRequest{ID: b.ID, Compare: true, SafetyBackup: safety}

	f.into(t, w)
	op, _ := w.svc.Restore(t.Context(), admin(), req)
	fired := f.fired(w)
	after := observe(t, w.dir)
	if op.ID != "" { // the record may know more than the request saw
		recorded, err := w.records.GetOperation(t.Context(), op.ID)
		if err != nil {
			t.Fatal(err)
		}
		op = recorded
	}
	ended := op.Status == backup.StatusCompleted
	switch {
	case ended && len(diff(target, after)) > 0:
		t.Errorf("a completed restore left %q different", diff(target, after))
	case !ended && !committing(op) && len(diff(before, after)) > 0:
		t.Errorf("a restore that failed before its commit changed %q", diff(before, after))
	}
	checkOldOrNew(t, before, target, after)
	w.recover(t)
	if ended && safety {
		want[op.RestoreResult.SafetyBackupID] = before
	}
	w.checkBackups(t, want)
	op, err := w.svc.Restore(t.Context(), admin(), req)
	if err != nil || op.Status != backup.StatusCompleted {
		t.Fatalf("second Restore = %s %v, %v", op.Status, op.Errors, err)
	}
	if d := diff(target, observe(t, w.dir)); len(d) > 0 {
		t.Errorf("after the second Restore %q differ", d)
	}
	checkNothingRuns(t, w.records)
	return fired
}

// committing reports whether a failed restore had come to its commit.
func committing(op backup.Operation) bool { return op.Progress.Phase == "commit" }

// checkOldOrNew checks that every file and the database are as they were
// before or as they are in the backup. Times of directories follow at the end.
func checkOldOrNew(t *testing.T, before, target, after state) {
	t.Helper()
	for p, v := range after {
		if p == "database" || v[0] != 'd' {
			if v != before[p] && v != target[p] {
				t.Errorf("%s is neither old nor new: %.200s", p, v)
			}
		}
	}
	for p := range before {
		if _, still := after[p]; still {
			continue
		}
		if _, wanted := target[p]; wanted {
			t.Errorf("%s is gone, though it was there before and is in the backup", p)
		}
	}
}
