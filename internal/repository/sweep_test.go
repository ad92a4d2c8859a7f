package repository_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/errs"
)

// dayLater is when everything that was stored at noon is old enough.
var dayLater = noon.Add(24*time.Hour + time.Second)

// openFence is that of a run alone: the lock is held, every choice is allowed.
func openFence() backup.Fence {
	return backup.Fence{
		Still:  func(context.Context) error { return nil },
		Choose: func(context.Context, backup.ID, string, backup.Choice) error { return nil },
	}
}

func planSweep(t *testing.T, r backup.Repository, opt backup.SweepOptions) backup.Sweeping {
	t.Helper()
	s, err := r.PlanSweep(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// put stores an object as it is.
func put(t *testing.T, blobs *memblob.Store, key, content string) {
	t.Helper()
	if err := blobs.Put(t.Context(), key, strings.NewReader(content), nil); err != nil {
		t.Fatal(err)
	}
}

// lost is an archive of a run that died.
const lost = "archives/20261121-000000-full-aaaaaa/000001.tar.zst"

func TestSweepTakesWhatNobodyNamesAfterADay(t *testing.T) {
	t.Parallel()
	blobs, r, _ := newDamaged(t)
	put(t, blobs, lost, "twelve bytes")
	for _, now := range []time.Time{noon, noon.Add(24 * time.Hour)} {
		if p := planSweep(t, r, backup.SweepOptions{Now: now}).Plan(); p != (backup.SweepPlan{}) {
			t.Errorf("%s after it was stored: %+v", now.Sub(noon), p)
		}
	}
	s := planSweep(t, r, backup.SweepOptions{Now: dayLater})
	want := backup.Cleared{Objects: 1, Bytes: 12}
	if diff := cmp.Diff(backup.SweepPlan{Waste: want}, s.Plan()); diff != "" {
		t.Errorf("plan differs (-want +got):\n%s", diff)
	}
	if _, there := blobs.Contents()[lost]; !there {
		t.Fatal("the plan alone has removed it")
	}
	got, err := s.Execute(t.Context(), openFence())
	if err != nil || got != want {
		t.Errorf("Execute = %+v, %v, want %+v", got, err, want)
	}
	if diff := cmp.Diff([]string{firstArchive, otherArchive, "format.json", manifestKey, otherKey}, keys(blobs)); diff != "" {
		t.Errorf("what is left differs (-want +got):\n%s", diff)
	}
}

func TestNothingIsSweptWhileAManifestCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"damaged", "newer"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blobs, r, _ := newDamaged(t)
			put(t, blobs, lost, "twelve bytes")
			want := errs.ErrCorrupt
			if name == "damaged" {
				blobs.Truncate(manifestKey, 20)
			} else {
				blobs.Change("format.json", func([]byte) []byte { return []byte(`{"version":2}`) })
				want = errs.ErrInvalid
			}
			_, err := r.PlanSweep(t.Context(), backup.SweepOptions{Now: dayLater})
			if !errors.Is(err, want) || errs.Detail(err) == "" {
				t.Errorf("PlanSweep = %v, want %v", err, want)
			}
		})
	}
}

// TestPlanForetellsTheRemovalOfBackups compares it with what Remove does.
func TestPlanForetellsTheRemovalOfBackups(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newRepository(t, blobs)
	a, b := newTree(file("a", noise(1, 3000)), file("b", noise(2, 5000))), newTree(file("a", noise(1, 3000)), file("c", noise(3, 7000)))
	storeOn(t, r, testID, backup.WriteOptions{}, a)
	storeOn(t, r, otherID, backup.WriteOptions{Base: backup.Base{ID: testID}}, b)
	storeOn(t, r, thirdID, backup.WriteOptions{Base: backup.Base{ID: otherID}}, newTree(file("a", noise(1, 3000))))
	put(t, blobs, lost, "twelve bytes")
	for _, without := range [][]backup.ID{{testID}, {otherID}, {testID, otherID}, {thirdID, testID}, {testID, otherID, thirdID}} {
		t.Run(fmt.Sprint(without), func(t *testing.T) {
			t.Parallel()
			blobs := blobs.Clone()
			r := newRepository(t, blobs)
			plan := planSweep(t, r, backup.SweepOptions{Now: dayLater, Without: without}).Plan()
			var gone backup.Cleared
			for _, id := range without {
				removed, err := r.Remove(t.Context(), id)
				if err != nil {
					t.Fatal(err)
				}
				gone.Add(removed.Objects, removed.Bytes)
			}
			s := planSweep(t, r, backup.SweepOptions{Now: dayLater})
			waste, err := s.Execute(t.Context(), openFence())
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(backup.SweepPlan{Gone: gone, Waste: waste}, plan); diff != "" {
				t.Errorf("plan and execution differ (-execution +plan):\n%s", diff)
			}
		})
	}
}

