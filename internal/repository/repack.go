package repository

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// repackLimit bounds what one repack reads, so that it ends in the time that a
// function has. The next one goes on.
const repackLimit = 16 << 30

// PlanRepack implements [backup.Repository].
func (r *Repository) PlanRepack(ctx context.Context, opt backup.RewriteOptions) (_ backup.Rewriting, err error) {
	defer errs.Wrap(&err, "plan to repack")
	w, err := r.planRewrite(ctx, opt, r.pickDead)
	if err != nil {
		return nil, err
	}
	return w, nil
}

// use is what manifests name of an archive.
type use struct {
	bytes  int64              // of distinct frames
	frames map[int64]struct{} // their offsets
}

// pickDead chooses the archives of which more than half can be left behind.
//
// An archive is looked at only if the manifest of the backup that stored it is
// gone: that one named all of it. Manifests are read from the newest on, and an
// archive is forgotten as soon as half of it is named. So most of a repository
// is settled by the newest manifest alone, and memory is taken only by the
// frames that archives in question still have.
func (r *Repository) pickDead(ctx context.Context, c *candidates) (map[string]*move, error) {
	uses := map[string]*use{}
	for name := range c.archives {
		if r.canRepack(name) && len(c.survey.manifests[owner(name)]) == 0 {
			uses[name] = &use{frames: map[int64]struct{}{}}
		}
	}
	for _, m := range slices.Backward(c.manifests) {
		if !m.names(func(name string) bool { return uses[name] != nil }) {
			continue
		}
		if err := r.countUses(ctx, m, c.archives, uses); err != nil {
			return nil, err
		}
	}
	return r.planMoves(ctx, c, uses)
}

// canRepack reports whether the members of an archive can be told apart here.
func (r *Repository) canRepack(name string) bool {
	return manifest.Plain(name) || manifest.Encrypted(name) && r.opt.Identities != nil
}

// countUses notes the frames that a manifest names, and forgets the archives of
// which half is named.
func (r *Repository) countUses(ctx context.Context, m current, archives map[string]manifest.Archive, uses map[string]*use) (err error) {
	spool, err := r.fetchSame(ctx, m)
	if err != nil {
		return err
	}
	defer func() { _ = spool.Close() }() // it holds nothing that anybody needs
	for e, err := range (&listing{spool: spool}).Entries() {
		if err != nil {
			return unread(m.id, err)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		for _, x := range e.Extents {
			u := uses[x.Archive]
			if u == nil {
				continue
			}
			if _, known := u.frames[x.Offset]; known {
				continue
			}
			u.frames[x.Offset] = struct{}{}
			if u.bytes += x.Length; 2*u.bytes >= archives[x.Archive].Size {
				delete(uses, x.Archive)
			}
		}
	}
	return nil
}

// planMoves reads the archives of which less than half is named and plans to
// keep the members that are, if that is less than half as well: of a member
// that is named in part all frames are kept.
func (r *Repository) planMoves(ctx context.Context, c *candidates, uses map[string]*use) (map[string]*move, error) {
	moves := map[string]*move{}
	left := int64(repackLimit)
	for _, name := range slices.Sorted(maps.Keys(uses)) {
		a := c.archives[name]
		if left -= a.Size; left < 0 && len(moves) > 0 {
			break
		}
		var all []archive.Stretch
		err := again(ctx, func(ctx context.Context) (err error) {
			all, err = r.layout(ctx, a)
			return err
		})
		switch {
		case errors.Is(err, errs.ErrCorrupt):
			c.damaged = append(c.damaged, name)
			continue
		case isLocked(err):
			continue
		case err != nil:
			return nil, err
		}
		m := &move{old: a, keep: keep(all, uses[name].frames)}
		if 2*m.size() < a.Size {
			moves[name] = m
		}
	}
	return moves, nil
}

// layout reads an archive and returns where its members lie. One that is
// damaged is errs.ErrCorrupt.
func (r *Repository) layout(ctx context.Context, a manifest.Archive) ([]archive.Stretch, error) {
	in, err := r.openWhole(ctx, a)
	if err != nil {
		return nil, fmt.Errorf("read archive %s: %w", a.Name, err)
	}
	defer func() { _ = in.Close() }() // what was read is checked
	all, err := archive.Layout(in)
	if err != nil {
		return nil, fmt.Errorf("read archive %s: %w", a.Name, err)
	}
	return all, nil
}

// keep returns the runs of stretches that have a frame in use, and the last one,
// without which the archive would be no tar file.
func keep(all []archive.Stretch, frames map[int64]struct{}) []piece {
	var kept []piece
	for i, s := range all {
		used := slices.ContainsFunc(s.Frames, func(offset int64) bool { _, ok := frames[offset]; return ok })
		switch last := len(kept) - 1; {
		case !used && i < len(all)-1:
		case last >= 0 && kept[last].to == s.Offset:
			kept[last].to += s.Length
		default:
			kept = append(kept, piece{s.Offset, s.Offset + s.Length})
		}
	}
	return kept
}
