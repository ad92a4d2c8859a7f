package backup

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// damageLimit is how many of the newest operations are asked which archives
// are damaged: the backup in which that was found may be gone, and others share them.
const damageLimit = 100

// mostOthers is in how many backups beside the base content is looked up.
const mostOthers = 50

// bases returns the backups that one of kind builds on, as far as there are any:
// one for its files and one for the pages of its database, each newer than since, and
// the others that hold media. Safety backups count too.
func (s *Service) bases(ctx context.Context, kind Kind, since time.Time) (files, database Base, others []Base, err error) {
	var all []Backup
	err = s.eachBackup(ctx, func(b Backup) bool {
		if !b.CreatedAt.After(since) {
			return false
		}
		if b.Status.Restorable() && b.listed() {
			all = append(all, b)
		}
		return true
	})
	parts := kind.Components()
	if slices.Contains(parts, ComponentDatabase) {
		database = databaseBase(all)
	}
	if !slices.Contains(parts, ComponentStorage) {
		return database, database, nil, err
	}
	files = storageBase(all)
	return files, database, otherBases(all, files), err
}

func baseOf(b Backup) Base { return Base{ID: b.ID, Checksum: b.Checksum} }

// databaseBase returns the newest backup that holds the database, one that has not
// shrunk if there is one.
func databaseBase(all []Backup) Base {
	var chosen Backup
	for _, b := range all {
		if b.holds(ComponentDatabase) && (chosen.ID == "" || !b.shrunkIn(ComponentDatabase)) {
			chosen = b
		}
		if chosen.ID != "" && !chosen.shrunkIn(ComponentDatabase) {
			break
		}
	}
	return baseOf(chosen)
}

// storageBase returns the newest backup that holds the media, unless it lacks
// most of them.
func storageBase(all []Backup) Base {
	const c = ComponentStorage
	var chosen Backup
	for _, b := range all {
		if !slices.Contains(b.Kind.Components(), c) {
			continue
		}
		good := b.holds(c) && !b.shrunkIn(c)
		if chosen.ID == "" || good && (chosen.shrunkIn(c) || 2*chosen.FileCount < b.FileCount) {
			chosen = b
		}
		if good {
			break
		}
	}
	return baseOf(chosen)
}

// otherBases returns the backups beside the base that hold media: first those that
// hold most, since what the base lacks was lost, then the newest.
func otherBases(all []Backup, base Base) (others []Base) {
	all = slices.DeleteFunc(slices.Clone(all), func(b Backup) bool {
		return b.ID == base.ID || !slices.Contains(b.Kind.Components(), ComponentStorage)
	})
	slices.SortStableFunc(all, func(a, b Backup) int { return cmp.Compare(b.FileCount, a.FileCount) })
	for _, b := range all[:min(len(all), mostOthers)] {
		others = append(others, baseOf(b))
	}
	return others
}

// knownDamage names the archives that verifications found damaged: in the backups
// that are there, and recently in any. If one found more than it could name,
// unknown is when the last such one was; it is zero otherwise.
func (s *Service) knownDamage(ctx context.Context) (names []string, unknown time.Time, err error) {
	add := func(d *Damage) {
		names = append(names, d.Archives...)
		if d.More && d.FoundAt.After(unknown) {
			unknown = d.FoundAt
		}
	}
	err = s.eachBackup(ctx, func(b Backup) bool {
		if b.Damage != nil {
			add(b.Damage)
		}
		return true
	})
	if err != nil {
		return nil, unknown, err
	}
	operations, err := s.Operations.ListOperations(ctx, "", damageLimit)
	if err != nil {
		return nil, unknown, fmt.Errorf("look for damaged archives: %w", err)
	}
	for _, o := range operations {
		if o.VerifyResult != nil {
			add(o.VerifyResult.damage(o.CreatedAt))
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(names))), unknown, nil
}

// writeOptions says what a backup builds on. When it is not known what is
// damaged, that is nothing which is older than that finding.
func (s *Service) writeOptions(ctx context.Context, kind Kind, m *meter, found *notices) (WriteOptions, error) {
	opt := WriteOptions{Report: found.report, Warn: found.warn, Progress: m.add}
	avoid, unknown, err := s.knownDamage(ctx)
	if err != nil {
		return opt, err
	}
	opt.Avoid = avoid
	if opt.Base, opt.Databases, opt.Others, err = s.bases(ctx, kind, unknown); err != nil {
		return opt, err
	}
	if !unknown.IsZero() && opt.Base.ID == "" {
		found.warn("Verifying found too much damage to name it all, so everything was read and stored again.")
	}
	return opt, nil
}
