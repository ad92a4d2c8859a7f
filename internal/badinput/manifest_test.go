package badinput_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/repository/frame"
	"github.com/vertex-ar/backup/internal/web"
)

func manifestKey(id backup.ID) string { return "manifests/" + string(id) + ".jsonl.zst" }

// manifestHarms are ways to damage the list of files of a backup.
func manifestHarms() map[string]func(t *testing.T, g *rig, id, other backup.ID) {
	change := func(f func(b []byte) []byte) func(*testing.T, *rig, backup.ID, backup.ID) {
		return func(_ *testing.T, g *rig, id, _ backup.ID) { g.memory.Change(manifestKey(id), f) }
	}
	return map[string]func(t *testing.T, g *rig, id, other backup.ID){
		"first bit":           change(func(b []byte) []byte { b[0] ^= 1; return b }),
		"bit of the header":   change(func(b []byte) []byte { b[20] ^= 1; return b }),
		"bit in the middle":   change(func(b []byte) []byte { b[len(b)/2] ^= 1; return b }),
		"last bit":            change(func(b []byte) []byte { b[len(b)-1] ^= 1; return b }),
		"last byte cut off":   change(func(b []byte) []byte { return b[:len(b)-1] }),
		"half cut off":        change(func(b []byte) []byte { return b[:len(b)/2] }),
		"everything cut off":  change(func([]byte) []byte { return nil }),
		"more at the end":     change(func(b []byte) []byte { return append(b, "more"...) }),
		"twice":               change(func(b []byte) []byte { return append(b, b...) }),
		"garbage":             change(func([]byte) []byte { return noise(5, 3000) }),
		"JSON as it is":       change(func([]byte) []byte { return []byte(`{"format":"vertex-ar-backup/manifest","version":1}`) }),
		"a bomb of zeros":     change(func([]byte) []byte { return bomb() }),
		"that of another one": func(_ *testing.T, g *rig, id, other backup.ID) { g.memory.Swap(manifestKey(id), manifestKey(other)) },
		"an archive in its place": func(t *testing.T, g *rig, id, _ backup.ID) {
			t.Helper()
			g.memory.Swap(manifestKey(id), archiveKey(g.contents(t, id)[video].Extents[0]))
		},
		"missing": func(t *testing.T, g *rig, id, _ backup.ID) {
			t.Helper()
			try(t, g.memory.Delete(t.Context(), manifestKey(id)))
		},
	}
}

// bomb is a valid frame of a line that does not end.
func bomb() []byte { return frame.AppendRaw(nil, []byte("{"+strings.Repeat("0", 4<<20))) }

func TestDamagedManifests(t *testing.T) {
	t.Parallel()
	for name, harm := range manifestHarms() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newRig(t)
			other, id := g.create(t, backup.KindFull), g.create(t, backup.KindFull)
			g.spoil(t)
			harm(t, g, id, other)
			before := g.observe(t)

			for _, fields := range []string{"", shallow} {
				r := g.verify(t, id, fields).ok(t)
				if r.Valid || !strings.Contains(r.Error, string(id)) {
					t.Errorf("verify: %+v", r)
				}
				plain(t, r.Error)
				delete(g.observe(t).Records, r.Operation.ID)
				before.Records[r.Operation.ID] = g.written(t)[r.Operation.ID]
			}
			for _, fields := range []string{withoutSafety, "", `,"dry_run":true`, withoutSafety + `,"paths":["` + image + `"]`} {
				r := g.restore(t, id, fields).failed(t)
				mentions(t, r.Operation.Errors, string(id))
				if r.SafetyBackup != "" {
					t.Error("a safety backup was taken for nothing")
				}
				before.Records[r.Operation.ID] = g.written(t)[r.Operation.ID]
			}
			a := g.restoreTest(t, id)
			if r := a.ok(t); r.CanRestore || r.Tests["checksum_valid"] || len(r.Problems) == 0 {
				t.Errorf("restore-test: %s", a.body)
			} else {
				for _, line := range r.Problems {
					plain(t, line)
				}
			}
			if p := g.files(t, id).problem(t, http.StatusUnprocessableEntity); p.Type != web.TypeDamaged || !strings.Contains(p.Detail, string(id)) {
				t.Errorf("files: %+v", p)
			}
			g.unchanged(t, before)
			if name != "that of another one" && name != "an archive in its place" { // both are the other's too
				g.restore(t, other, withoutSafety).ok(t)
				g.restored(t)
			}
		})
	}
}

