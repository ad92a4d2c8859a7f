package model_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// action is one request to the service with what is expected of it. It may
// be run again, after trouble.
type action struct {
	name string
	// run makes the request; its error is also that of a record that did not
	// end as it should.
	run func(svc *backup.Service) error
	// refused is the error that the request must end with; nil if it must succeed.
	refused error
	again   bool // it may have succeeded already
	force   bool // it may take the last backup of a component
	// mayGo tells which backups it may remove; nil is none.
	mayGo func(backup.ID) bool
	// target is what the installation becomes; nil is what it is.
	target *state
	// check looks closer at what the last run has done, if it succeeded.
	check func()
}

// errEnded is of a record that ended otherwise than its action expects.
var errEnded = errors.New("ended")

func ended(id backup.ID, is, want backup.Status, lines []string, err error) error {
	if err == nil && is != want {
		return fmt.Errorf("%s %w %s, not %s: %q", id, errEnded, is, want, lines)
	}
	return err
}

func never(backup.ID) bool { return false }

func (a action) removes(id backup.ID) bool { return a.mayGo != nil && a.mayGo(id) }

// anyKind is mostly a full backup.
func (w *world) anyKind() backup.Kind {
	return pick(w, backup.KindFull, backup.KindFull, backup.KindStorage, backup.KindDatabase)
}

// outcome says how a backup of what the installation holds must end.
func (w *world) outcome(kind backup.Kind) backup.Status {
	s, lacks := w.source.only(kind), 0
	for _, c := range kind.Components() {
		if c == backup.ComponentDatabase && (s.rows == "" || s.bad) || c == backup.ComponentStorage && s.tree == nil {
			lacks++
		}
	}
	switch lacks {
	case 0:
		if len(w.shrunk(kind)) > 0 {
			return backup.StatusPartial
		}
		return backup.StatusCompleted
	case len(kind.Components()):
		return backup.StatusFailed
	}
	return backup.StatusPartial
}

// create takes a backup.
func (w *world) create() action {
	req := backup.CreateRequest{Kind: w.anyKind(), Reread: w.chance(5)}
	var made backup.Backup
	var shrunk []backup.Component
	return action{
		name: fmt.Sprintf("create %s, reread %t: %s", req.Kind, req.Reread, w.outcome(req.Kind)),
		run: func(svc *backup.Service) (err error) {
			want := w.outcome(req.Kind)
			shrunk = w.shrunk(req.Kind)
			made, err = svc.Create(w.t.Context(), admin(), req)
			return ended(made.ID, made.Status, want, made.Errors, err)
		},
		check: func() {
			w.checkCreated(made)
			if made.Status.Restorable() && !slices.Equal(made.Shrunk, shrunk) {
				w.t.Errorf("backup %s says that %v has shrunk, want %v", made.ID, made.Shrunk, shrunk)
			}
		},
	}
}

// checkCreated compares a fresh record with what there is.
func (w *world) checkCreated(b backup.Backup) {
	w.t.Helper()
	w.steps[len(w.steps)-1] += " = " + string(b.ID)
	if !b.Status.Restorable() {
		return
	}
	k := w.known[b.ID]
	files, bytes := k.was.files, k.was.bytes+k.was.pages
	if k.holds(backup.ComponentDatabase) {
		files++
	}
	if b.FileCount != files || b.LogicalSize != bytes || b.StoredSize != storedBy(w.blobs, b.ID) {
		w.t.Errorf("backup %s counts %d files, %d bytes and %d stored, want %d, %d and %d",
			b.ID, b.FileCount, b.LogicalSize, b.StoredSize, files, bytes, storedBy(w.blobs, b.ID))
	}
	if b.DatabaseOK != k.holds(backup.ComponentDatabase) || b.StorageOK != k.holds(backup.ComponentStorage) {
		w.t.Errorf("backup %s says database %t, storage %t", b.ID, b.DatabaseOK, b.StorageOK)
	}
	if hurt := w.hurt(b.ID); len(hurt) > 0 {
		w.t.Errorf("backup %s builds on archives that are known to be damaged: %q", b.ID, hurt)
	}
	lost := len(k.was.lost())
	if b.Kind != backup.KindFull || !b.DatabaseOK || !b.StorageOK || thin(b, backup.ComponentStorage) {
		lost = 0
	}
	said := slices.DeleteFunc(slices.Clone(b.Warnings), func(line string) bool { return !strings.HasSuffix(line, "not in the storage") })
	if len(said) != lost {
		w.t.Errorf("backup %s warns %q, want %d media missing", b.ID, said, lost)
	}
}

