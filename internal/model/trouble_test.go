package model_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/faultblob"
	"github.com/vertex-ar/backup/internal/catalog/faultcatalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// trouble lets an action run into some.
func (w *world) trouble() {
	w.t.Helper()
	switch w.random.IntN(10) {
	case 0, 1, 2:
		w.die(w.anyAction())
	case 3:
		w.storeAway(w.anyAction())
	case 4:
		w.catalogAway(w.anyAction())
	case 5, 6, 7:
		w.nap(w.anyAction())
	case 8:
		w.damageArchive()
	case 9:
		w.damageManifest()
	}
}

// die ends the process at one of its first calls that have an effect.
func (w *world) die(a action) {
	w.t.Helper()
	f := &fuse{left: 1 + w.random.IntN(pick(w, 10, 60)), after: w.chance(2)}
	w.note("die at call %d, after it %t", f.left, f.after)
	w.suffer(a, w.service(w.dir, mortalStore{w.blobs, f}, mortalCatalog{w.records, f}, f.files))
}

// storeAway lets the store fail once, or stay away.
func (w *world) storeAway(a action) {
	w.t.Helper()
	f := faultblob.Fault{
		Call: 1 + w.random.IntN(30), When: pick(w, faultblob.Before, faultblob.After, faultblob.Middle),
		Pass: 1, Stays: w.chance(2),
	}
	w.note("the store fails: %+v", f)
	blobs := faultblob.New(w.blobs)
	blobs.Inject(f)
	w.suffer(a, w.service(w.dir, blobs, w.records, nil))
}

// catalogAway lets the catalog fail once, or stay away.
func (w *world) catalogAway(a action) {
	w.t.Helper()
	f := faultcatalog.Fault{Call: 1 + w.random.IntN(15), After: w.chance(2)}
	f.Onward = !f.After && w.chance(2)
	w.note("the catalog fails: %+v", f)
	w.suffer(a, w.service(w.dir, w.blobs, faultcatalog.New(w.records, f), nil))
}

// suffer carries out an action that may meet trouble, and perhaps carries it out
// again when the trouble is over.
func (w *world) suffer(a action, svc *backup.Service) {
	w.t.Helper()
	w.note("  %s", a.name)
	before, guarded := w.source, w.guards()
	err := a.run(svc)
	w.steps[len(w.steps)-1] += fmt.Sprintf(" = %v", err)
	w.source = observe(w.t, w.dir)
	w.learn(before, a.removes)
	w.orphans = w.orphans || a.mayGo != nil
	w.checkOldOrNew(before, a)
	w.checkLeft(guarded, a)
	if w.chance(2) {
		w.expire()
		a.again = true
		w.do(a)
	}
}

// checkOldOrNew checks that every file is as it was or as an action wants it,
// and that nothing has changed if it wants no change.
func (w *world) checkOldOrNew(before state, actions ...action) {
	w.t.Helper()
	states := []state{before}
	for _, a := range actions {
		if a.target != nil {
			states = append(states, *a.target)
		}
	}
	if len(states) == 1 {
		for _, line := range diff(before, w.source) {
			w.t.Errorf("the installation has changed: %s", line)
		}
		return
	}
	rows := false
	for _, s := range states {
		rows = rows || s.rows == w.source.rows
	}
	if !rows {
		w.t.Errorf("the database is neither old nor new: %.300q", w.source.rows)
	}
	for path, line := range w.source.tree {
		one := strings.HasPrefix(line, "d") // their times follow at the end
		for _, s := range states {
			one = one || s.tree[path] == line
		}
		if !one {
			w.t.Errorf("%q is neither old nor new: %s", path, line)
		}
	}
	for path := range before.tree {
		wanted := true
		for _, s := range states {
			// Where a directory is replaced there is a moment without anything.
			wanted = wanted && s.tree[path] != "" && !s.isDir(path)
		}
		if wanted && w.source.tree[path] == "" {
			w.t.Errorf("%q is gone, though it was there before and is wanted", path)
		}
	}
}

// nap lets a process sleep in the middle of an action while another one
// starts, sometimes for so long that its leases end.
func (w *world) nap(a action) {
	w.t.Helper()
	before, guarded, both := w.source, w.guards(), []action{a}
	p := &nap{left: 1 + w.random.IntN(pick(w, 5, 40))}
	long := w.chance(2)
	line := len(w.steps)
	w.note("nap after call %d, long %t: %s", p.left, long, a.name)
	p.meanwhile = func() {
		if long {
			w.expire()
		}
		b := w.partner(a)
		both = append(both, b)
		w.note("  meanwhile: %s", b.name)
		err := b.run(w.svc)
		w.steps[len(w.steps)-1] += fmt.Sprintf(" = %v", err)
		w.promised(b, err)
	}
	err := a.run(w.service(w.dir, sleepyStore{w.blobs, p}, w.records, p.files))
	w.steps[line] += fmt.Sprintf(" = %v", err)
	w.promised(a, err)
	w.expire()
	w.source = observe(w.t, w.dir)
	w.learn(before, func(id backup.ID) bool { return a.removes(id) || both[len(both)-1].removes(id) })
	for _, a := range both {
		w.orphans = w.orphans || a.mayGo != nil
	}
	w.checkOldOrNew(before, both...)
	w.checkLeft(guarded, both...)
}

// partner is what somebody else does while a sleeps: only one of them may
// change the installation, and nobody takes a backup of what is changing.
func (w *world) partner(a action) action {
	w.t.Helper()
	if a.target != nil {
		return pick(w, w.remove, w.rotate, w.verify)()
	}
	return pick(w, w.create, w.schedule, w.remove, w.rotate, w.verify)()
}

// promised checks that an action among others ends well or in a way that its
// user is told of in a sentence.
func (w *world) promised(a action, err error) {
	w.t.Helper()
	refused := errors.Is(err, errs.ErrConflict) || errors.Is(err, errs.ErrNotFound)
	switch {
	case err == nil, errors.Is(err, errEnded), a.refused != nil && errors.Is(err, a.refused):
	case refused && strings.HasSuffix(errs.Detail(err), "."):
	default:
		w.t.Errorf("%s among others = %v", a.name, err)
	}
}
