package repository

import (
	"context"
	"errors"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// find returns the generation of a backup's manifest that counts: the one with
// that checksum. If checksum is "" or none has it, it is the newest of which all
// is there or, if there is no such one either, the newest.
func (r *Repository) find(ctx context.Context, id backup.ID, checksum string) (generation, error) {
	all, err := r.generationsOf(ctx, id)
	switch {
	case err != nil:
		return generation{}, err
	case len(all) == 0:
		return generation{}, noBackup(id, errs.ErrNotFound)
	case len(all) == 1:
		return all[0], nil
	}
	if checksum != "" {
		if g, ok, err := r.match(ctx, all, checksum); ok || err != nil {
			return g, err
		}
	}
	stock, err := r.takeStock(ctx)
	if err != nil {
		return generation{}, err
	}
	g, _, err := r.newest(ctx, all, stock)
	if errors.Is(err, errs.ErrCorrupt) {
		err = nil // whoever reads it will see
	}
	return g, err
}

// match returns the generation with that checksum, if there is one.
func (r *Repository) match(ctx context.Context, all []generation, checksum string) (generation, bool, error) {
	for _, g := range slices.Backward(all) {
		sum, err := r.checksum(ctx, g)
		if err != nil {
			return g, false, err
		}
		if sum == checksum {
			return g, true, nil
		}
	}
	return generation{}, false, nil
}
