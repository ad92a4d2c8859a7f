package repository_test

import (
	"errors"
	"maps"
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
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

func keys(s *memblob.Store) []string { return slices.Sorted(maps.Keys(s.Contents())) }

// share writes a manifest of id that names the archives of another backup, as
// an incremental backup would.
func share(t *testing.T, blobs *memblob.Store, r *repository.Repository, id, of backup.ID) {
	t.Helper()
	var out strings.Builder
	b := newBackup(id)
	w, err := manifest.NewWriter(&out, manifest.Header{Version: manifest.Version, ID: id, Kind: b.Kind, CreatedAt: b.CreatedAt})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries(t, open(t, r, of)) {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	var archives []manifest.Archive
	for _, name := range w.Archives() {
		archives = append(archives, manifest.Archive{Name: name, Size: int64(len(blobs.Contents()["archives/"+name]))})
	}
	if err := w.Close(finished(b), archives); err != nil {
		t.Fatal(err)
	}
	if err := blobs.Put(t.Context(), "manifests/"+string(id)+".jsonl.zst", strings.NewReader(out.String()), nil); err != nil {
		t.Fatal(err)
	}
}

func TestRemoveTakesExactlyOneBackup(t *testing.T) {
	t.Parallel()
	blobs, r, _ := newDamaged(t)
	want := backup.Removed{Objects: 2, Bytes: int64(len(blobs.Contents()[manifestKey]) + len(blobs.Contents()[firstArchive])), Begun: true}
	got, err := r.Remove(t.Context(), testID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer differs (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{otherArchive, "format.json", otherKey}, keys(blobs)); diff != "" {
		t.Errorf("what is left differs (-want +got):\n%s", diff)
	}
	got, err = r.Remove(t.Context(), testID)
	if want := (backup.Removed{Missing: []string{manifestKey}, Begun: true}); err != nil || !cmp.Equal(want, got) {
		t.Errorf("again: %+v, %v, want %+v", got, err, want)
	}
}

func TestRemoveKeepsWhatOthersNeed(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newRepository(t, blobs)
	store(t, r, testID, file("a", []byte("shared")))
	share(t, blobs, r, otherID, testID)
	if _, err := r.Remove(t.Context(), testID); err != nil {
		t.Fatal(err)
	}
	checkStored(t, open(t, r, otherID), []backup.Item{file("a", []byte("shared"))})
	got, err := r.Remove(t.Context(), otherID)
	if err != nil || got.Objects != 2 {
		t.Errorf("the last user: %+v, %v, want two objects", got, err)
	}
	if diff := cmp.Diff([]string{"format.json"}, keys(blobs)); diff != "" {
		t.Errorf("what is left differs (-want +got):\n%s", diff)
	}
}

func TestRemoveReportsWhatIsMissing(t *testing.T) {
	t.Parallel()
	blobs, r, _ := newDamaged(t)
	remove(t, blobs, firstArchive)
	got, err := r.Remove(t.Context(), testID)
	if err != nil || got.Objects != 1 || !cmp.Equal(got.Missing, []string{firstArchive}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestRemoveTakesWhatAnAbortedRunLeft(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	r := newRepository(t, blobs)
	w, err := r.Begin(t.Context(), newBackup(testID), backup.WriteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Add(t.Context(), file("a", noise(1, 100))); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if diff := cmp.Diff([]string{firstArchive, "format.json"}, keys(blobs)); diff != "" {
		t.Fatalf("before (-want +got):\n%s", diff)
	}
	got, err := r.Remove(t.Context(), testID)
	if err != nil || got.Objects != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if diff := cmp.Diff([]string{"format.json"}, keys(blobs)); diff != "" {
		t.Errorf("after (-want +got):\n%s", diff)
	}
}

func TestDamagedBackupCanBeRemoved(t *testing.T) {
	t.Parallel()
	blobs, r, _ := newDamaged(t)
	blobs.Truncate(manifestKey, 20)
	// Nobody knows what it needs: of its neighbour the archives stay.
	got, err := r.Remove(t.Context(), otherID)
	if err != nil || got.Objects != 1 || !cmp.Equal(got.Unread, []backup.ID{testID}) {
		t.Errorf("its neighbour: %+v, %v, want its manifest gone and the damaged one named", got, err)
	}
	if diff := cmp.Diff([]string{firstArchive, otherArchive, "format.json", manifestKey}, keys(blobs)); diff != "" {
		t.Errorf("what is left differs (-want +got):\n%s", diff)
	}
	if _, err := r.Remove(t.Context(), testID); err != nil {
		t.Errorf("itself: %v", err)
	}
	if _, err := planSweep(t, r, backup.SweepOptions{Now: noon.Add(25 * time.Hour)}).Execute(t.Context(), openFence()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"format.json"}, keys(blobs)); diff != "" {
		t.Errorf("what is left differs (-want +got):\n%s", diff)
	}
}

func TestDamagedBackupsCanBeRemovedOneByOne(t *testing.T) {
	t.Parallel()
	blobs, r, _ := newDamaged(t)
	blobs.Truncate(manifestKey, 20)
	blobs.Truncate(otherKey, 20)
	for _, id := range []backup.ID{testID, otherID} {
		if _, err := r.Remove(t.Context(), id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if left := keys(blobs); slices.ContainsFunc(left, func(key string) bool { return strings.HasPrefix(key, "manifests/") }) {
		t.Errorf("left: %q", left)
	}
}

// TestARefusedRemovalHasNotBegun: where nothing may be deleted the backup is as
// good as before, and whoever asked is told so.
func TestARefusedRemovalHasNotBegun(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault faultblob.Fault
		begun bool
	}{
		"refused":            {faultblob.Fault{Call: 1, Ops: faultblob.Delete, Err: errs.ErrRefused}, false},
		"refused, half done": {faultblob.Fault{Call: 1, Ops: faultblob.Delete, When: faultblob.After, Err: errs.ErrRefused}, true},
		"answer lost":        {faultblob.Fault{Call: 1, Ops: faultblob.Delete}, true},
		"not to be planned":  {faultblob.Fault{Call: 1, Ops: faultblob.List}, false},
		"archives refused":   {faultblob.Fault{Call: 2, Ops: faultblob.Delete, Err: errs.ErrRefused}, true},
	} {
		mem, _, _ := newDamaged(t)
		blobs := faultblob.New(mem)
		r := newRepository(t, blobs)
		blobs.Inject(tt.fault)
		if got, err := r.Remove(t.Context(), testID); err == nil || got.Begun != tt.begun {
			t.Errorf("%s: %+v, %v, want begun %t", name, got, err, tt.begun)
		}
	}
}

// TestFaultsWhileRemovingLeaveNoDanglingManifest fails every call in every way.
func TestFaultsWhileRemovingLeaveNoDanglingManifest(t *testing.T) {
	t.Parallel()
	whole, _, _ := newDamaged(t)
	for _, when := range []faultblob.When{faultblob.Before, faultblob.Middle, faultblob.After} {
		for call := 1; ; call++ {
			mem := whole.Clone()
			blobs := faultblob.New(mem)
			r := newRepository(t, blobs)
			blobs.Inject(faultblob.Fault{Call: call, When: when})
			_, err := r.Remove(t.Context(), testID)
			fired := blobs.Fired()
			blobs.Inject(faultblob.Fault{})
			heals := !fired || when == faultblob.After // a reader that breaks at its end has given all
			if !errors.Is(err, errs.ErrUnavailable) && (err != nil || !heals) {
				t.Errorf("call %d, fault %d: %v", call, when, err)
			}
			if _, there := mem.Contents()[manifestKey]; there && !verify(t, r, "", true).Valid {
				t.Errorf("call %d, fault %d: the manifest outlived its archive", call, when)
			}
			if _, err := r.Remove(t.Context(), testID); err != nil {
				t.Errorf("call %d, fault %d: again: %v", call, when, err)
			}
			if diff := cmp.Diff([]string{otherArchive, "format.json", otherKey}, keys(mem)); diff != "" {
				t.Errorf("call %d, fault %d: what is left differs (-want +got):\n%s", call, when, diff)
			}
			if !fired {
				break
			}
		}
	}
}
