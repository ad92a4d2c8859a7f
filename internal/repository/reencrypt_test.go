package repository_test

import (
	"errors"
	"io"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

const reencryptID backup.ID = "20261123-120000-reencrypt-aaaaa5"

// newLockedShelf has a plain backup, one that is encrypted for before, and one
// that shares what is encrypted. Its repository encrypts for after and opens with text.
func newLockedShelf(t *testing.T, before, after pair, text string) *shelf {
	t.Helper()
	s := &shelf{blobs: newMem(), records: map[backup.ID]string{}, want: map[backup.ID][]backup.Item{}}
	items := []backup.Item{dir("dir"), file("dir/large", noise(1, 300_000)), file("dir/small", []byte("small")), file("long", noise(2, 3<<20)), link("link", "dir")}
	both := before.identity + "\n" + after.identity
	s.repo = newEncrypted(t, s.blobs, both)
	s.add(t, testID, "", items...)
	s.repo = newEncrypted(t, s.blobs, both, before.recipient)
	s.add(t, otherID, "", append(items, file("other", noise(3, 1000)))...)
	s.add(t, thirdID, otherID, append(items, file("newer", noise(4, 1000)))...)
	s.repo = newEncrypted(t, s.blobs, text, after.recipient)
	return s
}

func (s *shelf) reencryption(t *testing.T) backup.Rewriting {
	t.Helper()
	opt := s.options()
	opt.ID = reencryptID
	w, err := s.repo.PlanReencrypt(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestReencryptedBackupsAreOpenedByTheNewIdentityOnly encrypts plain archives as well.
func TestReencryptedBackupsAreOpenedByTheNewIdentityOnly(t *testing.T) {
	t.Parallel()
	before, after := newPair(t), newPair(t)
	s := newLockedShelf(t, before, after, before.identity+"\n"+after.identity)
	w := s.reencryption(t)
	archives := int64(len(archivesOf(s.blobs, testID)) + len(archivesOf(s.blobs, otherID)) + len(archivesOf(s.blobs, thirdID)))
	if p := w.Plan(); p.Archives != archives || p.Young+p.Later != 0 || len(p.Locked)+len(p.Damaged) != 0 {
		t.Errorf("plan = %+v, want %d archives", p, archives)
	}
	done, err := w.Execute(t.Context(), s.fence())
	if err != nil || done.Archives != archives {
		t.Fatalf("Execute = %+v, %v", done, err)
	}
	s.repo = newEncrypted(t, s.blobs, after.identity)
	s.check(t, "with the new identity")
	for id := range s.want {
		if b := record(t, s.repo, id); !b.Encrypted {
			t.Errorf("the record of %s does not say that it is encrypted", id)
		}
		if len(archivesOf(s.blobs, id)) > 0 {
			t.Errorf("archives of %s are still there", id)
		}
		m := open(t, newEncrypted(t, s.blobs, before.identity), id)
		if err := m.Unlock(t.Context()); !errors.Is(err, errs.ErrInvalid) {
			t.Errorf("the old identity opens %s: %v", id, err)
		}
		for _, e := range entries(t, m) {
			if e.Size > 0 && m.Fetch(t.Context(), e, io.Discard) == nil {
				t.Errorf("the old identity opens %s in %s", e.Path, id)
			}
		}
	}
	if p := planSweep(t, s.repo, backup.SweepOptions{Now: dayLater, Checksums: s.records}).Plan(); p != (backup.SweepPlan{}) {
		t.Errorf("it left waste behind: %+v", p)
	}
}

// TestReencryptingLeavesWhatItCannotOpen also leaves what is damaged, so that
// damage keeps being found.
func TestReencryptingLeavesWhatItCannotOpen(t *testing.T) {
	t.Parallel()
	before, after := newPair(t), newPair(t)
	s := newLockedShelf(t, before, after, after.identity)
	plain := archivesOf(s.blobs, testID)
	s.blobs.FlipBit(plain[0], -30)
	done, err := s.reencryption(t).Execute(t.Context(), s.fence())
	locked := len(archivesOf(s.blobs, otherID)) + len(archivesOf(s.blobs, thirdID))
	if err != nil || len(done.Locked) != locked || done.Archives != int64(len(plain)-1) {
		t.Errorf("Execute = %+v, %v", done, err)
	}
	if diff := cmp.Diff([]string{strings.TrimPrefix(plain[0], "archives/")}, done.Damaged); diff != "" {
		t.Errorf("damaged archives differ (-want +got):\n%s", diff)
	}
	if report, err := s.repo.Verify(t.Context(), testID, s.records[testID], backup.VerifyOptions{Deep: true}); err != nil || report.Valid {
		t.Errorf("the damage is no longer found: %+v, %v", report, err)
	}
	s.forget(testID)
	s.repo = newEncrypted(t, s.blobs, before.identity)
	s.check(t, "with the old identity")
}

// TestSwappedArchivesAreNotReencrypted: each of them is a good archive, and opens.
func TestSwappedArchivesAreNotReencrypted(t *testing.T) {
	t.Parallel()
	before, after := newPair(t), newPair(t)
	s := &shelf{blobs: newMem(), records: map[backup.ID]string{}, want: map[backup.ID][]backup.Item{}}
	s.repo = newEncrypted(t, s.blobs, before.identity, before.recipient)
	s.add(t, testID, "", file("a", noise(1, 5000)))
	s.add(t, otherID, "", file("a", noise(2, 5000)))
	s.blobs.Swap(firstEncrypted, otherArchive+".age")
	s.repo = newEncrypted(t, s.blobs, before.identity, after.recipient)
	done, err := s.reencryption(t).Execute(t.Context(), s.fence())
	if err != nil || len(done.Damaged) != 2 || done.Archives != 0 {
		t.Errorf("Execute = %+v, %v, want two that are damaged", done, err)
	}
}

func TestYoungArchivesAreReencryptedTomorrow(t *testing.T) {
	t.Parallel()
	before, after := newPair(t), newPair(t)
	s := newLockedShelf(t, before, after, before.identity)
	opt := s.options()
	opt.ID, opt.Now = reencryptID, noon
	w, err := s.repo.PlanReencrypt(t.Context(), opt)
	all := int64(len(archivesOf(s.blobs, testID)) + len(archivesOf(s.blobs, otherID)) + len(archivesOf(s.blobs, thirdID)))
	if err != nil || w.Plan().Archives != 0 || w.Plan().Young != all {
		t.Errorf("plan = %+v, %v, want %d that are young", w.Plan(), err, all)
	}
}

func TestReencryptingNeedsRecipients(t *testing.T) {
	t.Parallel()
	r := newRepository(t, newMem())
	if _, err := r.PlanReencrypt(t.Context(), backup.RewriteOptions{}); !errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), "AGE_RECIPIENTS") {
		t.Errorf("%v, want ErrInvalid that says what to set", err)
	}
}

// TestInterruptedReencryptionHarmsNobody loses the lock at each step.
func TestInterruptedReencryptionHarmsNobody(t *testing.T) {
	t.Parallel()
	before, after := newPair(t), newPair(t)
	both := before.identity + "\n" + after.identity
	template := newLockedShelf(t, before, after, both)
	for n := 1; ; n++ {
		s := &shelf{blobs: template.blobs.Clone(), records: maps.Clone(template.records), want: template.want}
		s.repo = newEncrypted(t, s.blobs, both, after.recipient)
		fence, lost := losing(s.fence(), n)
		_, err := s.reencryption(t).Execute(t.Context(), fence)
		s.check(t, "interrupted")
		if !lost() {
			if err != nil || n < 5 {
				t.Errorf("%v after %d steps", err, n)
			}
			return
		}
		if err == nil {
			t.Errorf("step %d: it goes on without the lock", n)
		}
	}
}
