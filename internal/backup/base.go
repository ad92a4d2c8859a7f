package backup

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// damageLimit is how many of the newest operations are asked which archives
// are damaged: the backup in which that was found may be gone, and others share them.
const damageLimit = 100

// bases returns the backups that one of kind builds on, as far as there are any:
// one for its files and one for the pages of its database, each newer than since. Safety
// backups count too.
func (s *Service) bases(ctx context.Context, kind Kind, since time.Time) (files, database Base, err error) {
	parts := kind.Components()
	if slices.Contains(parts, ComponentDatabase) {
		if database, err = s.databaseBase(ctx, since); err != nil {
			return files, database, err
		}
	}
	if !slices.Contains(parts, ComponentStorage) {
		return database, database, nil
	}
	files, err = s.storageBase(ctx, since)
	return files, database, err
}

// databaseBase returns the newest backup that holds the database.
func (s *Service) databaseBase(ctx context.Context, since time.Time) (Base, error) {
	var chosen Base
	err := s.eachBackup(ctx, "", func(b Backup) bool {
		if !b.CreatedAt.After(since) {
			return false
		}
		if b.holds(ComponentDatabase) {
			chosen = Base{ID: b.ID, Checksum: b.Checksum}
		}
		return chosen.ID == ""
	})
	return chosen, err
}

// storageBase returns the newest backup that holds the media, unless it lacks
// most of them.
func (s *Service) storageBase(ctx context.Context, since time.Time) (Base, error) {
	const c = ComponentStorage
	var chosen Backup
	err := s.eachBackup(ctx, "", func(b Backup) bool {
		if !b.CreatedAt.After(since) {
			return false
		}
		if !b.Status.Restorable() || !slices.Contains(b.Kind.Components(), c) {
			return true
		}
		if chosen.ID == "" || b.holds(c) && 2*chosen.FileCount < b.FileCount {
			chosen = b
		}
		return !b.holds(c)
	})
	return Base{ID: chosen.ID, Checksum: chosen.Checksum}, err
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
	err = s.eachBackup(ctx, "", func(b Backup) bool {
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
	if opt.Base, opt.Databases, err = s.bases(ctx, kind, unknown); err != nil {
		return opt, err
	}
	if !unknown.IsZero() && opt.Base.ID == "" {
		found.warn("Verifying found too much damage to name it all, so everything was read and stored again.")
	}
	return opt, nil
}