func TestSweepStopsWhenTheLockIsLost(t *testing.T) {
	t.Parallel()
	blobs, r, _ := newDamaged(t)
	put(t, blobs, lost, "twelve bytes")
	want := keys(blobs)
	gone := errors.New("the lock is somebody else's")
	fence := openFence()
	fence.Still = func(context.Context) error { return gone }
	got, err := planSweep(t, r, backup.SweepOptions{Now: dayLater}).Execute(t.Context(), fence)
	if !errors.Is(err, gone) || got != (backup.Cleared{}) {
		t.Errorf("Execute = %+v, %v, want the fence's error", got, err)
	}
	if diff := cmp.Diff(want, keys(blobs)); diff != "" {
		t.Errorf("it removed something (-want +got):\n%s", diff)
	}
}

// later is the key of a second generation of testID's manifest.
const later = "manifests/" + string(testID) + ".7.jsonl.zst"

// regenerate stores the manifest once more, as a rewrite would, but
// with other content.
func regenerate(t *testing.T, blobs *memblob.Store, r backup.Repository) (first, second string) {
	t.Helper()
	old, err := r.Committed(t.Context(), testID)
	if err != nil {
		t.Fatal(err)
	}
	mem := newMem()
	other := newRepository(t, mem)
	_, _, err = tryStore(t.Context(), other, testID, backup.WriteOptions{}, file("other", []byte("other")))
	if err != nil {
		t.Fatal(err)
	}
	b, err := other.Committed(t.Context(), testID)
	if err != nil {
		t.Fatal(err)
	}
	err = blobs.Put(t.Context(), later, strings.NewReader(string(mem.Contents()[manifestKey])), map[string]string{"sha256": b.Checksum})
	if err != nil {
		t.Fatal(err)
	}
	return old.Checksum, b.Checksum
}

func TestRecordSaysWhichGenerationCounts(t *testing.T) {
	t.Parallel()
	for _, metadata := range []bool{true, false} {
		blobs, r, _ := newDamaged(t)
		all := len(entries(t, open(t, r, testID)))
		first, second := regenerate(t, blobs, r)
		if !metadata { // a copy by other tools
			for key, content := range blobs.Contents() {
				if strings.HasPrefix(key, "manifests/") {
					remove(t, blobs, key)
					put(t, blobs, key, string(content))
				}
			}
		}
		for checksum, want := range map[string]int{first: all, second: 1} {
			m, err := r.Open(t.Context(), testID, checksum)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(entries(t, m)); n != want {
				t.Errorf("%d entries, want %d", n, want)
			}
			if err := m.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := r.Open(t.Context(), testID, strings.Repeat("0", 64)); !errors.Is(err, errs.ErrCorrupt) {
			t.Errorf("Open with a checksum that none has = %v, want ErrCorrupt", err)
		}
	}
}

func TestWithoutARecordTheNewestWholeGenerationCounts(t *testing.T) {
	t.Parallel()
	blobs, r, _ := newDamaged(t)
	first, second := regenerate(t, blobs, r)
	check := func(when, want string) {
		t.Helper()
		survey, err := r.Survey(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if ids := survey.IDs(); !slices.Equal(ids, []backup.ID{testID, otherID}) {
			t.Errorf("%s: %q are listed", when, ids)
		}
		for name, committed := range map[string]func(context.Context, backup.ID) (backup.Backup, error){"one": r.Committed, "all": survey.Committed} {
			if b, err := committed(t.Context(), testID); err != nil || b.Checksum != want {
				t.Errorf("%s, %s: %.8s, %v, want %.8s", when, name, b.Checksum, err, want)
			}
		}
		m := open(t, r, testID)
		if n := len(entries(t, m)); (n == 1) != (want == second) {
			t.Errorf("%s: Open read a manifest of %d entries", when, n)
		}
	}
	// The second one names an archive that has another size in this store.
	check("an archive is not there", first)
	remove(t, blobs, later)
	check("alone", first)
	regenerateWhole(t, blobs, r)
	b, err := r.Committed(t.Context(), testID)
	if err != nil || b.Checksum != first {
		t.Errorf("a copy as the second generation: %+v, %v", b, err)
	}
	blobs.Truncate(later, 5)
	check("the second is damaged", first)
}

// regenerateWhole stores the same manifest as a second generation.
func regenerateWhole(t *testing.T, blobs *memblob.Store, r backup.Repository) {
	t.Helper()
	b, err := r.Committed(t.Context(), testID)
	if err != nil {
		t.Fatal(err)
	}
	content := string(blobs.Contents()[manifestKey])
	if err := blobs.Put(t.Context(), later, strings.NewReader(content), map[string]string{"sha256": b.Checksum}); err != nil {
		t.Fatal(err)
	}
}

func TestSweepTakesGenerationsThatCountNoMore(t *testing.T) {
	t.Parallel()
	for name, keep := range map[string]string{"the first counts": manifestKey, "the second counts": later} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blobs, r, _ := newDamaged(t)
			first, second := regenerate(t, blobs, r)
			checksum := map[string]string{manifestKey: first, later: second}[keep]
			if p := planSweep(t, r, backup.SweepOptions{Now: noon}).Plan(); p != (backup.SweepPlan{}) {
				t.Errorf("without records: %+v, want nothing", p)
			}
			s := planSweep(t, r, backup.SweepOptions{Now: noon, Checksums: map[backup.ID]string{testID: checksum, otherID: "x"}})
			var chosen []string
			fence := openFence()
			fence.Choose = func(_ context.Context, id backup.ID, last string, next backup.Choice) error {
				chosen = append(chosen, string(id), last, next.Checksum)
				return nil
			}
			got, err := s.Execute(t.Context(), fence)
			if err != nil || got != s.Plan().Waste || got.Objects != 1 {
				t.Errorf("Execute = %+v, %v, want %+v", got, err, s.Plan().Waste)
			}
			if diff := cmp.Diff([]string{string(testID), checksum, checksum}, chosen); diff != "" {
				t.Errorf("what was chosen differs (-want +got):\n%s", diff)
			}
			left := slices.Collect(maps.Keys(blobs.Contents()))
			if slices.Contains(left, manifestKey) != (keep == manifestKey) || slices.Contains(left, later) != (keep == later) {
				t.Errorf("%q are left, want %s", left, keep)
			}
		})
	}
}

