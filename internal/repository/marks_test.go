package repository_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/faultblob"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository"
)

func said(m backup.Marks) func(backup.Marks, bool) backup.Marks {
	return func(backup.Marks, bool) backup.Marks { return m }
}

func mark(t *testing.T, r *repository.Repository, id backup.ID, m backup.Marks) {
	t.Helper()
	if got, err := r.Mark(t.Context(), id, said(m)); err != nil || !got.Equal(m) {
		t.Fatalf("Mark = %+v, %v, want %+v", got, err, m)
	}
}

func keysBelow(blobs *memblob.Store, prefix string) (keys []string) {
	for key := range blobs.Contents() {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func TestTheNewestMarkCounts(t *testing.T) {
	blobs := newMem()
	r := newRepository(t, blobs)
	damage := &backup.Damage{Archives: []string{"x/000001.tar.zst"}, Manifest: true, FoundAt: noon}
	want := map[backup.ID]backup.Marks{testID: {Note: "later <b> \u2028"}, otherID: {Accepted: true, Damage: damage}}
	mark(t, r, testID, backup.Marks{Pinned: true, Note: "first"})
	mark(t, r, testID, want[testID])
	mark(t, r, testID, want[testID]) // nothing new
	mark(t, r, otherID, want[otherID])
	got, err := r.Marks(t.Context(), "")
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Marks, %v (-want +got):\n%s", err, diff)
	}
	delete(want, otherID)
	got, err = r.Marks(t.Context(), testID)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Marks of one, %v (-want +got):\n%s", err, diff)
	}
	keys := []string{"marks/" + string(testID) + ".1.json", "marks/" + string(testID) + ".2.json", "marks/" + string(otherID) + ".1.json"}
	if diff := cmp.Diff(keys, keysBelow(blobs, "marks/")); diff != "" {
		t.Errorf("(-want +stored):\n%s", diff)
	}
}

// A mark that nobody can read may have been a pin.
func TestAMarkThatCannotBeReadIsAPin(t *testing.T) {
	for name, text := range map[string]string{"damaged": "{", "empty": "", "of no version": "{}", "newer": `{"version":2}`} {
		blobs := newMem()
		r := newRepository(t, blobs)
		mark(t, r, testID, backup.Marks{Note: "n"})
		blobs.Change("marks/"+string(testID)+".1.json", func([]byte) []byte { return []byte(text) })
		got, err := r.Marks(t.Context(), "")
		if err != nil || !got[testID].Unreadable || !(backup.Backup{}).Marked(got[testID]).Pinned {
			t.Errorf("%s: Marks = %+v, %v", name, got, err)
		}
		known := true
		_, err = r.Mark(t.Context(), testID, func(_ backup.Marks, k bool) backup.Marks {
			known = k
			return backup.Marks{Note: "new"}
		})
		if name == "newer" {
			if !errors.Is(err, errs.ErrInvalid) || !strings.Contains(errs.Detail(err), "Update this program") {
				t.Errorf("%s: Mark = %v", name, err)
			}
			continue
		}
		if got, merr := r.Marks(t.Context(), ""); known || err != nil || merr != nil || got[testID].Note != "new" {
			t.Errorf("%s: Mark, known %t, %v, then %+v, %v", name, known, err, got, merr)
		}
	}
}

// TestMarksFailBetweenCalls fails every call of the second of two changes: the
// marks are the old or the new ones, and a second try ends it.
func TestMarksFailBetweenCalls(t *testing.T) {
	before, after := backup.Marks{Pinned: true, Note: "before"}, backup.Marks{Pinned: true, Note: "after"}
	oldOrNew := func(m backup.Marks, failed bool) bool { return m.Equal(after) || failed && m.Equal(before) }
	for _, when := range []faultblob.When{faultblob.Before, faultblob.After, faultblob.Middle} {
		for n := 1; ; n++ {
			mem := newMem()
			blobs := faultblob.New(mem)
			r := newRepository(t, blobs)
			mark(t, r, testID, before)
			blobs.Inject(faultblob.Fault{Call: n, When: when})
			_, err := r.Mark(t.Context(), testID, said(after))
			failed := err != nil
			blobs.Inject(faultblob.Fault{})
			got, err := r.Marks(t.Context(), testID)
			if err != nil || !oldOrNew(got[testID], failed) {
				t.Errorf("call %d, %v: Marks = %+v, %v", n, when, got, err)
			}
			mark(t, r, testID, after)
			if !failed {
				break
			}
		}
	}
}

func TestAtTheSameTimeNoChangeIsLost(t *testing.T) {
	blobs := newMem()
	r := newRepository(t, blobs)
	first := true
	_, err := r.Mark(t.Context(), testID, func(now backup.Marks, _ bool) backup.Marks {
		if first {
			first = false
			mark(t, r, testID, backup.Marks{Pinned: true})
		}
		now.Note = "mine"
		return now
	})
	got, merr := r.Marks(context.WithoutCancel(t.Context()), testID)
	if err != nil || merr != nil || !got[testID].Equal(backup.Marks{Pinned: true, Note: "mine"}) {
		t.Errorf("Mark = %v, then %+v, %v", err, got, merr)
	}
}

func TestMarksGoWithTheirBackup(t *testing.T) {
	blobs := newMem()
	r := newRepository(t, blobs)
	store(t, r, testID, file("storage/a", text(10)))
	mark(t, r, testID, backup.Marks{Note: "one"})
	mark(t, r, testID, backup.Marks{Note: "two"})
	mark(t, r, otherID, backup.Marks{Note: "of none"})
	newest := "marks/" + string(testID) + ".2.json"

	sweepAt := func(now time.Time) {
		_, err := planSweep(t, r, backup.SweepOptions{Now: now}).Execute(t.Context(), openFence())
		if err != nil {
			t.Fatal(err)
		}
	}
	sweepAt(noon.Add(23 * time.Hour))
	if n := len(keysBelow(blobs, "marks/")); n != 3 {
		t.Errorf("a sweep has left %d young marks of 3", n)
	}
	sweepAt(noon.Add(25 * time.Hour))
	if diff := cmp.Diff([]string{newest}, keysBelow(blobs, "marks/")); diff != "" {
		t.Errorf("after a sweep (-want +got):\n%s", diff)
	}
	if _, err := r.Remove(t.Context(), testID); err != nil {
		t.Fatal(err)
	}
	if left := keys(blobs); !cmp.Equal(left, []string{"format.json"}) {
		t.Errorf("left: %q", left)
	}
}
