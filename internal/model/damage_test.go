package model_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// damageArchive spoils an archive, or swaps two. Verifying must find that, and
// every later backup must do without it.
func (w *world) damageArchive() {
	w.t.Helper()
	owner := map[string]backup.Backup{}
	for _, b := range w.restorable() {
		for key := range w.archivesOf(b.ID) {
			if !w.damaged[key] {
				owner[key] = b
			}
		}
	}
	keys := slices.Sorted(maps.Keys(owner))
	if len(keys) == 0 {
		return
	}
	before := w.blobs.Contents()
	hit := []string{pick(w, keys...)}
	how := w.spoil(hit[0])
	if other := pick(w, keys...); w.chance(4) && other != hit[0] && how != "remove" {
		w.blobs.Swap(hit[0], other)
		how, hit = "swap", append(hit, other)
	}
	now := w.blobs.Contents() // a swap of two that are the same is no damage
	hit = slices.DeleteFunc(hit, func(key string) bool { return now[key] != nil && bytes.Equal(before[key], now[key]) })
	for _, key := range hit {
		w.note("damage: %s %s", how, key)
		w.damaged[key] = true
	}
	for _, key := range hit {
		w.verifyDamaged(owner[key])
	}
}

// spoil damages an object in one of many ways.
func (w *world) spoil(key string) string {
	w.t.Helper()
	// Sizes depend on the times of directories, which are the machine's.
	at := int(w.random.Float64() * float64(len(w.blobs.Contents()[key])))
	how := pick(w, "remove", "cut", "flip", "add", "clear", "empty")
	switch how {
	case "remove":
		w.must(w.blobs.Delete(w.t.Context(), key))
	case "cut":
		w.blobs.Truncate(key, 1+at)
	case "flip":
		w.blobs.FlipBit(key, at)
	case "add":
		w.blobs.Change(key, func(c []byte) []byte { return append(c, 0) })
	case "clear":
		w.blobs.Change(key, func(c []byte) []byte { return make([]byte, len(c)) })
	case "empty":
		w.blobs.Change(key, func([]byte) []byte { return nil })
	}
	return how
}

// verifyDamaged verifies a backup of which something is damaged: exactly the
// files that cannot be read are named.
func (w *world) verifyDamaged(b backup.Backup) {
	w.t.Helper()
	req := backup.VerifyRequest{ID: b.ID, Deep: true}
	w.note("verify %s, deep true", b.ID)
	o, err := w.svc.Verify(w.t.Context(), admin(), req)
	if err := ended(o.ID, o.Status, backup.StatusCompleted, o.Errors, err); err != nil {
		w.t.Errorf("verify: %v", err)
		return
	}
	w.checkReport(req, *o.VerifyResult)
	m := w.open(b.ID)
	defer func() { w.must(m.Close()) }()
	var lost []string
	for e, err := range m.Entries() {
		w.must(err)
		if e.Type != backup.TypeFile {
			continue
		}
		if err := m.Fetch(w.t.Context(), e, io.Discard); err != nil {
			lost = append(lost, backup.Printable(e.Path))
		}
	}
	if named := o.VerifyResult.DamagedFiles; !slices.Equal(named, lost) {
		w.t.Errorf("verifying %s named the files %q, those that cannot be read are %q", b.ID, named, lost)
	}
}

// damageManifest spoils a manifest, sees that this is found and hurts nobody
// else, and mends it or deletes its backup.
func (w *world) damageManifest() {
	w.t.Helper()
	all := w.restorable()
	if len(all) == 0 {
		return
	}
	b := pick(w, all...)
	key := w.manifestKey(b)
	info, err := w.blobs.Head(w.t.Context(), key)
	w.must(err)
	content := w.blobs.Contents()[key]
	how := w.spoilManifest(key, w.manifestKey(pick(w, all...)))
	w.note("damage: %s %s", how, key)
	if bytes.Equal(content, w.blobs.Contents()[key]) {
		return
	}
	w.refuses(b)
	w.do(w.create())
	w.clock.Advance(w.svc.Timing.Lease)
	if w.chance(2) {
		w.note("mend %s", key)
		w.must(w.blobs.Delete(w.t.Context(), key))
		w.must(w.blobs.Put(w.t.Context(), key, bytes.NewReader(content), info.Metadata))
		return
	}
	w.note("delete %s", b.ID)
	_, err = w.svc.Edit(w.t.Context(), admin(), b.ID, backup.EditRequest{Pinned: new(false)})
	w.must(err)
	_, err = w.svc.Delete(w.t.Context(), admin(), []backup.ID{b.ID}, true)
	w.must(err)
	w.orphans = true
	w.learn(w.source, func(id backup.ID) bool { return id == b.ID })
}

func (w *world) spoilManifest(key, other string) string {
	w.t.Helper()
	if other != key && w.chance(3) {
		content := w.blobs.Contents()[other]
		w.blobs.Change(key, func([]byte) []byte { return content })
		return "replace by " + other
	}
	return w.spoil(key)
}

// refuses checks that a backup whose manifest is damaged is found to be, and
// that restoring it changes nothing.
func (w *world) refuses(b backup.Backup) {
	w.t.Helper()
	o, err := w.svc.Verify(w.t.Context(), admin(), backup.VerifyRequest{ID: b.ID, Deep: w.chance(2)})
	if err != nil || o.Status != backup.StatusCompleted || o.VerifyResult.Valid || o.VerifyResult.Error == "" {
		w.t.Errorf("verifying %s, of which the manifest is damaged = %s %+v, %v", b.ID, o.Status, o.VerifyResult, err)
	}
	o, err = w.svc.Restore(w.t.Context(), admin(), backup.RestoreRequest{ID: b.ID})
	if err != nil || o.Status != backup.StatusFailed || !strings.Contains(strings.Join(o.Errors, " "), string(b.ID)) {
		w.t.Errorf("restoring %s, of which the manifest is damaged = %s %q, %v", b.ID, o.Status, o.Errors, err)
	}
	if d := diff(w.source, observe(w.t, w.dir)); len(d) > 0 {
		w.t.Errorf("that restore has changed something: %q", d)
	}
	if _, err := w.svc.Files(w.t.Context(), backup.FilesRequest{ID: b.ID}); !errors.Is(err, errs.ErrCorrupt) {
		w.t.Errorf("listing the files of %s = %v, want ErrCorrupt", b.ID, err)
	}
}
