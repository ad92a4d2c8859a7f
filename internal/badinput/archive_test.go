package badinput_test

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
)

// contents returns the entries of a backup that have content, by path.
func (g *rig) contents(t *testing.T, id backup.ID) map[string]backup.Entry {
	t.Helper()
	r, err := g.svc.Repository.Open(t.Context(), id, "")
	try(t, err)
	all := map[string]backup.Entry{}
	for e, err := range r.Entries() {
		try(t, err)
		if e.Size > 0 {
			all[e.Path] = e
		}
	}
	try(t, r.Close())
	return all
}

// sizes returns those of the archives that hold entries, by key.
func (g *rig) sizes(entries map[string]backup.Entry) map[string]int {
	all, there := map[string]int{}, g.memory.Contents()
	for _, e := range entries {
		for _, x := range e.Extents {
			if content, ok := there[archiveKey(x)]; ok {
				all[archiveKey(x)] = len(content)
			}
		}
	}
	return all
}

func archiveKey(x backup.Extent) string { return "archives/" + x.Archive }

// Entries of the rig's full backup.
const (
	video    = "storage/acme/portrait_1/video.mp4"   // in an archive of its own
	image    = "storage/acme/portrait_1/image.jpg"   // likewise
	marker   = "storage/acme/portrait_2/marker.fset" // the last but one
	database = backup.DatabasePath                   // the first
)

// archiveHarm is one way to damage what is stored of a backup.
type archiveHarm struct {
	name string
	path string // of the file that it aims at
	do   func(t *testing.T, g *rig, x backup.Extent, other backup.ID)
	// whole says that all of the archive is lost; otherwise only the file.
	whole bool
	// harmless says that no file is lost at all.
	harmless bool
	// also is another archive's file that is lost with it.
	also string
}

func archiveHarms() []archiveHarm {
	flip := func(at func(x backup.Extent) int64) func(*testing.T, *rig, backup.Extent, backup.ID) {
		return func(_ *testing.T, g *rig, x backup.Extent, _ backup.ID) { g.memory.FlipBit(archiveKey(x), int(at(x))) }
	}
	change := func(f func([]byte) []byte) func(*testing.T, *rig, backup.Extent, backup.ID) {
		return func(_ *testing.T, g *rig, x backup.Extent, _ backup.ID) { g.memory.Change(archiveKey(x), f) }
	}
	first := func(x backup.Extent) int64 { return x.Offset }
	middle := func(x backup.Extent) int64 { return x.Offset + x.Length/2 }
	last := func(x backup.Extent) int64 { return x.Offset + x.Length - 1 }
	return []archiveHarm{
		{name: "first bit of a frame", path: video, do: flip(first)},
		{name: "bit in the middle of a frame", path: video, do: flip(middle)},
		{name: "last bit of a frame", path: video, do: flip(last)},
		{name: "bit of the database", path: database, do: flip(middle)},
		{name: "bit of a small file", path: marker, do: flip(middle)},
		{name: "bit behind the last file", path: video, do: flip(func(backup.Extent) int64 { return -1 }), harmless: true},
		{name: "last byte cut off", path: video, do: change(func(b []byte) []byte { return b[:len(b)-1] }), harmless: true},
		{name: "second half cut off", path: video, do: change(func(b []byte) []byte { return b[:len(b)/2] })},
		{name: "everything cut off", path: video, do: change(func([]byte) []byte { return nil }), whole: true},
		{name: "more at the end", path: video, do: change(func(b []byte) []byte { return append(b, "more"...) }), harmless: true},
		{name: "zeros of the same size", path: video, do: change(func(b []byte) []byte { clear(b); return b }), whole: true},
		{name: "swapped with another of the backup", path: video, whole: true, also: image, do: func(t *testing.T, g *rig, x backup.Extent, _ backup.ID) {
			t.Helper()
			for id := range g.written(t) {
				if e, ok := g.contents(t, backup.ID(id))[image]; ok && strings.HasPrefix(x.Archive, id) {
					g.memory.Swap(archiveKey(x), archiveKey(e.Extents[0]))
				}
			}
		}},
		{name: "swapped with that of another backup", path: video, whole: true, do: func(t *testing.T, g *rig, x backup.Extent, other backup.ID) {
			t.Helper()
			g.memory.Swap(archiveKey(x), archiveKey(g.contents(t, other)[video].Extents[0]))
		}},
		{name: "missing", path: video, whole: true, do: func(t *testing.T, g *rig, x backup.Extent, _ backup.ID) {
			t.Helper()
			try(t, g.memory.Delete(t.Context(), archiveKey(x)))
		}},
		{name: "missing with the database", path: database, whole: true, do: func(t *testing.T, g *rig, x backup.Extent, _ backup.ID) {
			t.Helper()
			try(t, g.memory.Delete(t.Context(), archiveKey(x)))
		}},
	}
}

