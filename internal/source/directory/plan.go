package directory

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// Plan implements backup.Target.
func (t *Tree) Plan(ctx context.Context, entries iter.Seq2[backup.Entry, error], opt backup.RestoreOptions) (backup.Restoration, error) {
	staging, err := source.StagingName(opt.Operation)
	if err != nil {
		return nil, err
	}
	if _, err := t.target(); err != nil {
		return nil, err
	}
	root, err := t.open()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, t.explain(err)
	}
	if root != nil {
		defer root.Close() //nolint:errcheck // it was only read
	}
	plan, err := newPlanFile(t.opt.Scratch)
	if err != nil {
		return nil, err
	}
	r := &restoration{tree: t, plan: plan, staging: staging, report: opt.Report, absent: opt.Absent && root != nil}
	p := &planner{tree: t, opt: opt, staging: staging, root: root, rights: source.OwnRights(), lacks: &r.lacks, outside: t.opt.Outside.resolve(t.root)}
	refused := newRefusal(t.root, t.prefix)
	take := func(s step) error {
		if err := r.take(&s); err != nil {
			return err
		}
		return refused.check(s)
	}
	err = p.run(ctx, entries, take)
	if err == nil && plan.changes > 0 {
		err = refused.top()
	}
	if err != nil {
		return nil, errors.Join(err, plan.close())
	}
	r.lacks.report(t.prefix, r.report, lackSetuid) // the others come up in Commit too
	return r, nil
}

// target returns the path that a restore writes to.
func (t *Tree) target() (string, error) { return t.opt.Links.Target(t.root, "media", "STORAGE_PATH") }

// planner merge-joins the entries of a backup with the walk of the tree.
type planner struct {
	tree    *Tree
	opt     backup.RestoreOptions
	staging string
	root    *os.Root // nil when it is missing
	rights  source.Rights
	lacks   *lacks

	outside outside
	hidden  []string // paths of the tree that are passed over
	told    bool     // that the backup has something outside

	out  *sequence
	next func() (backup.Entry, error, bool)
	want backup.Entry
	more bool
	last string // path of the entry before
	dirs spans  // of the backup
	gone spans  // directories of the tree that are removed or replaced
}

// run gives every step to take, in byte order of path.
func (p *planner) run(ctx context.Context, entries iter.Seq2[backup.Entry, error], take func(step) error) error {
	next, stop := iter.Pull2(entries)
	defer stop()
	p.next = next
	var inner context.Context
	p.out, inner = newSequence(ctx, p.tree.opt.Workers, take)
	err := p.merge(inner)
	if waitErr := p.out.wait(); waitErr != nil {
		return waitErr
	}
	return err
}

