package repository

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// Survey is what the store lists at one moment: every manifest and every
// archive. Its memory grows with their number, not with that of files.
type Survey struct {
	repo      *Repository
	manifests map[backup.ID][]generation // ascending
	stock     stock
}

// stock is what lies under the archives' prefix, by name.
type stock map[string]blob.Info

// Survey lists the repository. One that is newer than this program is
// errs.ErrInvalid, one that is empty has no backups.
func (r *Repository) Survey(ctx context.Context) (*Survey, error) {
	if err := r.checkFormat(ctx); err != nil && !errors.Is(err, errs.ErrNotFound) {
		return nil, err
	}
	s := &Survey{repo: r, manifests: map[backup.ID][]generation{}}
	all, err := r.generations(ctx, manifestPrefix)
	if err != nil {
		return nil, err
	}
	for _, g := range all {
		s.manifests[g.id] = append(s.manifests[g.id], g)
	}
	// Archives after manifests: what a manifest names was there before it.
	s.stock, err = r.takeStock(ctx)
	return s, err
}

// IDs returns the id of every backup that has a manifest, oldest first: what a
// lost catalog is rebuilt from.
func (s *Survey) IDs() []backup.ID { return slices.Sorted(maps.Keys(s.manifests)) }

// Committed is [Repository.Committed] as of the survey.
func (s *Survey) Committed(ctx context.Context, id backup.ID) (_ backup.Backup, err error) {
	defer errs.Wrap(&err, "look up backup %s", id)
	if len(s.manifests[id]) == 0 {
		return backup.Backup{}, noBackup(id, errs.ErrNotFound)
	}
	_, b, err := s.repo.newest(ctx, s.manifests[id], s.stock)
	return b, err
}

// generations lists the manifests under a prefix, those of one backup in ascending order.
func (r *Repository) generations(ctx context.Context, prefix string) ([]generation, error) {
	var all []generation
	for info, err := range r.blobs.List(ctx, prefix) {
		if err != nil {
			return nil, fmt.Errorf("list manifests: %w", err)
		}
		if g, ok := parseGeneration(info.Key); ok {
			g.size = info.Size
			all = append(all, g)
		}
	}
	slices.SortFunc(all, func(a, b generation) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.number, b.number))
	})
	return all, nil
}

// generationsOf lists the generations of one backup's manifest in ascending order.
func (r *Repository) generationsOf(ctx context.Context, id backup.ID) ([]generation, error) {
	return r.generations(ctx, manifestPrefix+string(id)+".")
}

// takeStock lists the archives.
func (r *Repository) takeStock(ctx context.Context) (stock, error) {
	s := stock{}
	for info, err := range r.blobs.List(ctx, archivePrefix) {
		if err != nil {
			return nil, fmt.Errorf("list archives: %w", err)
		}
		s[strings.TrimPrefix(info.Key, archivePrefix)] = info
	}
	return s, nil
}

// lacks counts the archives that are not in stock with their sizes.
func (s stock) lacks(archives []manifest.Archive) (n int) {
	for _, a := range archives {
		if info, ok := s[a.Name]; !ok || info.Size != a.Size {
			n++
		}
	}
	return n
}

// all returns every generation of every manifest.
func (s *Survey) all() (all []generation) {
	for _, id := range s.IDs() {
		all = append(all, s.manifests[id]...)
	}
	return all
}
