package faults_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/faultblob"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/faultcatalog"
)

// fault is one failure somewhere: it is put into a world before the step
// that shall meet it, and fired says whether the step came to it.
type fault struct {
	name  string
	into  func(t *testing.T, w *world)
	fired func(w *world) bool
}

// faultsAt are the failures of the n-th call of each kind, before and after it.
func faultsAt(n int) []fault {
	var fs []fault
	for _, when := range []faultblob.When{faultblob.Before, faultblob.After, faultblob.Middle} {
		fs = append(fs, fault{
			name:  fmt.Sprintf("blob/%d/%d", when, n),
			into:  func(_ *testing.T, w *world) { w.blobs.Inject(faultblob.Fault{Call: n, When: when, Pass: 1}) },
			fired: func(w *world) bool { return w.blobs.Fired() },
		})
	}
	fs = append(fs, fault{
		name:  fmt.Sprintf("blob/away/%d", n),
		into:  func(_ *testing.T, w *world) { w.blobs.Inject(faultblob.Fault{Call: n, Stays: true}) },
		fired: func(w *world) bool { return w.blobs.Fired() },
	})
	for _, f := range []faultcatalog.Fault{{Call: n}, {Call: n, After: true}, {Call: n, Onward: true}} {
		var c *faultcatalog.Catalog
		fs = append(fs, fault{
			name:  fmt.Sprintf("catalog/after=%t/onward=%t/%d", f.After, f.Onward, n),
			into:  func(t *testing.T, w *world) { t.Helper(); c = faultcatalog.New(w.records, f); w.use(t, c) },
			fired: func(*world) bool { return len(c.Calls()) >= n },
		})
	}
	return append(fs, fault{
		name:  fmt.Sprintf("files/%d", n),
		into:  func(_ *testing.T, w *world) { w.files.calls, w.files.fail = 0, n },
		fired: func(w *world) bool { return w.files.calls >= n },
	})
}

// everyFault runs check with every way of failing at every call, until the step
// has no such call any more. Steps that read and write no files of the
// installation say so.
func everyFault(t *testing.T, files bool, check func(t *testing.T, f fault) (fired bool)) {
	t.Helper()
	for way, f := range faultsAt(1) {
		name := strings.TrimSuffix(f.name, "/1")
		if name == "files" && !files {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel() // much of it waits for the disk
			n := 0
			for fired := true; fired; {
				n++
				f := faultsAt(n)[way]
				t.Run(strconv.Itoa(n), func(t *testing.T) { fired = check(t, f) })
			}
			if n == 1 {
				t.Error("the step makes no such call, so nothing was tested")
			}
		})
	}
}

func TestCreateSurvivesEveryFault(t *testing.T) {
	t.Parallel()
	everyFault(t, true, func(t *testing.T, f fault) bool {
		t.Helper()
		w := newWorld(t)
		old := w.mustCreate(t, backup.KindFull)
		want := map[backup.ID]state{old.ID: observe(t, w.dir)}
		change(t, w)
		changed := observe(t, w.dir)

		f.into(t, w)
		b, err := w.svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
		fired := f.fired(w)
		if err == nil && b.Status == backup.StatusCompleted {
			want[b.ID] = changed
		}
		w.recover(t)
		if n := w.checkBackups(t, want); n < 1 {
			t.Errorf("%d completed backups after the fault, want at least the old one", n)
		}
		again := w.mustCreate(t, backup.KindFull)
		want[again.ID] = changed
		w.checkBackups(t, want)
		checkNothingRuns(t, w.records)
		return fired
	})
}

// checkNothingRuns checks that every record has ended.
func checkNothingRuns(t *testing.T, c catalog.Catalog) {
	t.Helper()
	bs, err := c.ListBackups(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bs {
		if !b.Status.Finished() {
			t.Errorf("backup %s is still %s", b.ID, b.Status)
		}
	}
	ops, err := c.ListOperations(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range ops {
		if !o.Status.Finished() {
			t.Errorf("operation %s is still %s", o.ID, o.Status)
		}
	}
}