// schedule delivers a scheduled event, perhaps more than once.
func (w *world) schedule() action {
	job := backup.Job{Verb: backup.VerbCreate, Kind: w.anyKind(), Schedule: "nightly", ScheduledTime: w.clock.Now().Format(time.RFC3339)}
	times, want := 1+w.random.IntN(3), w.outcome(job.Kind)
	a := action{name: fmt.Sprintf("deliver a scheduled create of %s %d times", job.Kind, times)}
	if want == backup.StatusFailed {
		a.refused = errs.ErrNotFound
		if w.source.bad {
			a.refused = errs.ErrCorrupt
		}
		times = 1
	}
	before := 0
	a.run = func(svc *backup.Service) error {
		before = len(w.list())
		for range times {
			if err := svc.Run(w.t.Context(), job); err != nil {
				return err
			}
		}
		return nil
	}
	a.check = func() {
		if n := len(w.list()) - before; n > 1 {
			w.t.Errorf("one scheduled event made %d backups", n)
		}
	}
	return a
}

// remove deletes some backups.
func (w *world) remove() action {
	all := w.list()
	if len(all) == 0 {
		return w.create()
	}
	var ids []backup.ID
	for range 1 + w.random.IntN(2) {
		ids = append(ids, pick(w, all...).ID)
	}
	force := w.chance(4)
	a := action{name: fmt.Sprintf("delete %s, force %t", ids, force), refused: deleteRefused(all, ids, force, w.clock.Now()), force: force}
	a.mayGo = func(id backup.ID) bool { return slices.Contains(ids, id) }
	a.run = func(svc *backup.Service) error {
		_, err := svc.Delete(w.t.Context(), admin(), ids, force)
		return err
	}
	a.check = func() {
		for _, id := range ids {
			if w.known[id] != nil {
				w.t.Errorf("backup %s is still there after its delete", id)
			}
		}
	}
	return a
}

func deleteRefused(all []backup.Backup, ids []backup.ID, force bool, now time.Time) error {
	for _, b := range all {
		good := protects(b, backup.ComponentDatabase) || protects(b, backup.ComponentStorage)
		if slices.Contains(ids, b.ID) && (b.Pinned || force && good && now.Sub(b.CreatedAt) < minAge) {
			return errs.ErrConflict
		}
	}
	if !force && lastOf(all, ids) {
		return errs.ErrConflict
	}
	return nil
}

// rotate applies the policy, perhaps after asking what it would do.
func (w *world) rotate() action {
	req := backup.RotateRequest{MaxBackups: pick(w, 0, 0, 1, 2)}
	most := req.MaxBackups
	if most == 0 {
		most = maxBackups
	}
	var before []backup.Backup
	a := action{name: fmt.Sprintf("rotate, keep %d", most)}
	a.mayGo = func(id backup.ID) bool { return superfluous(append(before, w.list()...), w.clock.Now(), most)[id] }
	a.run = func(svc *backup.Service) error {
		before = w.list()
		if !w.calm {
			_, err := w.rotateOnce(svc, req)
			return err
		}
		dry, err := w.rotateOnce(svc, backup.RotateRequest{MaxBackups: req.MaxBackups, DryRun: true})
		if err != nil {
			return err
		}
		if len(w.list()) != len(before) {
			w.t.Error("a dry run has removed something")
		}
		done, err := w.rotateOnce(svc, req)
		if err == nil && !slices.Equal(dry, done) {
			w.t.Errorf("a rotation removed %s, its dry run said %s", done, dry)
		}
		return err
	}
	a.check = func() {
		for id, gone := range superfluous(before, w.clock.Now(), most) {
			if gone != (w.known[id] == nil) {
				w.t.Errorf("after the rotation %s is gone: %t, want %t", id, !gone, gone)
			}
		}
		w.checkSwept()
	}
	return a
}

