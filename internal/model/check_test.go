package model_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog/memcatalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// checkSome checks the invariants with one backup, checkAll with all of them.
func (w *world) checkSome() {
	w.t.Helper()
	w.checkRuns()
	all := w.restorable()
	if len(all) == 0 {
		return
	}
	w.readBack(pick(w, all...))
	if w.chance(10) {
		w.restoreBeside(pick(w, all...))
	}
}

func (w *world) checkAll() {
	w.t.Helper()
	w.checkRuns()
	w.checkObjects()
	for _, b := range w.restorable() {
		w.readBack(b)
	}
}

// checkRuns checks that nobody sees anything run whose lease has ended.
func (w *world) checkRuns() {
	w.t.Helper()
	res, err := w.svc.List(w.t.Context(), backup.ListRequest{Limit: 1000})
	w.must(err)
	for _, b := range res.Backups {
		if running(b.Status) && b.Lease.Expired(w.clock.Now()) {
			w.t.Errorf("backup %s is %s without a lease", b.ID, b.Status)
		}
	}
	if len(res.Backups) != len(w.known) {
		w.t.Errorf("%d backups are listed, %d are known", len(res.Backups), len(w.known))
	}
}

func running(s backup.Status) bool { return s == backup.StatusPending || s == backup.StatusRunning }

// settle ends what was interrupted, as the next writing request does.
func (w *world) settle() {
	w.t.Helper()
	stands := slices.ContainsFunc(w.list(), func(b backup.Backup) bool { return running(b.Status) })
	ops, err := w.records.ListOperations(w.t.Context(), "", 100)
	w.must(err)
	_, err = w.records.GetLock(w.t.Context(), "repository")
	if held := err == nil; !held && !stands && !slices.ContainsFunc(ops, func(o backup.Operation) bool { return running(o.Status) }) {
		return
	}
	w.expire()
	_, err = w.svc.Delete(w.t.Context(), admin(), []backup.ID{backup.NewID(w.clock.Now(), "full")}, false)
	if !errors.Is(err, errs.ErrNotFound) {
		w.t.Errorf("a delete of nothing after an interruption = %v", err)
	}
	for _, b := range w.list() {
		if running(b.Status) {
			w.t.Errorf("backup %s is still %s after its lease has ended", b.ID, b.Status)
		}
	}
	ops, err = w.records.ListOperations(w.t.Context(), "", 100)
	w.must(err)
	for _, o := range ops {
		if running(o.Status) {
			w.t.Errorf("operation %s is still %s after its lease has ended", o.ID, o.Status)
		}
	}
}

// checkObjects checks that some record answers for every object of the store.
func (w *world) checkObjects() {
	w.t.Helper()
	named := map[string]bool{"format.json": true}
	for _, b := range w.restorable() {
		named[w.manifestKey(b)] = true
		for key := range w.archivesOf(b.ID) {
			named[key] = true
		}
	}
	for key := range w.blobs.Contents() {
		if !named[key] && !w.orphans && !w.hasRecord(key) {
			w.t.Errorf("%s belongs to no record", key)
		}
	}
	for key := range named {
		if _, there := w.blobs.Contents()[key]; !there && !w.damaged[key] {
			w.t.Errorf("%s is needed and gone", key)
		}
	}
}

// checkSwept checks that a rotation has left no archive of more than a day that
// no backup names.
func (w *world) checkSwept() {
	w.t.Helper()
	named := map[string]bool{}
	for _, b := range w.restorable() {
		maps.Copy(named, w.archivesOf(b.ID))
	}
	for key := range w.blobs.Contents() {
		info, err := w.blobs.Head(w.t.Context(), key)
		w.must(err)
		if strings.HasPrefix(key, "archives/") && !named[key] && w.clock.Now().Sub(info.Modified) > 24*time.Hour {
			w.t.Errorf("the rotation has left %s, which nobody names", key)
		}
	}
}

// hasRecord reports whether a key is that of a known backup, or of an operation:
// a rewriting that died leaves archives, which a rotation sweeps later.
func (w *world) hasRecord(key string) bool {
	w.t.Helper()
	for id := range w.known {
		if strings.Contains(key, string(id)) {
			return true
		}
	}
	for before := backup.ID(""); ; {
		ops, err := w.records.ListOperations(w.t.Context(), before, 100)
		w.must(err)
		if len(ops) == 0 {
			return false
		}
		for _, o := range ops {
			if strings.Contains(key, string(o.ID)) {
				return true
			}
		}
		before = ops[len(ops)-1].ID
	}
}