// TestDeleteBesideADamagedManifest: nobody knows what the damaged one shares,
// so it has to go first, and it can.
func TestDeleteBesideADamagedManifest(t *testing.T) {
	t.Parallel()
	for name, harm := range manifestHarms() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newRig(t)
			other, id, third := g.create(t, backup.KindFull), g.create(t, backup.KindFull), g.create(t, backup.KindFull)
			harm(t, g, id, third)
			before := g.observe(t)
			if a := g.delete(t, other, ""); a.status != http.StatusOK {
				p := a.problem(t, http.StatusUnprocessableEntity)
				if p.Type != web.TypeDamaged || !strings.Contains(p.Detail, "Delete backup ") {
					t.Errorf("delete: %+v", p)
				}
				g.unchanged(t, before)
			}
			for _, damaged := range []backup.ID{id, third} {
				if damaged == id || name == "that of another one" {
					if a := g.delete(t, damaged, "&force=true"); a.status != http.StatusOK {
						t.Logf("a second try is needed: %s", a.body)
					}
				}
			}
			if name == "that of another one" {
				g.delete(t, id, "&force=true")
			}
			if _, still := g.observe(t).Records[string(other)]; still {
				g.delete(t, other, "&force=true").ok(t)
			}
			if _, still := g.observe(t).Records[string(third)]; still { // until then it keeps what it shares
				g.delete(t, third, "&force=true").ok(t)
			}
			// What was kept since the damaged one might have needed it goes a day later.
			g.clock.Advance(25 * time.Hour)
			g.ask(t, http.MethodPost, "/backups/rotate", "").ok(t)
			for key := range g.memory.Contents() {
				if key != "format.json" {
					t.Errorf("%s is left", key)
				}
			}
		})
	}
}

// TestTwoDamagedManifestsDoNotGuardEachOther: each would have to be deleted
// before the other.
func TestTwoDamagedManifestsDoNotGuardEachOther(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	a, b := g.create(t, backup.KindFull), g.create(t, backup.KindFull)
	whole := g.create(t, backup.KindFull)
	g.spoil(t)
	for _, id := range []backup.ID{a, b} {
		g.memory.FlipBit(manifestKey(id), 20)
	}
	for _, id := range []backup.ID{a, b, a} {
		if answer := g.delete(t, id, ""); answer.status != http.StatusOK && answer.status != http.StatusNotFound {
			p := answer.problem(t, http.StatusUnprocessableEntity)
			t.Log(p.Detail)
		}
	}
	left := g.observe(t)
	for id := range left.Records {
		if id != string(whole) {
			t.Errorf("%s is left: %s", id, left.Records[id])
		}
	}
	g.restore(t, whole, withoutSafety).ok(t)
	g.restored(t)
	g.delete(t, whole, "&force=true").ok(t)
	for key := range g.observe(t).Objects {
		if key != "format.json" {
			t.Errorf("%s is left", key)
		}
	}
}

// newer replaces the manifest of id by one of a later version, as a newer
// program would have written it, with its checksum in the record.
func (g *rig) newer(t *testing.T, id backup.ID) {
	t.Helper()
	content := frame.AppendRaw(nil, []byte(`{"format":"vertex-ar-backup/manifest","version":3,"new":["things"]}`+"\n"))
	g.memory.Change(manifestKey(id), func([]byte) []byte { return content })
	b, err := g.records.GetBackup(t.Context(), id)
	try(t, err)
	sum := sha256.Sum256(content)
	b.Checksum = hex.EncodeToString(sum[:])
	_, err = g.records.PutBackup(t.Context(), b)
	try(t, err)
}