func (p *planner) merge(ctx context.Context) error {
	if err := p.advance(); err != nil || !p.more && !p.opt.Absent {
		return err
	}
	if p.root != nil {
		w := &walker{
			prefix: p.tree.prefix,
			visit:  func(f found) error { return p.meet(ctx, f) },
			notice: func(backup.Notice) {},
			closed: func(path string) error { return p.closed(ctx, path) },

			outside:  p.outside,
			hidden:   func(path string) error { return p.hide(ctx, path) },
			leftover: func(_ *os.Root, name, path string) error { return p.leftover(ctx, name, path) },
		}
		if err := w.walk(ctx, p.root); err != nil {
			return err
		}
	}
	for p.more {
		if err := p.missing(ctx); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// advance takes the next entry that concerns this restore.
func (p *planner) advance() error {
	for {
		e, err, more := p.next()
		if err != nil || !more {
			p.more = false
			return err
		}
		e.Inode, e.ChangeTime = 0, time.Time{} // they are of the file that was backed up
		if err := p.check(e); err != nil {
			return err
		}
		if p.passes(e.Path) {
			continue
		}
		if p.opt.Selects(e.Path) || e.Type == backup.TypeDir && p.opt.Leads(e.Path) {
			p.want, p.more = e, true
			return nil
		}
	}
}

// check refuses entries that are out of order or lead out of the tree. That
// every parent is a directory of the backup makes sure that nothing is written
// through a link.
func (p *planner) check(e backup.Entry) error {
	bad := errs.New(errs.ErrCorrupt, "The list of files in this backup is damaged: %q is not where it belongs.", e.Path)
	if e.Path <= p.last {
		return bad
	}
	p.last = e.Path
	p.dirs.advance(e.Path)
	if e.Path == p.tree.prefix {
		if e.Type != backup.TypeDir {
			return bad
		}
		p.dirs.enter(e.Path)
		return nil
	}
	if e.Type == "" || !p.placed(e.Path) {
		return bad
	}
	if e.Type == backup.TypeDir {
		p.dirs.enter(e.Path)
	}
	return nil
}

// placed reports whether path is a name in a directory of the backup.
func (p *planner) placed(path string) bool {
	cut := strings.LastIndexByte(path, '/')
	if cut < 0 || !p.dirs.holds(path[:cut]) || strings.ContainsRune(path, 0) {
		return false
	}
	if name := path[cut+1:]; name == "" || name == "." || name == ".." {
		return false
	}
	return path != p.tree.prefix+"/"+p.staging
}

// passes reports whether an entry is no part of the tree: an older backup may hold
// what is outside now.
func (p *planner) passes(path string) bool {
	rel, ok := strings.CutPrefix(path, p.tree.prefix+"/")
	if ok && p.outside.holds(rel) {
		if !p.told && p.opt.Report != nil {
			p.opt.Report(backup.Notice{Path: path, Text: noticePassed})
		}
		p.told = true
		return true
	}
	return slices.ContainsFunc(p.hidden, func(h string) bool { return path == h || strings.HasPrefix(path, h+"/") })
}

const noticePassed = "is in the media of this backup, but it is the place of the database or of temporary files here; it was left as it is"

// hide handles what the walk passes over: an entry of its path is passed over too.
func (p *planner) hide(ctx context.Context, path string) error {
	for p.more && p.want.Path < path {
		if err := p.missing(ctx); err != nil {
			return err
		}
	}
	p.gone.advance(path)
	p.hidden = append(p.hidden, path)
	if p.more && p.passes(p.want.Path) {
		return p.advance()
	}
	return nil
}

// leftover handles the staging directory of a restore that was killed. Those at the
// top go before Copy.
func (p *planner) leftover(ctx context.Context, name, path string) error {
	if path == p.tree.prefix+"/"+name {
		return nil
	}
	return p.out.put(ctx, step{Verb: discard, Entry: backup.Entry{Path: path}})
}

// keepsExtra reports whether what the backup does not have stays.
func (p *planner) keepsExtra() bool { return p.opt.KeepExtra || len(p.opt.Paths) > 0 }

// meet handles what the walk of the tree found.
func (p *planner) meet(ctx context.Context, f found) error {
	for p.more && p.want.Path < f.Path {
		if err := p.missing(ctx); err != nil {
			return err
		}
	}
	p.gone.advance(f.Path)
	if !p.more || p.want.Path != f.Path {
		return p.extra(ctx, f)
	}
	want := p.want
	if err := p.both(ctx, want, f); err != nil {
		return err
	}
	return p.advance()
}

// missing handles an entry that the tree does not have.
func (p *planner) missing(ctx context.Context) error {
	if err := p.create(ctx, p.want); err != nil {
		return err
	}
	return p.advance()
}

// create returns the step that makes an entry.
func create(e backup.Entry) step {
	switch e.Type {
	case backup.TypeDir:
		return step{Verb: makeDir, Entry: e}
	case backup.TypeSymlink:
		return step{Verb: link, Entry: e}
	case backup.TypeFile:
	}
	return step{Verb: write, Entry: e}
}

// extra handles what the backup does not have.
func (p *planner) extra(ctx context.Context, f found) error {
	if p.keepsExtra() || f.rel == "." { // the root itself goes at the end of Commit
		return nil
	}
	if f.Type == backup.TypeDir && p.outside.within(f.rel) {
		return nil // what else is in it goes one by one
	}
	s := step{Verb: remove, Entry: backup.Entry{Path: f.Path}}
	if p.gone.cover(f.Path) {
		s.Verb = removeWith
	} else if f.Type == backup.TypeDir {
		p.gone.enter(f.Path)
	}
	return p.out.put(ctx, s)
}

// both handles what the backup and the tree have.
func (p *planner) both(ctx context.Context, want backup.Entry, f found) error {
	if want.Type != f.Type {
		if f.Type == backup.TypeDir {
			p.gone.enter(f.Path)
		}
		return p.create(ctx, want)
	}
	if !p.opt.Selects(want.Path) { // it is there, and only leads to what is selected
		return nil
	}
	switch want.Type {
	case backup.TypeDir:
		keeps := p.sameMetadata(want, f) || !p.rights.Owns(f.UID)
		return p.out.put(ctx, step{Verb: choose(keeps, keepDir, settleDir), Entry: want})
	case backup.TypeSymlink:
		if want.Link != f.Link {
			return p.create(ctx, want)
		}
		same := p.sameMetadata(want, f)
		return p.out.put(ctx, step{Verb: choose(same, keep, relink), Entry: want})
	case backup.TypeFile:
	}
	return p.file(ctx, want, f)
}

// sameMetadata reports whether f has the metadata of want, as far as this user
// can give it.
func (p *planner) sameMetadata(want backup.Entry, f found) bool {
	uid, gid, _ := p.rights.Chown(f.UID, f.GID, want.UID, want.GID)
	if uid >= 0 && uid != f.UID || gid >= 0 && gid != f.GID {
		return false
	}
	if want.Type != backup.TypeSymlink && want.Mode != f.Mode {
		return false
	}
	return want.ModTime.Equal(f.ModTime)
}

// file decides about a regular file on both sides. A file with several names
// cannot get other metadata under one of them only, so it is written anew.
func (p *planner) file(ctx context.Context, want backup.Entry, f found) error {
	kept := step{Verb: touch, Entry: p.withoutSetuid(want, f.Mode)}
	fresh := step{Verb: write, Entry: p.withoutSetuid(want, 0)}
	same := p.sameMetadata(kept.Entry, f)
	if same {
		kept.Verb = keep
	}
	switch {
	case want.Size != f.Size, !same && links(f.info) > 1:
		kept = fresh
	case p.opt.Compare:
		return p.out.decide(ctx, func() (step, error) {
			equal, err := hasContent(ctx, p.root, f.rel, want)
			if err != nil || !equal {
				return p.said(fresh, want), err
			}
			return p.said(p.mine(kept, f), want), nil
		})
	case !want.ModTime.Equal(f.ModTime):
		kept = fresh
	}
	return p.out.put(ctx, p.said(p.mine(kept, f), want))
}

// mine turns a step that only another user may take into none.
func (p *planner) mine(s step, f found) step {
	if p.rights.All() {
		return s
	}
	if s.Verb == keep || s.Verb == touch {
		if _, _, lacking := p.rights.Chown(f.UID, f.GID, s.Entry.UID, s.Entry.GID); lacking {
			p.lacks.add(lackOwner, f.Path)
		}
	}
	if s.Verb == touch && !p.rights.Owns(f.UID) {
		p.lacks.add(lackMode, f.Path)
		s.Verb = keep
	}
	return s
}

// setuidBits are those with which a program runs with the rights of its owner or group.
const setuidBits = 0o6000

// withoutSetuid takes away the bits with which a file would get the rights of its
// owner or group, unless they are asked for or the file that is there has them.
func (p *planner) withoutSetuid(e backup.Entry, has uint32) backup.Entry {
	if e.Type == backup.TypeFile && !p.opt.KeepSetuid {
		e.Mode &^= setuidBits &^ has
	}
	return e
}

// said counts a step whose entry has less than the backup's.
func (p *planner) said(s step, want backup.Entry) step {
	if s.Entry.Mode != want.Mode {
		p.lacks.add(lackSetuid, want.Path)
	}
	return s
}

// create makes an entry that is not there, or in the place of something else.
func (p *planner) create(ctx context.Context, want backup.Entry) error {
	if rel := p.tree.rel(want.Path); want.Type != backup.TypeDir && p.outside.within(rel) {
		return errs.New(errs.ErrConflict, "%s is no directory in this backup, but the database or the temporary files lie below it here. Restore to another place, or move them.", backup.Printable(want.Path))
	}
	return p.out.put(ctx, p.said(create(p.withoutSetuid(want, 0)), want))
}

// closed handles a directory that may not be read: what is in it cannot be
// compared, so it is emptied before its entries are written.
func (p *planner) closed(ctx context.Context, path string) error {
	if p.keepsExtra() || p.gone.cover(path+"/") {
		return nil
	}
	if p.outside.within(p.tree.rel(path)) {
		return errs.New(errs.ErrUnavailable, "The directory %s may not be read, and the database or the temporary files lie below it. Give the user that restores permission to read it.", backup.Printable(path))
	}
	return p.out.put(ctx, step{Verb: clearDir, Entry: backup.Entry{Path: path}})
}

func choose(condition bool, yes, no verb) verb {
	if condition {
		return yes
	}
	return no
}