func (w *world) rotateOnce(svc *backup.Service, req backup.RotateRequest) (removed []backup.ID, err error) {
	o, err := svc.Rotate(w.t.Context(), admin(), req)
	if err := ended(o.ID, o.Status, backup.StatusCompleted, o.Errors, err); err != nil {
		return nil, err
	}
	for _, kind := range backup.Kinds() {
		removed = append(removed, slices.Sorted(slices.Values(o.RotateResult.Removed[kind]))...)
	}
	return removed, nil
}

// reencrypt encrypts what is old enough for the recipients of the moment.
func (w *world) reencrypt() action {
	a := action{name: "reencrypt"}
	if w.recipients.Empty() {
		a.refused = errEnded
	}
	a.run = func(svc *backup.Service) error {
		o, err := svc.Reencrypt(w.t.Context(), admin(), backup.ReencryptRequest{})
		return ended(o.ID, o.Status, backup.StatusCompleted, o.Errors, err)
	}
	return a
}

// pin keeps a backup from rotation, or no longer.
func (w *world) pin() {
	w.t.Helper()
	all := w.restorable()
	if len(all) == 0 {
		return
	}
	b := pick(w, all...)
	b.Pinned = !b.Pinned && w.chance(2)
	marks, err := w.svc.Repository.Marks(w.t.Context(), b.ID)
	w.must(err)
	_, marked := marks[b.ID]
	if old := !marked && w.chance(2); old { // by a program that kept pins in the catalog only
		w.note("pin %s in its record: %t", b.ID, b.Pinned)
		_, err = w.records.PutBackup(w.t.Context(), b)
	} else {
		w.note("pin %s: %t", b.ID, b.Pinned)
		_, err = w.svc.Edit(w.t.Context(), admin(), b.ID, backup.EditRequest{Pinned: &b.Pinned})
	}
	w.must(err)
}

// restore brings a backup back into the installation.
func (w *world) restore() action {
	all := w.restorable()
	if len(all) == 0 {
		return w.create()
	}
	b := pick(w, all...)
	k := w.known[b.ID]
	req := backup.RestoreRequest{ID: b.ID, Compare: w.chance(2), SafetyBackup: w.chance(2)}
	if len(k.was.paths()) > 0 && w.chance(2) {
		req.Paths = w.somePaths(k)
	}
	target, refused := w.source, error(nil)
	if len(req.Paths) > 0 {
		target = overlay(target, k.was, req.Paths)
	} else if target = replaced(target, k.was); !k.holds(backup.ComponentDatabase) && !k.holds(backup.ComponentStorage) {
		refused = errEnded
	}
	if len(w.hurt(b.ID)) > 0 {
		refused = errPerhaps
	}
	var done backup.Operation
	return action{
		name:    fmt.Sprintf("restore %s %q, compare %t, safety backup %t", b.ID, req.Paths, req.Compare, req.SafetyBackup),
		target:  &target,
		refused: refused,
		run: func(svc *backup.Service) (err error) {
			done, err = svc.Restore(w.t.Context(), admin(), req)
			return ended(done.ID, done.Status, backup.StatusCompleted, done.Errors, err)
		},
		check: func() {
			if safe := done.RestoreResult.SafetyBackupID; (safe != "") != req.SafetyBackup || safe != "" && w.known[safe] == nil {
				w.t.Errorf("the safety backup is %q", safe)
			}
			if again := w.dryRestore(req); again.WriteFiles+again.MetadataOnly+again.Remove > 0 {
				w.t.Errorf("after a restore there is still to do: %+v", again)
			}
		},
	}
}

// errPerhaps stands for an action that may end well or not.
var errPerhaps = errors.New("perhaps")

