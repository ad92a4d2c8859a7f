package repository_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository"
)

// repackID is the operation that repacks.
const repackID backup.ID = "20261123-120000-rotate-aaaaa5"

// shelf is a repository, the records of its backups and what each must hold.
type shelf struct {
	blobs   *memblob.Store
	repo    *repository.Repository
	records map[backup.ID]string // checksums
	want    map[backup.ID][]backup.Item
}

// newShelf holds backups that build on each other, each with those of its items
// that stay and one of its own. The first, which stored most, is then removed.
func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{blobs: newMem(), records: map[backup.ID]string{}, want: map[backup.ID][]backup.Item{}}
	s.repo = newRepositoryOf(t, s.blobs, repository.Options{Workers: 1})
	large := file("dir/large", noise(1, 300_000))
	stay := []backup.Item{dir("dir"), file("dir/empty", nil), file("dir/small", text(2000)), link("link", "dir"), file("long", noise(2, 1<<20+5000))}
	gone := []backup.Item{large, file("dir/video", noise(3, 3<<20)), file("other", noise(4, 50_000))}
	s.add(t, testID, "", append(slices.Clone(stay), gone...)...)
	s.add(t, otherID, testID, append(slices.Clone(stay), large, file("new", noise(5, 100)))...)
	s.add(t, thirdID, otherID, append(slices.Clone(stay), file("newer", noise(6, 100)))...)
	if _, err := s.repo.Remove(t.Context(), testID); err != nil {
		t.Fatal(err)
	}
	s.forget(testID)
	return s
}

func (s *shelf) forget(id backup.ID) {
	delete(s.records, id)
	delete(s.want, id)
}