// TestADamagedNewerGenerationCostsNothing: the entries of the newer generation are
// damaged, which its trailer does not show. The older one counts without a record,
// and with one nothing of it is removed.
func TestADamagedNewerGenerationCostsNothing(t *testing.T) {
	t.Parallel()
	blobs, r, _ := newDamaged(t)
	items := sorted(damageItems()...)
	regenerateWhole(t, blobs, r)
	blobs.FlipBit(later, len(blobs.Contents()[later])/3)
	alone := blobs.Clone()
	remove(t, alone, manifestKey)
	b, err := newRepository(t, alone).Committed(t.Context(), testID)
	if err != nil {
		t.Fatalf("the damage shows in the trailer: %v", err)
	}
	checkStored(t, open(t, r, testID), items)
	before := keys(blobs)
	s := planSweep(t, r, backup.SweepOptions{Now: noon.Add(48 * time.Hour), Checksums: map[backup.ID]string{testID: b.Checksum}})
	if _, err := s.Execute(t.Context(), openFence()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, keys(blobs)); diff != "" {
		t.Errorf("the sweep removed something (-want +got):\n%s", diff)
	}
	checkStored(t, open(t, r, testID), items)
}

func TestRemoveTakesAllGenerations(t *testing.T) {
	t.Parallel()
	blobs, r, _ := newDamaged(t)
	regenerateWhole(t, blobs, r)
	got, err := r.Remove(t.Context(), testID)
	if err != nil || got.Objects != 3 {
		t.Errorf("%+v, %v, want three objects", got, err)
	}
	if diff := cmp.Diff([]string{otherArchive, "format.json", otherKey}, keys(blobs)); diff != "" {
		t.Errorf("what is left differs (-want +got):\n%s", diff)
	}
}

func TestCommittedTellsOfMissingArchives(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(t *testing.T, blobs *memblob.Store){
		"missing": func(t *testing.T, blobs *memblob.Store) { t.Helper(); remove(t, blobs, firstArchive) },
		"cut off": func(_ *testing.T, blobs *memblob.Store) { blobs.Truncate(firstArchive, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blobs, r, _ := newDamaged(t)
			harm(t, blobs)
			b, err := r.Committed(t.Context(), testID)
			if !errors.Is(err, errs.ErrCorrupt) || b.ID != testID || !strings.Contains(errs.Detail(err), "1 of the 1 archives") {
				t.Errorf("Committed = %+v, %v, want the record and ErrCorrupt", b, err)
			}
		})
	}
}

func TestKeysThatAreNoGenerations(t *testing.T) {
	t.Parallel()
	blobs, r, _ := newDamaged(t)
	for _, tail := range []string{".0", ".1", ".-2", ".02", ".+3", ".x", ".", ".2.3", ".99999999999999999999", "x"} {
		put(t, blobs, "manifests/"+string(testID)+tail+".jsonl.zst", "not ours")
	}
	put(t, blobs, "manifests/README", "not ours")
	if _, err := r.Committed(t.Context(), testID); err != nil {
		t.Errorf("Committed = %v", err)
	}
	if p := planSweep(t, r, backup.SweepOptions{Now: dayLater}).Plan(); p != (backup.SweepPlan{}) {
		t.Errorf("PlanSweep = %+v", p)
	}
}