// dryRestore asks what a restore would do to the storage. A database counts its
// changes, so it never is what the backup holds to the byte.
func (w *world) dryRestore(req backup.RestoreRequest) backup.PlanSummary {
	w.t.Helper()
	req.DryRun = true
	o, err := w.svc.Restore(w.t.Context(), admin(), req)
	if err := ended(o.ID, o.Status, backup.StatusCompleted, o.Errors, err); err != nil {
		w.t.Errorf("dry run: %v", err)
		return backup.PlanSummary{}
	}
	return o.RestoreResult.Plan[backup.ComponentStorage]
}

// somePaths chooses entries of a backup that a request can name.
func (w *world) somePaths(k *known) (paths []string) {
	all := k.was.paths()
	for range 1 + w.random.IntN(2) {
		if p := pick(w, all...); utf8.ValidString(p) {
			paths = append(paths, treeName+"/"+p)
		}
	}
	if k.holds(backup.ComponentDatabase) && w.chance(4) {
		paths = append(paths, backup.DatabasePath)
	}
	return paths
}

// replaced is a state with the components that a backup holds put into the
// place of its own.
func replaced(now, was state) state {
	if was.rows != "" {
		now.rows, now.bad, now.pages, now.named, now.count = was.rows, was.bad, was.pages, was.named, was.count
	}
	if was.tree != nil {
		now.tree, now.files, now.bytes = was.tree, was.files, was.bytes
	}
	return now
}

// overlay is a state into which some paths of a backup were brought back.
func overlay(now, was state, paths []string) state {
	tree := maps.Clone(now.tree)
	if tree == nil {
		tree = map[string]string{}
	}
	touched := false
	for _, path := range append([]string{"."}, was.paths()...) {
		full := treeName + "/" + path
		switch {
		case slices.ContainsFunc(paths, func(p string) bool { return p == full || strings.HasPrefix(full, p+"/") }):
			put(tree, path, was.tree[path])
			touched = true
		case slices.ContainsFunc(paths, func(p string) bool { return path == "." && p != backup.DatabasePath || strings.HasPrefix(p, full+"/") }):
			if !strings.HasPrefix(tree[path], "d") {
				put(tree, path, was.tree[path])
			}
			now.leading = append(now.leading, path)
		}
	}
	if touched {
		now.tree = tree
	}
	if slices.Contains(paths, backup.DatabasePath) {
		now = replaced(now, was.only(backup.KindDatabase))
	}
	return now
}

// put sets what is at a path; what was below goes unless it is a directory still.
func put(tree map[string]string, path, line string) {
	if !strings.HasPrefix(line, "d") {
		maps.DeleteFunc(tree, func(p, _ string) bool { return strings.HasPrefix(p, path+"/") })
	}
	tree[path] = line
}

// verify reads a backup back.
func (w *world) verify() action {
	all := w.restorable()
	if len(all) == 0 {
		return w.create()
	}
	req := backup.VerifyRequest{ID: pick(w, all...).ID, Deep: w.chance(2)}
	var done backup.Operation
	return action{
		name: fmt.Sprintf("verify %s, deep %t", req.ID, req.Deep),
		run: func(svc *backup.Service) (err error) {
			done, err = svc.Verify(w.t.Context(), admin(), req)
			return ended(done.ID, done.Status, backup.StatusCompleted, done.Errors, err)
		},
		check: func() { w.checkReport(req, *done.VerifyResult) },
	}
}

// checkReport compares a verification with the damage that was done.
func (w *world) checkReport(req backup.VerifyRequest, r backup.VerifyReport) {
	w.t.Helper()
	want := w.hurt(req.ID)
	var got []string
	for _, line := range r.DamagedArchives {
		name, _, _ := strings.Cut(line, ": ")
		got = append(got, "archives/"+name)
	}
	if !req.Deep { // what only reading shows stays unseen
		want = slices.DeleteFunc(want, func(key string) bool { return !slices.Contains(got, key) })
	}
	if !slices.Equal(got, want) || r.Valid != (len(want) == 0) {
		w.t.Errorf("verifying %s found %q, want %q: %s", req.ID, got, want, r.Error)
	}
	if r.Valid && r.Entries != int64(len(w.entriesOf(req.ID))) {
		w.t.Errorf("verifying %s checked %d entries", req.ID, r.Entries)
	}
}
