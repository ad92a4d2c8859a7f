package model_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/memblob"
)

// known is what is expected of one backup.
type known struct {
	id    backup.ID
	was   state // what it must restore to, if it is restorable
	going bool  // somebody asked for its removal
}

// holds reports whether the backup has anything of a component.
func (k *known) holds(c backup.Component) bool {
	return c == backup.ComponentDatabase && k.was.rows != "" || c == backup.ComponentStorage && k.was.tree != nil
}

// list returns all records as they are stored, newest first.
func (w *world) list() []backup.Backup {
	w.t.Helper()
	all, err := w.records.ListBackups(w.t.Context(), "", 1000)
	w.must(err)
	return all
}

// restorable returns the records that something can be restored from, newest first.
func (w *world) restorable() []backup.Backup {
	w.t.Helper()
	return slices.DeleteFunc(w.list(), func(b backup.Backup) bool { return !b.Status.Restorable() })
}

// learn compares the records with those known: new ones hold what there was
// before the step, and none is gone that had to stay.
func (w *world) learn(before state, mayGo func(backup.ID) bool) {
	w.t.Helper()
	all := w.list()
	there := map[backup.ID]bool{}
	for _, b := range all {
		there[b.ID] = true
		if w.known[b.ID] != nil {
			continue
		}
		was := before.only(b.Kind)
		if was.bad && b.Reason != backup.ReasonPreRestore {
			was.rows, was.bad, was.pages, was.named, was.count = "", false, 0, nil, 0
		}
		w.known[b.ID] = &known{id: b.ID, was: was}
	}
	for _, id := range slices.Sorted(maps.Keys(w.known)) {
		switch {
		case there[id]:
		case w.known[id].going || mayGo(id):
			delete(w.known, id)
		default:
			w.t.Errorf("backup %s is gone, though nobody asked for that", id)
			delete(w.known, id)
		}
	}
}

// superfluous says, in other words than package retention, which of some
// records a rotation removes.
func superfluous(all []backup.Backup, now time.Time, most int) map[backup.ID]bool {
	gone := map[backup.ID]bool{}
	for _, b := range all {
		gone[b.ID] = b.Status == backup.StatusDeleting || !b.Pinned && outlived(all, b, now, most)
	}
	return gone
}

func outlived(all []backup.Backup, b backup.Backup, now time.Time, most int) bool {
	age := now.Sub(b.CreatedAt)
	switch {
	case !b.Status.Finished():
		return false
	case !b.Status.Restorable():
		return age >= keepFailed
	case b.Reason == backup.ReasonPreRestore:
		return !now.Before(b.ExpiresAt)
	case age < minAge:
		return false
	}
	needed := map[backup.Component]bool{}
	for _, c := range b.Kind.Components() {
		needed[c] = protects(b, c)
	}
	sound, rest, days := 0, 0, map[time.Duration]bool{}
	for _, o := range all {
		if o.Reason == backup.ReasonPreRestore || !o.Status.Restorable() || !younger(o, b) {
			continue
		}
		for c := range needed {
			needed[c] = needed[c] && !protects(o, c)
		}
		day := now.Sub(o.CreatedAt) / (24 * time.Hour)
		switch young := now.Sub(o.CreatedAt) < minAge; {
		case o.Kind != b.Kind:
		case !whole(o):
			rest++
		case young && days[day]: // another one of that day counts
		default:
			sound++
			days[day] = days[day] || young
		}
	}
	for _, last := range needed {
		if last {
			return false
		}
	}
	if whole(b) {
		return sound >= most
	}
	return rest >= most || sound >= most
}

// protects says, in other words than package backup, whether a component can be
// brought back from a backup, as far as anybody knows.
func protects(b backup.Backup, c backup.Component) bool {
	ok := (b.Status == backup.StatusCompleted || b.Status == backup.StatusPartial) && !thin(b, c)
	return ok && b.Reason != backup.ReasonPreRestore && b.Damage == nil &&
		(c == backup.ComponentDatabase && b.DatabaseOK || c == backup.ComponentStorage && b.StorageOK)
}

// whole reports whether all that a backup is for can be brought back from it.
func whole(b backup.Backup) bool {
	return !slices.ContainsFunc(b.Kind.Components(), func(c backup.Component) bool { return !protects(b, c) })
}

// younger compares by time; of backups of the same moment the ID decides.
func younger(a, b backup.Backup) bool {
	return a.CreatedAt.After(b.CreatedAt) || a.CreatedAt.Equal(b.CreatedAt) && a.ID > b.ID
}

// lastOf reports whether without ids nothing would protect some component any more
// or, if nothing does, nothing could be restored of it.
func lastOf(all []backup.Backup, ids []backup.ID) bool {
	for _, c := range backup.KindFull.Components() {
		var sound, some [2]int // that stay, that go
		for _, b := range all {
			n := 0
			if slices.Contains(ids, b.ID) {
				n = 1
			}
			if protects(b, c) {
				sound[n]++
			}
			if b.Status.Restorable() && b.Reason != backup.ReasonPreRestore && slices.Contains(b.Kind.Components(), c) && (b.Damage == nil || !b.Damage.Manifest) {
				some[n]++
			}
		}
		if sound == [2]int{} {
			sound = some
		}
		if sound[1] > 0 && sound[0] == 0 {
			return true
		}
	}
	return false
}

// open opens the manifest of a backup: the generation that counts, for an
// interrupted rewriting leaves two.
func (w *world) open(id backup.ID) backup.Reader {
	w.t.Helper()
	b, err := w.records.GetBackup(w.t.Context(), id)
	w.must(err)
	m, err := w.svc.Repository.Open(w.t.Context(), id, b.Checksum)
	w.must(err)
	return m
}

// archivesOf returns the keys of the archives, and of the lists of pages, that a
// backup names.
func (w *world) archivesOf(id backup.ID) map[string]bool {
	w.t.Helper()
	m := w.open(id)
	keys := map[string]bool{}
	for e, err := range m.Entries() {
		w.must(err)
		for _, x := range e.Extents {
			keys["archives/"+x.Archive] = true
		}
		if e.Pages != "" {
			keys["archives/"+e.Pages] = true
		}
	}
	w.must(m.Close())
	return keys
}

// hurt returns the damaged archives that a backup names.
func (w *world) hurt(id backup.ID) (keys []string) {
	w.t.Helper()
	if len(w.damaged) == 0 {
		return nil
	}
	for key := range w.archivesOf(id) {
		if w.damaged[key] {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// storedBy returns the bytes of the objects that a backup itself has stored.
func storedBy(blobs *memblob.Store, id backup.ID) (n int64) {
	for key, content := range blobs.Contents() {
		if strings.HasPrefix(key, "archives/"+string(id)+"/") || key == manifestKey(id) {
			n += int64(len(content))
		}
	}
	return n
}

// manifestKey returns the key of the generation of a backup's manifest that its
// record calls the one that counts, or of the first.
func (w *world) manifestKey(b backup.Backup) string {
	w.t.Helper()
	for info, err := range w.blobs.List(w.t.Context(), fmt.Sprintf("manifests/%s.", b.ID)) {
		w.must(err)
		info, err := w.blobs.Head(w.t.Context(), info.Key)
		w.must(err)
		if info.Metadata["sha256"] == b.Checksum {
			return info.Key
		}
	}
	return manifestKey(b.ID)
}

// manifestKey returns the key of the first generation of a backup's manifest.
func manifestKey(id backup.ID) string { return fmt.Sprintf("manifests/%s.jsonl.zst", id) }