func TestManifestOfANewerVersion(t *testing.T) {
	t.Parallel()
	g := newRig(t)
	other, id := g.create(t, backup.KindFull), g.create(t, backup.KindFull)
	g.spoil(t)
	g.newer(t, id)
	before := g.observe(t)
	update := func(lines ...string) {
		t.Helper()
		mentions(t, lines, "newer version", "Update")
	}
	for _, a := range []answer{
		g.verify(t, id, ""), g.verify(t, id, shallow), g.restore(t, id, ""), g.restore(t, id, withoutSafety), g.restore(t, id, `,"dry_run":true`),
	} {
		r := a.failed(t)
		update(r.Operation.Errors...)
		before.Records[r.Operation.ID] = g.written(t)[r.Operation.ID]
	}
	update(g.files(t, id).problem(t, http.StatusUnprocessableEntity).Detail)
	test := g.restoreTest(t, id)
	if r := test.ok(t); r.CanRestore {
		t.Errorf("restore-test: %s", test.body)
	} else {
		update(r.Problems...)
	}
	g.unchanged(t, before)
	for _, doomed := range []backup.ID{id, other} { // who knows what the newer one needs
		update(g.delete(t, doomed, "&force=true").problem(t, http.StatusUnprocessableEntity).Detail)
		g.unchanged(t, before)
	}
	rotate := g.ask(t, http.MethodPost, "/backups/rotate?max_backups=1", "").failed(t)
	update(rotate.Operation.Errors...)
	g.unchanged(t, before, rotate.Operation.ID)
	before.Records[rotate.Operation.ID] = g.written(t)[rotate.Operation.ID]
	r := g.restore(t, other, withoutSafety).ok(t)
	if r.Operation.Status != backup.StatusCompleted {
		t.Errorf("restore of the other one: %+v", r)
	}
	g.restored(t)
}

func TestRepositoryThatIsNotOurs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, content, says string }{
		{"of a newer version", `{"version":2}`, "Update this program"},
		{"of a much newer version", `{"version":9223372036854775807,"encryption":"yes"}`, "Update this program"},
		{"of version 0", `{"version":0}`, "damaged"},
		{"of a negative version", `{"version":-1}`, "damaged"},
		{"without a version", `{}`, "damaged"},
		{"with a word for a version", `{"version":"2"}`, "damaged"},
		{"that is no JSON", `version: 1`, "damaged"},
		{"empty", ``, "damaged"},
		{"of many megabytes", `{"version":1` + strings.Repeat(" ", 8<<20) + `}`, "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g := newRig(t)
			id := g.create(t, backup.KindFull)
			g.spoil(t)
			g.memory.Change("format.json", func([]byte) []byte { return []byte(c.content) })
			before := g.observe(t)
			r := g.ask(t, http.MethodPost, "/backups/create", `{"type":"full"}`).failed(t)
			mentions(t, r.Backup.Errors, c.says)
			g.unchanged(t, before, string(r.Backup.ID))
			before = g.observe(t)
			p := g.delete(t, id, "&force=true").problem(t, http.StatusUnprocessableEntity)
			mentions(t, []string{p.Detail}, c.says)
			g.unchanged(t, before)
			safe := g.restore(t, id, "").failed(t) // no safety backup can be taken
			mentions(t, safe.Operation.Errors, "nothing was restored", c.says)
			after := g.observe(t)
			after.Records = before.Records
			if !slices.Equal(sortedLines(before.Installation), sortedLines(after.Installation)) {
				t.Error("the restore has changed something")
			}
		})
	}
}

func sortedLines(m map[string]string) []string {
	var lines []string
	for k, v := range m {
		lines = append(lines, k+" "+v)
	}
	slices.Sort(lines)
	return lines
}
