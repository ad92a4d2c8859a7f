package repository

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// Remove implements [backup.Repository].
func (r *Repository) Remove(ctx context.Context, id backup.ID) (_ backup.Removed, err error) {
	defer errs.Wrap(&err, "remove backup %s", id)
	if err := r.checkFormat(ctx); err != nil && !errors.Is(err, errs.ErrNotFound) {
		return backup.Removed{}, err
	}
	p, err := r.planRemoval(ctx, id)
	if err != nil {
		return backup.Removed{}, err
	}
	p.removed.Begun, err = r.execute(ctx, id, p)
	return p.removed, err
}

// removal is what Remove is going to delete.
type removal struct {
	manifests []string // keys of its generations
	archives  []string // keys
	marks     []string // keys
	removed   backup.Removed
}

func (p *removal) found(size int64) {
	p.removed.Objects++
	p.removed.Bytes += size
}

// execute deletes the manifest first, so that no manifest ever names an
// archive that is gone. begun is false if everything is as it was.
func (r *Repository) execute(ctx context.Context, id backup.ID, p *removal) (begun bool, err error) {
	if len(p.manifests) > 0 {
		if err := r.blobs.Delete(ctx, p.manifests...); err != nil {
			return r.begun(ctx, id, p, err), fmt.Errorf("delete manifest: %w", err)
		}
	}
	if rest := slices.Concat(p.archives, p.marks); len(rest) > 0 {
		if err := r.blobs.Delete(ctx, rest...); err != nil {
			return true, fmt.Errorf("delete archives: %w", err)
		}
	}
	return true, nil
}

// begun looks whether a delete of manifests that failed has deleted any. One of
// which the answer was lost may do so later.
func (r *Repository) begun(ctx context.Context, id backup.ID, p *removal, cause error) bool {
	if errors.Is(cause, errs.ErrUnavailable) || ctx.Err() != nil {
		return true
	}
	left, err := r.generationsOf(ctx, id)
	return err != nil || len(left) != len(p.manifests)
}

// planRemoval finds the archives that the manifest of id names or that lie
// under its own prefix, less those that other manifests name.
func (r *Repository) planRemoval(ctx context.Context, id backup.ID) (*removal, error) {
	p := new(removal)
	named, err := r.planManifest(ctx, id, p)
	if err != nil {
		return p, err
	}
	needed, unread, err := r.neededByOthers(ctx, id)
	if err != nil {
		return p, err
	}
	if len(unread) > 0 { // they may need any archive; a sweep takes it once they are gone
		p.removed.Unread = unread
		return p, r.planMarks(ctx, id, p)
	}
	own := map[string]bool{}
	for info, err := range r.blobs.List(ctx, ownPrefix(id)) {
		if err != nil {
			return p, fmt.Errorf("list archives: %w", err)
		}
		own[info.Key] = true
		if !needed[info.Key] {
			p.archives = append(p.archives, info.Key)
			p.found(info.Size)
		}
	}
	for _, key := range named {
		if own[key] || needed[key] {
			continue
		}
		if err := r.planForeign(ctx, key, p); err != nil {
			return p, err
		}
	}
	slices.Sort(p.archives)
	return p, r.planMarks(ctx, id, p)
}

// planMarks plans the removal of what is said of the backup.
func (r *Repository) planMarks(ctx context.Context, id backup.ID, p *removal) error {
	all, err := r.listMarks(ctx, id)
	for _, m := range all {
		p.marks = append(p.marks, m.key())
		p.found(m.info.Size)
	}
	return err
}

// planManifest plans the removal of the manifest, all generations of it, and
// returns the keys of the archives that it names: none if it is gone or damaged,
// for then those outside its own prefix are not known.
func (r *Repository) planManifest(ctx context.Context, id backup.ID, p *removal) ([]string, error) {
	all, err := r.generationsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		p.removed.Missing = append(p.removed.Missing, generation{id: id, number: 1}.key())
	}
	var keys []string
	for _, g := range all {
		named, err := r.named(ctx, g)
		if err != nil && !errors.Is(err, errs.ErrCorrupt) {
			return nil, err
		}
		p.manifests = append(p.manifests, g.key())
		p.found(g.size)
		keys = append(keys, named...)
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}

// planForeign plans the removal of an archive that was found in the manifest
// and not under its own prefix.
func (r *Repository) planForeign(ctx context.Context, key string, p *removal) error {
	info, err := r.blobs.Head(ctx, key)
	if errors.Is(err, errs.ErrNotFound) {
		p.removed.Missing = append(p.removed.Missing, key)
		return nil
	}
	if err != nil {
		return err
	}
	p.archives = append(p.archives, key)
	p.found(info.Size)
	return nil
}

// named returns the keys of the archives that a manifest names.
func (r *Repository) named(ctx context.Context, g generation) ([]string, error) {
	t, err := r.trailer(ctx, g)
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(t.Archives))
	for i, a := range t.Archives {
		keys[i] = archiveKey(a.Name)
	}
	return keys, nil
}

// neededByOthers returns the keys of all archives that manifests other than
// id's name, and whose manifests cannot be read.
func (r *Repository) neededByOthers(ctx context.Context, id backup.ID) (needed map[string]bool, unread []backup.ID, err error) {
	all, err := r.generations(ctx, manifestPrefix)
	if err != nil {
		return nil, nil, err
	}
	return r.namedBy(ctx, slices.DeleteFunc(all, func(g generation) bool { return g.id == id }))
}

// namedBy returns the keys of all archives that the manifests name, and the
// backups of those that are damaged: nobody knows what they need.
func (r *Repository) namedBy(ctx context.Context, all []generation) (named map[string]bool, unread []backup.ID, err error) {
	named = map[string]bool{}
	for _, g := range all {
		keys, err := r.named(ctx, g)
		switch {
		case errors.Is(err, errs.ErrNotFound): // deleted meanwhile
		case errors.Is(err, errs.ErrCorrupt):
			unread = append(unread, g.id)
		case err != nil:
			return nil, nil, err
		}
		for _, key := range keys {
			named[key] = true
		}
	}
	return named, slices.Compact(unread), nil
}

// needed returns the keys of all archives that the manifests name. That one cannot
// be read is an error.
func (r *Repository) needed(ctx context.Context, all []generation) (map[string]bool, error) {
	named, unread, err := r.namedBy(ctx, all)
	if err == nil && len(unread) > 0 {
		err = unknownNeeds(unread...)
	}
	return named, err
}