// lost returns the files that cannot be restored any more.
func (h archiveHarm) lost(all map[string]backup.Entry) []string {
	if h.harmless {
		return nil
	}
	gone := map[string]bool{h.path: true}
	for path, e := range all {
		for _, aim := range []string{h.path, h.also} {
			if aim != "" && h.whole && e.Extents[0].Archive == all[aim].Extents[0].Archive {
				gone[path] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(gone))
}

func TestDamagedArchives(t *testing.T) {
	t.Parallel()
	for _, h := range archiveHarms() {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			g := newRig(t)
			write(t, filepath.Join(g.storage(), strings.TrimPrefix(video, "storage/")), noise(7, 80<<10))
			other := g.create(t, backup.KindFull)
			write(t, filepath.Join(g.storage(), strings.TrimPrefix(video, "storage/")), media()["acme/portrait_1/video.mp4"])
			id := g.create(t, backup.KindFull)
			g.spoil(t)
			all := g.contents(t, id)
			sizes := g.sizes(all)
			lost := h.lost(all)
			h.do(t, g, all[h.path].Extents[0], other)
			otherSizes := !maps.Equal(sizes, g.sizes(all))
			before := g.observe(t)

			deep := g.verify(t, id, "")
			r := deep.ok(t)
			if r.Valid || len(r.DamagedArchives) == 0 || r.DamagedFileCount != len(lost) {
				t.Errorf("verify: %s", deep.body)
			}
			if diff := cmp.Diff(lost, r.DamagedFiles, cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
				t.Errorf("damaged files (-want +got):\n%s", diff)
			}
			plain(t, r.Error)
			discreet(t, deep.body)
			shallow := g.verify(t, id, shallow).ok(t)
			if shallow.Valid == otherSizes {
				t.Errorf("shallow verify: %+v", shallow)
			}
			g.unchanged(t, before, r.Operation.ID, shallow.Operation.ID)

			g.checkRestoreTest(t, id)
			if !h.harmless {
				g.checkRefusedRestore(t, id, lost)
			}
			g.checkTheRest(t, id, all, lost)
		})
	}
}

// checkRestoreTest: what a verification has found stands in the way of a restore.
func (g *rig) checkRestoreTest(t *testing.T, id backup.ID) {
	t.Helper()
	a := g.restoreTest(t, id)
	r := a.ok(t)
	if r.CanRestore || len(r.Problems) == 0 {
		t.Errorf("restore-test: %s", a.body)
	}
	for _, line := range r.Problems {
		plain(t, line)
	}
}

// checkRefusedRestore restores everything, which must fail with a lost file named.
func (g *rig) checkRefusedRestore(t *testing.T, id backup.ID, lost []string) {
	t.Helper()
	before := g.observe(t)
	r := g.restore(t, id, withoutSafety).failed(t)
	named := slices.ContainsFunc(lost, func(path string) bool { return strings.Contains(r.Operation.Errors[0], path) })
	if !named {
		t.Errorf("%q names none of %q", r.Operation.Errors, lost)
	}
	g.unchanged(t, before, r.Operation.ID)
	safe := g.restore(t, id, "").failed(t)
	if safe.SafetyBackup == "" {
		t.Error("no safety backup is named")
	}
	after := g.observe(t)
	if diff := cmp.Diff(before.Installation, after.Installation); diff != "" {
		t.Errorf("the installation has changed (-was +is):\n%s", diff)
	}
	g.delete(t, backup.ID(safe.SafetyBackup), "").ok(t)
}

// checkTheRest restores what is not lost, file by file.
func (g *rig) checkTheRest(t *testing.T, id backup.ID, all map[string]backup.Entry, lost []string) {
	t.Helper()
	var paths []string
	for path := range all {
		if !slices.Contains(lost, path) {
			paths = append(paths, path)
		}
	}
	r := g.restore(t, id, withoutSafety+`,"paths":["`+strings.Join(paths, `","`)+`"]`).ok(t)
	if r.Operation.Status != backup.StatusCompleted {
		t.Fatalf("restore of the rest: %+v", r)
	}
	for name, want := range media() {
		got, err := os.ReadFile(filepath.Join(g.storage(), name))
		try(t, err)
		switch path := "storage/" + name; {
		case slices.Contains(lost, path):
			want = []byte("spoilt " + name)
		case !slices.Contains(paths, path):
			continue // an empty file was not asked for
		}
		if string(got) != string(want) {
			t.Errorf("%s has %d bytes, want %d", name, len(got), len(want))
		}
	}
}

// TestLostFileIsStillListed: the list of a damaged backup can still be browsed.
func TestLostFileIsStillListed(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	id := g.create(t, backup.KindFull)
	try(t, g.memory.Delete(t.Context(), archiveKey(g.contents(t, id)[video].Extents[0])))
	if a := g.ask(t, http.MethodGet, "/backups/"+string(id)+"/files?q=video", ""); a.status != http.StatusOK || !strings.Contains(a.body, video) {
		t.Errorf("files: %d %s", a.status, a.body)
	}
}
