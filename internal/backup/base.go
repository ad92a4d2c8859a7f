package backup

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// damageLimit is how many of the newest operations are asked which archives
// are damaged.
const damageLimit = 100

// bases returns the backups that one of kind builds on, as far as there are any:
// one for its files and one for the pages of its database. Safety backups count too.
func (s *Service) bases(ctx context.Context, kind Kind) (files, database Base, err error) {
	parts := kind.Components()
	if slices.Contains(parts, ComponentDatabase) {
		if database, err = s.databaseBase(ctx); err != nil {
			return files, database, err
		}
	}
	if !slices.Contains(parts, ComponentStorage) {
		return database, database, nil
	}
	files, err = s.storageBase(ctx)
	return files, database, err
}

// databaseBase returns the newest backup that holds the database.
func (s *Service) databaseBase(ctx context.Context) (Base, error) {
	var chosen Base
	err := s.eachBackup(ctx, "", func(b Backup) bool {
		if b.holds(ComponentDatabase) {
			chosen = Base{ID: b.ID, Checksum: b.Checksum}
		}
		return chosen.ID == ""
	})
	return chosen, err
}

// storageBase returns the newest backup that holds the media, unless it lacks
// most of them.
func (s *Service) storageBase(ctx context.Context) (Base, error) {
	const c = ComponentStorage
	var chosen Backup
	err := s.eachBackup(ctx, "", func(b Backup) bool {
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

// damagedArchives names the archives that recent verifications found damaged.
// all is false if one of them found more than it could name.
func (s *Service) damagedArchives(ctx context.Context) (names []string, all bool, err error) {
	operations, err := s.Operations.ListOperations(ctx, "", damageLimit)
	if err != nil {
		return nil, false, fmt.Errorf("look for damaged archives: %w", err)
	}
	all = true
	for _, o := range operations {
		r := o.VerifyResult
		if r == nil || r.DamagedArchiveCount == 0 {
			continue
		}
		all = all && r.DamagedArchiveCount <= maxNotices
		for _, line := range r.DamagedArchives {
			name, _, _ := strings.Cut(line, ": ")
			names = append(names, name)
		}
	}
	return names, all, nil
}

// writeOptions says what a backup builds on.
func (s *Service) writeOptions(ctx context.Context, kind Kind, m *meter, found *notices) (WriteOptions, error) {
	opt := WriteOptions{Report: found.report, Warn: found.warn, Progress: m.add}
	damaged, all, err := s.damagedArchives(ctx)
	if err != nil {
		return opt, err
	}
	opt.Avoid = damaged
	if !all {
		found.warn("Verifying found too much damage to name it all, so everything was read and stored again.")
		return opt, nil
	}
	opt.Base, opt.Databases, err = s.bases(ctx, kind)
	return opt, err
}
