package model_test

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
)

// thin reports whether a backup holds so little of c that it protects nothing.
func thin(b backup.Backup, c backup.Component) bool {
	return slices.Contains(b.Shrunk, c) && !b.Accepted
}

// shrunk says, in other words than package backup, of what a backup of the
// installation would hold too little.
func (w *world) shrunk(kind backup.Kind) (parts []backup.Component) {
	w.t.Helper()
	now := w.source.only(kind)
	for _, c := range kind.Components() {
		is := known{was: now}
		if c == backup.ComponentDatabase && now.bad || !is.holds(c) {
			continue
		}
		was := state{}
		if k := w.measure(c); k != nil {
			was = k.was
		}
		rows := c == backup.ComponentDatabase && mostIsGone(was.count, now.count, 10)
		files := c == backup.ComponentStorage &&
			(mostIsGone(was.files, now.files, 10) || was.files >= 10 && mostIsGone(was.bytes, now.bytes, 1<<20))
		lost := now.lost()
		if now.bad {
			lost = nil
		}
		void := c == backup.ComponentStorage && now.files == 0 && len(lost) > 0 && 10*len(lost) > 11*len(was.lost())
		if rows || files || void {
			parts = append(parts, c)
		}
	}
	return parts
}

// mostIsGone reports whether nothing is left, or less than half and much less.
func mostIsGone(was, now, much int64) bool {
	return now == 0 && was > 0 || was-now >= much && 2*now < was
}

// measure returns the newest backup that says how much there should be.
func (w *world) measure(c backup.Component) *known {
	w.t.Helper()
	for _, b := range w.restorable() {
		k := w.known[b.ID]
		if b.Reason != backup.ReasonPreRestore && k != nil && k.holds(c) && !thin(b, c) {
			return k
		}
	}
	return nil
}

// emptyDatabase is an application that was started without its volume.
func (w *world) emptyDatabase() {
	w.t.Helper()
	w.note("the database is made anew, with its tables and nothing in them")
	w.dropDatabase()
	w.execute(`CREATE TABLE portraits (id INTEGER PRIMARY KEY, name TEXT, image_path TEXT, filler BLOB)`)
}

// unmount leaves an empty directory where the media were, or brings them back.
func (w *world) unmount() {
	w.t.Helper()
	away := filepath.Join(w.dir, "unmounted")
	if _, err := os.Stat(away); err == nil {
		w.note("the disk is back")
		w.must(os.RemoveAll(w.place(".")))
		w.must(os.Rename(away, w.place(".")))
		return
	}
	if w.source.tree == nil {
		return
	}
	w.note("the disk is not mounted")
	w.must(os.Rename(w.place("."), away))
	w.must(os.Mkdir(w.place("."), 0o755))
}

// accept confirms that a backup is meant to hold so little, or takes that back.
func (w *world) accept() {
	w.t.Helper()
	all := slices.DeleteFunc(w.restorable(), func(b backup.Backup) bool { return len(b.Shrunk) == 0 })
	if len(all) == 0 {
		return
	}
	b := pick(w, all...)
	accepted := !b.Accepted
	w.note("accept %s: %t", b.ID, accepted)
	_, err := w.svc.Edit(w.t.Context(), admin(), b.ID, backup.EditRequest{Accepted: &accepted})
	w.must(err)
}