func (s *shelf) add(t *testing.T, id, base backup.ID, items ...backup.Item) {
	t.Helper()
	tr := newTree(items...)
	storeOn(t, s.repo, id, backup.WriteOptions{Base: backup.Base{ID: base}}, tr)
	b, err := s.repo.Committed(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	s.records[id] = b.Checksum
	s.want[id] = tr.all()
}

// fence keeps the records as a catalog would.
func (s *shelf) fence() backup.Fence {
	f := openFence()
	f.Choose = func(_ context.Context, id backup.ID, last string, next backup.Choice) error {
		if _, ok := s.records[id]; !ok {
			return errs.ErrNotFound
		}
		if s.records[id] != last {
			return errors.New("another generation counts by now")
		}
		s.records[id] = next.Checksum
		return nil
	}
	return f
}

func (s *shelf) options() backup.RewriteOptions {
	return backup.RewriteOptions{ID: repackID, Generation: 5, Now: dayLater, Checksums: s.records}
}

func (s *shelf) plan(t *testing.T) backup.Rewriting {
	t.Helper()
	w, err := s.repo.PlanRepack(t.Context(), s.options())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// check checks every byte of every backup, with its record and without.
func (s *shelf) check(t *testing.T, when string) {
	t.Helper()
	for id, items := range s.want {
		for _, checksum := range []string{s.records[id], ""} {
			report, err := s.repo.Verify(t.Context(), id, checksum, backup.VerifyOptions{Deep: true})
			if err != nil || !report.Valid {
				t.Errorf("%s: backup %s: %+v, %v", when, id, report, err)
				continue
			}
			m, err := s.repo.Open(t.Context(), id, checksum)
			if err != nil {
				t.Fatal(err)
			}
			checkStored(t, m, items)
			if err := m.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func (s *shelf) bytes() (sum int64) {
	for key, content := range s.blobs.Contents() {
		if strings.HasPrefix(key, "archives/") {
			sum += int64(len(content))
		}
	}
	return sum
}

func TestRepackLeavesDeadMembersBehind(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	before := s.bytes()
	w := s.plan(t)
	plan := w.Plan()
	if plan.Archives != 1 || plan.Freed < 3<<20 || plan.Written < 1<<20+300_000 {
		t.Errorf("plan = %+v, want one archive and more than 3 MiB freed", plan)
	}
	if s.bytes() != before {
		t.Error("the plan alone has changed something")
	}
	done, err := w.Execute(t.Context(), s.fence())
	if diff := cmp.Diff(plan, done); err != nil || diff != "" {
		t.Errorf("plan and execution, %v, differ (-plan +execution):\n%s", err, diff)
	}
	if freed := before - s.bytes(); freed != plan.Freed {
		t.Errorf("%d bytes were freed, the plan was %d", freed, plan.Freed)
	}
	s.check(t, "repacked")
	var archives, manifests []string
	for _, key := range keys(s.blobs) {
		switch {
		case strings.HasPrefix(key, "manifests/"):
			manifests = append(manifests, key)
		case strings.HasPrefix(key, "archives/"):
			archives = append(archives, key)
		}
	}
	wantManifests := []string{"manifests/" + string(otherID) + ".5.jsonl.zst", "manifests/" + string(thirdID) + ".5.jsonl.zst"}
	wantArchives := []string{"archives/" + string(otherID) + "/000001.tar.zst", "archives/" + string(thirdID) + "/000001.tar.zst", "archives/" + string(repackID) + "/000001.tar.zst"}
	if diff := cmp.Diff([][]string{wantManifests, wantArchives}, [][]string{manifests, archives}); diff != "" {
		t.Errorf("what is stored differs (-want +got):\n%s", diff)
	}
	if again := s.plan(t).Plan(); again.Archives != 0 {
		t.Errorf("it would repack again: %+v", again)
	}
	if p := planSweep(t, s.repo, backup.SweepOptions{Now: dayLater, Checksums: s.records}).Plan(); p != (backup.SweepPlan{}) {
		t.Errorf("it left waste behind: %+v", p)
	}
	for id := range s.want {
		if _, err := s.repo.Remove(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff([]string{"format.json"}, keys(s.blobs)); diff != "" {
		t.Errorf("what is left of removed backups (-want +got):\n%s", diff)
	}
}

func TestRepackGoesOnWithWhatWasRepacked(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	if _, err := s.plan(t).Execute(t.Context(), s.fence()); err != nil {
		t.Fatal(err)
	}
	fourthID := backup.ID("20261122-120000-full-aaaaa5")
	s.add(t, fourthID, thirdID, file("dir/small", text(2000)))
	for _, id := range []backup.ID{otherID, thirdID} {
		if _, err := s.repo.Remove(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		s.forget(id)
	}
	opt := s.options()
	opt.ID, opt.Generation = "20261124-120000-rotate-aaaaa6", 9
	w, err := s.repo.PlanRepack(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if done, err := w.Execute(t.Context(), s.fence()); err != nil || done.Archives != 1 {
		t.Errorf("Execute = %+v, %v", done, err)
	}
	s.check(t, "repacked twice")
	if n := s.bytes(); n > 10_000 {
		t.Errorf("%d bytes are stored for 2000", n)
	}
}

// TestDryRunOfARepackCountsBackupsAsRemoved compares the plan beforehand with
// the plan after the removal.
func TestDryRunOfARepackCountsBackupsAsRemoved(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	opt := s.options()
	opt.Without = []backup.ID{otherID}
	before, err := s.repo.PlanRepack(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.repo.Remove(t.Context(), otherID); err != nil {
		t.Fatal(err)
	}
	s.forget(otherID)
	after := s.plan(t)
	if diff := cmp.Diff(after.Plan(), before.Plan()); diff != "" || after.Plan().Archives != 1 {
		t.Errorf("plans differ (-after +before):\n%s", diff)
	}
}

func TestRepackLeavesAlone(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(t *testing.T, s *shelf, opt *backup.RewriteOptions){
		"archives that are young":                func(_ *testing.T, _ *shelf, opt *backup.RewriteOptions) { opt.Now = noon },
		"what a manifest without a record names": func(_ *testing.T, s *shelf, _ *backup.RewriteOptions) { delete(s.records, otherID) },
		"what a manifest names that is not the one of its record": func(_ *testing.T, s *shelf, _ *backup.RewriteOptions) {
			s.records[otherID] = strings.Repeat("0", 64)
		},
		"archives that are cut off": func(_ *testing.T, s *shelf, _ *backup.RewriteOptions) { s.blobs.Truncate(firstArchive, 1) },
		"archives that have changed, with a word": func(_ *testing.T, s *shelf, _ *backup.RewriteOptions) {
			s.blobs.FlipBit(firstArchive, 100)
		},
		"archives of which the backup stands": func(t *testing.T, s *shelf, _ *backup.RewriteOptions) {
			t.Helper()
			share(t, s.blobs, s.repo, testID, thirdID)
			b, err := s.repo.Committed(t.Context(), testID)
			if err != nil {
				t.Fatal(err)
			}
			s.records[testID] = b.Checksum
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShelf(t)
			opt := s.options()
			change(t, s, &opt)
			opt.Checksums = s.records
			w, err := s.repo.PlanRepack(t.Context(), opt)
			if err != nil {
				t.Fatal(err)
			}
			before := keys(s.blobs)
			if p := w.Plan(); p.Archives != 0 || (len(p.Damaged) == 1) != strings.Contains(name, "with a word") {
				t.Errorf("plan = %+v, want nothing", p)
			}
			if done, err := w.Execute(t.Context(), s.fence()); err != nil || done.Archives != 0 {
				t.Errorf("Execute = %+v, %v", done, err)
			}
			if diff := cmp.Diff(before, keys(s.blobs)); diff != "" {
				t.Errorf("it changed something (-before +after):\n%s", diff)
			}
		})
	}
}

func TestNothingIsRepackedWhileAManifestCannotBeRead(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.blobs.Truncate("manifests/"+string(otherID)+".jsonl.zst", 20)
	if _, err := s.repo.PlanRepack(t.Context(), s.options()); !errors.Is(err, errs.ErrCorrupt) || !strings.Contains(errs.Detail(err), string(otherID)) {
		t.Errorf("PlanRepack = %v, want ErrCorrupt that names the backup", err)
	}
}

// TestRepackThatLosesTheLockHarmsNobody lets the lock go at each step.
func TestRepackThatLosesTheLockHarmsNobody(t *testing.T) {
	t.Parallel()
	for n := 1; ; n++ {
		s := newShelf(t)
		fence, lost := losing(s.fence(), n)
		_, err := s.plan(t).Execute(t.Context(), fence)
		if !lost() {
			if err != nil || n < 6 {
				t.Errorf("Execute with the lock = %v after %d questions", err, n-1)
			}
			return
		}
		if !errors.Is(err, errGone) {
			t.Errorf("step %d: %v", n, err)
		}
		s.check(t, fmt.Sprintf("step %d", n))
		finishLater(t, s)
		s.check(t, fmt.Sprintf("after step %d and the next rotation", n))
	}
}

var errGone = errors.New("the lock is somebody else's")

// losing is a fence that loses the lock at its n-th question.
func losing(fence backup.Fence, n int) (losing backup.Fence, lost func() bool) {
	calls := 0
	ask := func() error {
		if calls++; calls >= n {
			return errGone
		}
		return nil
	}
	choose := fence.Choose
	fence.Still = func(context.Context) error { return ask() }
	fence.Choose = func(ctx context.Context, id backup.ID, last string, next backup.Choice) error {
		if err := ask(); err != nil {
			return err
		}
		return choose(ctx, id, last, next)
	}
	return fence, func() bool { return calls >= n }
}

// finishLater does what the rotation of the next day does, and checks that
// nothing superfluous is left.
func finishLater(t *testing.T, s *shelf) {
	t.Helper()
	if _, err := planSweep(t, s.repo, backup.SweepOptions{Now: dayLater, Checksums: s.records}).Execute(t.Context(), s.fence()); err != nil {
		t.Fatal(err)
	}
	opt := s.options()
	opt.ID, opt.Generation = "20261124-120000-rotate-aaaaa6", 6
	w, err := s.repo.PlanRepack(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Execute(t.Context(), s.fence()); err != nil {
		t.Fatal(err)
	}
	if again := s.plan(t).Plan(); again.Archives != 0 {
		t.Errorf("there is still something to repack: %+v", again)
	}
	if p := planSweep(t, s.repo, backup.SweepOptions{Now: dayLater, Checksums: s.records}).Plan(); p != (backup.SweepPlan{}) {
		t.Errorf("it left waste behind: %+v", p)
	}
}

// TestBackupThatIsDeletedWhileItIsRewrittenStaysDeleted: whoever took the lock
// away has deleted it.
func TestBackupThatIsDeletedWhileItIsRewrittenStaysDeleted(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	w := s.plan(t)
	fence := s.fence()
	choose := fence.Choose
	fence.Choose = func(ctx context.Context, id backup.ID, last string, next backup.Choice) error {
		s.forget(id)
		return choose(ctx, id, last, next)
	}
	if _, err := w.Execute(t.Context(), fence); !errors.Is(err, errs.ErrNotFound) {
		t.Errorf("Execute = %v, want ErrNotFound", err)
	}
	for _, key := range keys(s.blobs) {
		if strings.HasSuffix(key, ".5.jsonl.zst") {
			t.Errorf("%s came back", key)
		}
	}
}
