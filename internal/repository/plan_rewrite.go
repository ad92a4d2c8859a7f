package repository

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// planRewrite finds the archives that can be rewritten and lets pick choose:
// those that only manifests name which a record vouches for, so that each of them
// can get a new generation. pick returns moves by the name of the archive.
//
// It is what [Repository.PlanRepack] is made of, and whatever else has to change
// archives without changing backups.
func (r *Repository) planRewrite(ctx context.Context, opt backup.RewriteOptions, pick func(context.Context, *candidates) (map[string]*move, error)) (*rewriting, error) {
	s, err := r.Survey(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range opt.Without {
		delete(s.manifests, id)
	}
	c, err := r.candidates(ctx, s, opt)
	if err != nil {
		return nil, err
	}
	w := &rewriting{repo: r, opt: opt}
	if w.moves, err = pick(ctx, c); err != nil {
		return nil, err
	}
	w.plan.Damaged, w.plan.Locked, w.plan.Young, w.plan.Later = c.damaged, c.locked, c.young, c.later
	for _, m := range c.manifests {
		if m.names(func(name string) bool { return w.moves[name] != nil }) {
			w.manifests = append(w.manifests, m)
		}
	}
	for _, m := range w.moves {
		w.plan.Archives++
		w.plan.Written += m.size()
		w.plan.Freed += m.old.Size - m.size()
	}
	return w, nil
}

// names reports whether a manifest names an archive that is one of those.
func (c current) names(those func(name string) bool) bool {
	return slices.ContainsFunc(c.trailer.Archives, func(a manifest.Archive) bool { return those(a.Name) })
}

// candidates are archives that can be rewritten.
type candidates struct {
	survey    *Survey
	manifests []current                   // oldest first
	archives  map[string]manifest.Archive // by name; whole as far as their size tells
	damaged   []string                    // names of those that turned out not to be
	locked    []string                    // and of those to which there is no key
	young     int64                       // archives that are not old enough
	later     int64                       // archives that are left for the next time
}

// candidates reads the trailers of all manifests.
func (r *Repository) candidates(ctx context.Context, s *Survey, opt backup.RewriteOptions) (*candidates, error) {
	c := &candidates{survey: s, archives: map[string]manifest.Archive{}}
	var fixed []generation // that cannot be replaced
	for _, id := range s.IDs() {
		all := s.manifests[id]
		g, ok, err := r.counting(ctx, all, opt.Checksums[id])
		if err != nil {
			return nil, err
		}
		if !ok {
			fixed = append(fixed, all...)
			continue
		}
		t, err := r.trailer(ctx, g)
		if err != nil {
			return nil, unread(id, err)
		}
		c.manifests = append(c.manifests, current{g, opt.Checksums[id], all[len(all)-1].number, t})
		for _, a := range t.Archives {
			if s.stock[a.Name].Size == a.Size && s.stock[a.Name].Modified.Before(opt.Now.Add(-minAge)) {
				c.archives[a.Name] = a
			}
		}
	}
	needed, err := r.needed(ctx, fixed)
	if err != nil {
		return nil, err
	}
	for name := range c.archives {
		if needed[archiveKey(name)] {
			delete(c.archives, name)
		}
	}
	return c, nil
}

// counting returns the generation that a record calls the one that counts, if there
// is one. Of several the others are stale only if that one is whole.
func (r *Repository) counting(ctx context.Context, all []generation, checksum string) (g generation, ok bool, err error) {
	if checksum == "" {
		return g, false, nil
	}
	g, ok, err = r.match(ctx, all, checksum)
	if ok && len(all) > 1 {
		ok, err = r.whole(ctx, g, checksum)
	}
	return g, ok, err
}

// unknownNeeds is the error of manifests that are damaged: nobody knows what they
// need.
func unknownNeeds(ids ...backup.ID) *errs.Error {
	var names []string
	for _, id := range ids {
		names = append(names, string(id))
	}
	all := strings.Join(names, ", ")
	return errs.New(errs.ErrCorrupt,
		"The list of files of backup %s is damaged, so it is not known what it needs of what is stored. Delete backup %s first.", all, all)
}

// unread is the error of a manifest that could not be read.
func unread(id backup.ID, err error) error {
	if errors.Is(err, errs.ErrCorrupt) {
		return unknownNeeds(id).Because(err)
	}
	return fmt.Errorf("manifest of %s: %w", id, err)
}
