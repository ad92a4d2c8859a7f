package repository

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

const (
	// minAge is how old an archive must be before it is taken for waste or
	// rewritten. Clocks differ, and those who only read take no lock.
	minAge = 24 * time.Hour
	// sweepBatch is how many objects are deleted between two looks at the lock.
	sweepBatch = 1000
)

// sweeping implements [backup.Sweeping].
type sweeping struct {
	repo  *Repository
	stale []staleManifest
	waste []sized // archives, in byte order of key, then marks
	plan  backup.SweepPlan
}

type sized struct {
	key  string
	size int64
}

// staleManifest is a backup's manifest with generations that count no more.
type staleManifest struct {
	id       backup.ID
	checksum string // of the generation that counts
	others   []generation
}

// PlanSweep implements [backup.Repository].
func (r *Repository) PlanSweep(ctx context.Context, opt backup.SweepOptions) (_ backup.Sweeping, err error) {
	defer errs.Wrap(&err, "plan to sweep")
	s, err := r.Survey(ctx)
	if err != nil {
		return nil, err
	}
	p := &sweeping{repo: r}
	gone, err := p.planGone(ctx, s, opt.Without)
	if err != nil {
		return nil, err
	}
	if err := p.planStale(ctx, s, opt.Checksums); err != nil {
		return nil, err
	}
	needed, err := r.needed(ctx, s.all())
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(s.stock)) {
		switch info := s.stock[name]; {
		case needed[info.Key]:
		case gone[info.Key] || slices.Contains(opt.Without, owner(name)):
			p.plan.Gone.Add(1, info.Size)
		case info.Modified.Before(opt.Now.Add(-minAge)):
			p.waste = append(p.waste, sized{info.Key, info.Size})
			p.plan.Waste.Add(1, info.Size)
		}
	}
	return p, p.planMarks(ctx, s, opt)
}

// planMarks finds marks of backups that are gone, and those that newer ones have
// replaced. Young ones stay: whoever writes the next has read them.
func (p *sweeping) planMarks(ctx context.Context, s *Survey, opt backup.SweepOptions) error {
	all, err := p.repo.listMarks(ctx, "")
	if err != nil {
		return err
	}
	newest := map[backup.ID]int64{}
	for _, m := range all {
		newest[m.id] = max(newest[m.id], m.number)
	}
	for _, m := range all {
		switch there := len(s.manifests[m.id]) > 0; {
		case slices.Contains(opt.Without, m.id):
			p.plan.Gone.Add(1, m.info.Size)
		case (!there || m.number < newest[m.id]) && m.info.Modified.Before(opt.Now.Add(-minAge)):
			p.waste = append(p.waste, sized{m.key(), m.info.Size})
			p.plan.Waste.Add(1, m.info.Size)
		}
	}
	return nil
}

// owner returns under whose id an archive was stored.
func owner(archive string) backup.ID {
	id, _, _ := strings.Cut(archive, "/")
	return backup.ID(id)
}

// planGone strikes the manifests of backups that count as gone off the survey
// and returns the keys of the archives that they name.
func (p *sweeping) planGone(ctx context.Context, s *Survey, without []backup.ID) (map[string]bool, error) {
	gone := map[string]bool{}
	for _, id := range without {
		for _, g := range s.manifests[id] {
			p.plan.Gone.Add(1, g.size)
			keys, err := p.repo.named(ctx, g)
			if err != nil && !errors.Is(err, errs.ErrCorrupt) { // what is damaged goes as well, and names nothing
				return nil, err
			}
			for _, key := range keys {
				gone[key] = true
			}
		}
		delete(s.manifests, id)
	}
	return gone, nil
}

// planStale finds the manifests of which there are several generations and one
// that a record calls the one that counts, and strikes the others off the survey.
func (p *sweeping) planStale(ctx context.Context, s *Survey, checksums map[backup.ID]string) error {
	for _, id := range s.IDs() {
		all, checksum := s.manifests[id], checksums[id]
		if len(all) == 1 || checksum == "" {
			continue
		}
		current, ok, err := p.repo.counting(ctx, all, checksum)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		stale := staleManifest{id: id, checksum: checksum}
		for _, g := range all {
			if g != current {
				stale.others = append(stale.others, g)
				p.plan.Waste.Add(1, g.size)
			}
		}
		p.stale = append(p.stale, stale)
		s.manifests[id] = []generation{current}
	}
	return nil
}

// Plan implements [backup.Sweeping].
func (p *sweeping) Plan() backup.SweepPlan { return p.plan }

// Execute implements [backup.Sweeping]. Generations go before the archives that
// only they name.
func (p *sweeping) Execute(ctx context.Context, fence backup.Fence) (done backup.Cleared, err error) {
	defer errs.Wrap(&err, "sweep")
	for _, m := range p.stale {
		if err := fence.Choose(ctx, m.id, m.checksum, backup.Choice{Checksum: m.checksum}); err != nil {
			return done, err
		}
		if err := p.repo.dropGenerations(ctx, fence, m.others, &done); err != nil {
			return done, err
		}
	}
	for batch := range slices.Chunk(p.waste, sweepBatch) {
		if err := p.repo.drop(ctx, fence, batch, &done); err != nil {
			return done, err
		}
	}
	return done, nil
}

// dropGenerations deletes generations of manifests.
func (r *Repository) dropGenerations(ctx context.Context, fence backup.Fence, all []generation, done *backup.Cleared) error {
	objects := make([]sized, len(all))
	for i, g := range all {
		objects[i] = sized{g.key(), g.size}
	}
	return r.drop(ctx, fence, objects, done)
}

// drop deletes objects, if the lock is still held, and counts them.
func (r *Repository) drop(ctx context.Context, fence backup.Fence, objects []sized, done *backup.Cleared) error {
	if err := fence.Still(ctx); err != nil {
		return err
	}
	keys := make([]string, len(objects))
	for i, o := range objects {
		keys[i] = o.key
	}
	if err := r.blobs.Delete(ctx, keys...); err != nil {
		return fmt.Errorf("delete what is needed no more: %w", err)
	}
	for _, o := range objects {
		done.Add(1, o.size)
	}
	return nil
}
