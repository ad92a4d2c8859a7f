package app

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// rebuildAtOnce is how many manifests are asked at a time: each takes a few
// small requests, whose time is mostly the way there and back.
const rebuildAtOnce = 16

// rebuild fills an empty catalog with the records that the manifests keep; with
// only, with that of one backup.
func (p *parts) rebuild(ctx context.Context, c backup.Catalog, only backup.ID) error {
	marks, err := p.repository.Marks(ctx, only)
	if err != nil {
		return err
	}
	if only != "" {
		return rebuildOne(ctx, c, only, p.repository.Committed, marks)
	}
	survey, err := p.repository.Survey(ctx)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(rebuildAtOnce)
	for _, id := range survey.IDs() {
		group.Go(func() error { return rebuildOne(ctx, c, id, survey.Committed, marks) })
	}
	return group.Wait()
}

// rebuildOne keeps the record of a backup. One that has gone meanwhile has
// none; one of which the manifest cannot be read, or names archives that are not
// there, shows that in its record, and can be verified and deleted as any other.
func rebuildOne(ctx context.Context, c backup.Catalog, id backup.ID, committed func(context.Context, backup.ID) (backup.Backup, error), marks map[backup.ID]backup.Marks) error {
	b, err := committed(ctx, id)
	switch {
	case errors.Is(err, errs.ErrNotFound):
		return nil
	case errors.Is(err, errs.ErrCorrupt) && b.ID == id:
		b.Status, b.DatabaseOK, b.StorageOK, b.Damage = backup.StatusPartial, false, false, &backup.Damage{FoundAt: time.Now().UTC()}
		b.Errors = append(b.Errors, errs.Detail(err))
	case errors.Is(err, errs.ErrCorrupt), errors.Is(err, errs.ErrInvalid):
		b = unreadable(id, err)
	case err != nil:
		return fmt.Errorf("rebuild the record of %s: %w", id, err)
	}
	b.Version, b.Lease = 0, backup.Lease{}
	if m, ok := marks[id]; ok {
		b = b.Marked(m)
	}
	_, err = c.PutBackup(ctx, b)
	return err
}

// unreadable makes the record of a backup of which only the id is known.
func unreadable(id backup.ID, err error) backup.Backup {
	line := errs.Detail(err)
	if line == "" {
		line = "Its manifest is damaged."
	}
	b := backup.Backup{ID: id, Status: backup.StatusPartial, CreatedAt: id.Time(), Errors: []string{line}}
	if errors.Is(err, errs.ErrCorrupt) {
		b.Damage = &backup.Damage{Manifest: true, FoundAt: time.Now().UTC()}
	}
	if name := strings.Split(string(id), "-"); len(name) > 2 {
		b.Kind = backup.Kind(name[2])
	}
	return b
}

// tidyTime is how long tidy may take, also when the command was stopped.
const tidyTime = 20 * time.Second

// tidy removes what a failed backup has stored. Without a catalog nobody else
// would know of it.
func (p *parts) tidy(ctx context.Context, job backup.Job) error {
	if job.Verb != backup.VerbCreate {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tidyTime)
	defer cancel()
	b, err := p.service.Get(ctx, job.ID)
	if err != nil || b.Status != backup.StatusFailed {
		return err
	}
	if _, err := p.repository.Remove(ctx, job.ID); err != nil {
		p.log.WarnContext(ctx, "what the failed backup stored is not removed", "id", string(job.ID), "err", err)
	}
	return nil
}
