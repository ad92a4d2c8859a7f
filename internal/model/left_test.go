package model_test

import (
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
)

// guards are the backups that protect each component.
type guards map[backup.Component][]backup.ID

// guards returns those of the records.
func (w *world) guards() guards {
	w.t.Helper()
	g := guards{}
	for _, b := range w.list() {
		for _, c := range b.Kind.Components() {
			if protects(b, c) {
				g[c] = append(g[c], b.ID)
			}
		}
	}
	return g
}

// checkLeft checks that of each component that a sound backup protected before some
// actions one is left, of which the size is plausible: what they found out of its
// damage is not their doing. Only force may take the last one.
func (w *world) checkLeft(before guards, actions ...action) {
	w.t.Helper()
	if slices.ContainsFunc(actions, func(a action) bool { return a.force }) {
		return
	}
	all := w.list()
	for c, ids := range before {
		left := slices.ContainsFunc(all, func(b backup.Backup) bool {
			return protects(b, c) || slices.Contains(ids, b.ID) && b.Status.Restorable()
		})
		if !left {
			w.t.Errorf("nothing protects the %s any more, which %q did", c, ids)
		}
	}
}