// entriesOf returns the entries of a backup.
func (w *world) entriesOf(id backup.ID) (entries []backup.Entry) {
	w.t.Helper()
	m := w.open(id)
	for e, err := range m.Entries() {
		w.must(err)
		entries = append(entries, e)
	}
	w.must(m.Close())
	return entries
}

// readBack compares a backup, file by file, with what it must hold.
func (w *world) readBack(b backup.Backup) {
	w.t.Helper()
	k := w.known[b.ID]
	if k == nil {
		w.t.Errorf("backup %s is not known", b.ID)
		return
	}
	m, err := w.svc.Repository.Open(w.t.Context(), b.ID, b.Checksum)
	if err != nil {
		w.t.Errorf("backup %s cannot be read: %v", b.ID, err)
		return
	}
	defer func() { w.must(m.Close()) }()
	was, got := k.was, state{tree: map[string]string{}}
	for e, err := range m.Entries() {
		w.must(err)
		line, err := w.describe(m, e)
		path, inTree := strings.CutPrefix(e.Path, treeName+"/")
		switch {
		case errors.Is(err, errs.ErrCorrupt) && w.touched(e):
			if inTree {
				line = k.was.tree[path]
			}
		case err != nil:
			w.t.Errorf("%s of backup %s cannot be read: %v", e.Path, b.ID, err)
		}
		switch {
		case inTree:
			got.tree[path] = line
		case e.Path == treeName:
			got.tree["."] = line
		default:
			got.rows = was.rows // its bytes are what they were; restoreBeside looks at the rows
		}
	}
	for _, line := range diff(was, got) {
		w.t.Errorf("backup %s holds something else: %s", b.ID, line)
	}
}

// touched reports whether some of an entry's content is in a damaged archive.
func (w *world) touched(e backup.Entry) bool {
	return slices.ContainsFunc(e.Extents, func(x backup.Extent) bool { return w.damaged["archives/"+x.Archive] })
}

// describe says of an entry what sourcetest.Tree says of a file.
func (w *world) describe(m backup.Reader, e backup.Entry) (string, error) {
	mode := fs.FileMode(e.Mode)
	switch e.Type {
	case backup.TypeDir:
		mode |= fs.ModeDir
	case backup.TypeSymlink:
		mode |= fs.ModeSymlink
	case backup.TypeFile:
	}
	line := fmt.Sprintf("%v %s %d:%d", mode, e.ModTime.UTC().Format("2006-01-02T15:04:05.000000000"), e.UID, e.GID)
	switch e.Type {
	case backup.TypeSymlink:
		return fmt.Sprintf("%s -> %q", line, e.Link), nil
	case backup.TypeFile:
		sum := sha256.New()
		err := m.Fetch(w.t.Context(), e, sum)
		return fmt.Sprintf("%s %d %x", line, e.Size, sum.Sum(nil)), err
	case backup.TypeDir:
	}
	return line, nil
}

// restoreBeside restores a backup into an empty place and compares.
func (w *world) restoreBeside(b backup.Backup) {
	w.t.Helper()
	k := w.known[b.ID]
	if k == nil || !k.holds(backup.ComponentDatabase) && !k.holds(backup.ComponentStorage) || len(w.hurt(b.ID)) > 0 {
		return
	}
	dir, err := os.MkdirTemp(w.dir, "beside-*")
	w.must(err)
	defer func() { w.must(os.RemoveAll(dir)) }()
	records := memcatalog.New()
	b.Version = 0
	_, err = records.PutBackup(w.t.Context(), b)
	w.must(err)
	svc := w.service(dir, w.blobs, records, nil)
	o, err := svc.Restore(context.WithoutCancel(w.t.Context()), admin(), backup.RestoreRequest{ID: b.ID})
	if err := ended(o.ID, o.Status, backup.StatusCompleted, o.Errors, err); err != nil {
		w.t.Errorf("restore of %s beside: %v", b.ID, err)
		return
	}
	for _, line := range diff(k.was, observe(w.t, dir)) {
		w.t.Errorf("backup %s restores to something else: %s", filepath.Base(string(b.ID)), line)
	}
}
