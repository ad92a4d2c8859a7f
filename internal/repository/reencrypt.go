package repository

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/crypt"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// PlanReencrypt implements [backup.Repository].
func (r *Repository) PlanReencrypt(ctx context.Context, opt backup.RewriteOptions) (_ backup.Rewriting, err error) {
	defer errs.Wrap(&err, "plan to encrypt anew")
	if !r.encrypts() {
		return nil, errs.New(errs.ErrInvalid, "There is nobody to encrypt for. Set AGE_RECIPIENTS to public keys.")
	}
	w, err := r.planRewrite(ctx, opt, r.pickAll)
	if err != nil {
		return nil, err
	}
	return w, nil
}

// pickAll chooses every archive that can be opened, as it is, up to the limit of
// one rewriting. For whom an archive was encrypted cannot be seen.
func (r *Repository) pickAll(ctx context.Context, c *candidates) (map[string]*move, error) {
	c.countYoung()
	moves := map[string]*move{}
	left := int64(repackLimit)
	for _, name := range slices.Sorted(maps.Keys(c.archives)) {
		a := c.archives[name]
		if !manifest.ValidArchive(name) {
			continue // page lists are not encrypted
		}
		err := r.canOpen(ctx, a)
		switch {
		case isLocked(err):
			c.locked = append(c.locked, name)
		case errors.Is(err, errs.ErrCorrupt):
			c.damaged = append(c.damaged, name)
		case err != nil:
			return nil, fmt.Errorf("open archive %s: %w", name, err)
		case left < a.Size && len(moves) > 0:
			c.later++
		default:
			left -= a.Size
			moves[name] = &move{old: a}
		}
	}
	return moves, nil
}

func (r *Repository) canOpen(ctx context.Context, a manifest.Archive) error {
	if !manifest.Encrypted(a.Name) {
		return nil
	}
	return r.opener.Unlock(ctx, crypt.Object{Name: a.Name, Size: a.Size})
}

// countYoung counts the archives that are whole and not a candidate because of
// their age.
func (c *candidates) countYoung() {
	young := map[string]bool{}
	for _, m := range c.manifests {
		for _, a := range m.trailer.Archives {
			if _, old := c.archives[a.Name]; !old && manifest.ValidArchive(a.Name) && c.survey.stock[a.Name].Size == a.Size {
				young[a.Name] = true
			}
		}
	}
	c.young = int64(len(young))
}
