package faults_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source"
)

// ends are the ways in which a process is killed. Of each every stride-th call
// is tried, from a first one that differs, until the verb makes no such call
// any more: every phase is met, and not every call, for each costs the time
// of two processes.
var ends = []struct {
	name          string
	create, first int64 // strides
	restore       int64
}{
	{"catalog/before", 3, 1, 7},
	{"catalog/after", 3, 2, 7},
	{"blob/before", 2, 2, 5},
	{"blob/after", 1, 1, 4},
	{"blob/middle", 1, 1, 1},
	{"files/before", 5, 3, 6},
}

// untilAlive calls try for the chosen calls until its process survives.
func untilAlive(t *testing.T, name string, first, stride int64, try func(t *testing.T, die string) (killed bool)) {
	t.Helper()
	for n := first; ; n += stride {
		killed := false
		t.Run(fmt.Sprintf("%d", n), func(t *testing.T) { killed = try(t, fmt.Sprintf("%s/%d", name, n)) })
		if t.Failed() || !killed {
			if n == first {
				t.Errorf("%s: no process was killed, so nothing was tested", name)
			}
			return
		}
	}
}

func TestCreateSurvivesKills(t *testing.T) {
	t.Parallel()
	for _, e := range ends {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			old := s.mustRun(t, s.process(t))
			want := map[backup.ID]state{old.ID: observe(t, s.dir)}
			change(t, &s.world)
			changed := observe(t, s.dir)
			untilAlive(t, e.name, e.first, e.create, func(t *testing.T, die string) bool {
				t.Helper()
				killed := s.child(t, backup.VerbCreate, "", die)
				s.check(t, want, changed, changed)
				again := s.mustRun(t, s.process(t))
				all := maps.Clone(want)
				all[again.ID] = changed
				s.check(t, all, changed, changed)
				s.clear(t, old.ID)
				return killed
			})
		})
	}
}

func TestRestoreSurvivesKills(t *testing.T) {
	t.Parallel()
	for _, e := range ends {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			b := s.mustRun(t, s.process(t))
			target := observe(t, s.dir)
			want := map[backup.ID]state{b.ID: target}
			untilAlive(t, e.name, e.first, e.restore, func(t *testing.T, die string) bool {
				t.Helper()
				change(t, &s.world)
				before := observe(t, s.dir)
				killed := s.child(t, backup.VerbRestore, b.ID, die)
				s.check(t, want, before, target)
				s.mustRestore(t, b.ID, target)
				s.check(t, want, target, target)
				s.clear(t, b.ID)
				return killed
			})
		})
	}
}

// mustRun takes a full backup once what a dead process held has expired.
func (s *site) mustRun(t *testing.T, svc *backup.Service) backup.Backup {
	t.Helper()
	b, err := svc.Create(t.Context(), admin(), backup.CreateRequest{Kind: backup.KindFull})
	if err != nil || b.Status != backup.StatusCompleted {
		t.Fatalf("Create = %s %v, %v", b.Status, b.Errors, err)
	}
	return b
}

// mustRestore restores a backup, after which the installation is as it was then.
func (s *site) mustRestore(t *testing.T, id backup.ID, want state) {
	t.Helper()
	op, err := s.process(t).Restore(t.Context(), admin(), backup.RestoreRequest{ID: id, Compare: true, SafetyBackup: true})
	if err != nil || op.Status != backup.StatusCompleted {
		t.Fatalf("second Restore = %s %v, %v", op.Status, op.Errors, err)
	}
	if d := diff(want, observe(t, s.dir)); len(d) > 0 {
		t.Errorf("after the second Restore %q differ", d)
	}
	for _, pattern := range []string{source.StagingPrefix + "*", "storage/" + source.StagingPrefix + "*", "scratch/*"} {
		if left, _ := filepath.Glob(filepath.Join(s.dir, pattern)); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	}
}

// check checks what is promised at any moment once the leases of a dead
// process have expired: the backups are whole, the database is, and each of
// its states and each file is the one before or the one that was to be.
func (s *site) check(t *testing.T, want map[backup.ID]state, before, target state) {
	t.Helper()
	checkDatabase(t, s.database())
	checkOldOrNew(t, before, target, withoutStaging(observe(t, s.dir)))
	svc := s.process(t)
	if n := checkBackups(t, svc, s.store, want); n < len(want) {
		t.Errorf("%d backups are listed as completed, want at least %d", n, len(want))
	}
	ops, err := s.records.ListOperations(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range ops {
		if o, err := svc.GetOperation(t.Context(), o.ID); err != nil || !o.Status.Finished() {
			t.Errorf("operation %s is shown as %s after its lease, %v", o.ID, o.Status, err)
		}
	}
}

// clear deletes every backup but one, the failed ones too, and checks that
// nothing stays in the repository but what belongs to that one.
func (s *site) clear(t *testing.T, keep backup.ID) {
	t.Helper()
	bs, err := s.records.ListBackups(t.Context(), "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var ids []backup.ID
	for _, b := range bs {
		if b.ID != keep {
			ids = append(ids, b.ID)
		}
	}
	if _, err := s.process(t).Delete(t.Context(), admin(), ids, false); err != nil {
		t.Fatalf("Delete(%q) = %v", ids, err)
	}
	checkNothingRuns(t, s.records)
	named := namedBy(t, s.process(t).Repository, keep)
	for info, err := range s.store.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		if info.Key != "format.json" && !named[info.Key] && !strings.Contains(info.Key, string(keep)) {
			t.Errorf("%s is left in the repository", info.Key)
		}
	}
}

// checkDatabase opens a database as the application would, which rolls back
// what a dead process began.
func checkDatabase(t *testing.T, path string) {
	t.Helper()
	if got := ask(t, path, "PRAGMA integrity_check"); got != "ok" {
		t.Errorf("integrity_check = %s", got)
	}
}

// withoutStaging drops what a killed restore leaves for the next one.
func withoutStaging(s state) state {
	kept := state{}
	for p, v := range s {
		if !strings.Contains(p, source.StagingPrefix) {
			kept[p] = v
		}
	}
	return kept
}

// unfinished counts the uploads of large objects that nobody has ended.
func (s *site) unfinished(t *testing.T) int {
	t.Helper()
	out, err := s.client.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: &s.bucket})
	if err != nil {
		t.Fatal(err)
	}
	return len(out.Uploads)
}
