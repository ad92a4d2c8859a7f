package repository

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// maxNamed is how many damaged archives and files a report names.
const maxNamed = 1000

// verification is a running Verify.
type verification struct {
	repo *Repository
	opt  backup.VerifyOptions
	m    *reader

	ledger *ledger            // of a deep verification
	locked map[backup.ID]bool // runs whose archives no key at hand opens

	mu      sync.Mutex // also of opt.Progress
	report  backup.VerifyReport
	damaged map[string]damage // archives by name
}

// damage is what is wrong with an archive.
type damage struct {
	missing bool
	size    int64 // as it is
	why     string
}

// Verify implements [backup.Repository].
func (r *Repository) Verify(ctx context.Context, id backup.ID, checksum string, opt backup.VerifyOptions) (_ backup.VerifyReport, err error) {
	defer errs.Wrap(&err, "verify backup %s", id)
	v := &verification{repo: r, opt: opt, damaged: map[string]damage{}}
	v.report.Deep = opt.Deep
	err = again(ctx, func(ctx context.Context) error { return v.open(ctx, id, checksum) })
	if errors.Is(err, errs.ErrNotFound) || errors.Is(err, errs.ErrCorrupt) {
		v.report.Error, v.report.Details = errs.Detail(err), reasons(err)
		return v.report, nil
	}
	if err != nil {
		return v.report, err
	}
	defer v.ledger.free()
	defer func() { _ = v.m.Close() }() // it holds nothing that anybody needs
	return v.run(ctx)
}

// open reads the manifest.
func (v *verification) open(ctx context.Context, id backup.ID, checksum string) error {
	spool, err := v.repo.download(ctx, id, checksum)
	if err != nil {
		return err
	}
	v.report.Checksum, v.report.FileSize = spool.checksum(), spool.size
	v.checked(0, 0, spool.size)
	visit := ignore
	if v.opt.Deep {
		if v.ledger, err = newLedger(v.repo.opt.Scratch); err != nil {
			return errors.Join(err, spool.Close())
		}
		visit = v.ledger.add
	}
	if v.m, err = v.repo.check(ctx, spool, id, checksum, visit); err != nil {
		_ = spool.Close() // as above
		v.ledger.free()
	}
	return err
}

func (v *verification) run(ctx context.Context) (backup.VerifyReport, error) {
	v.checked(0, v.m.spool.size, 0)
	v.report.FileSize = v.m.StoredSize()
	v.report.Entries = v.m.trailer.Entries
	v.report.Signature = v.repo.signatureOf(v.m.trailer)
	if err := v.archives(ctx); err != nil {
		return v.report, err
	}
	if err := v.files(ctx); err != nil {
		return v.report, err
	}
	v.conclude()
	return v.report, nil
}

// archives checks every archive that the manifest names.
func (v *verification) archives(ctx context.Context) error {
	if !v.opt.Deep {
		return v.each(ctx, v.m.trailer.Archives, 8, v.lookUp) // nothing but waiting
	}
	if err := v.ledger.ready(); err != nil {
		return err
	}
	left, err := v.contents(ctx)
	if err != nil {
		return err
	}
	return v.each(ctx, left, 2, v.read) // some hash while others wait for an archive's first bytes
}

// each lets so many for each worker check archives.
func (v *verification) each(ctx context.Context, all []manifest.Archive, perWorker int, check func(context.Context, <-chan manifest.Archive) error) error {
	archives := make(chan manifest.Archive, len(all))
	for _, a := range all {
		archives <- a
	}
	close(archives)
	group, ctx := errgroup.WithContext(ctx)
	for range perWorker * v.repo.opt.Workers {
		group.Go(func() error { return check(ctx, archives) })
	}
	return group.Wait()
}

// conclude turns what was found into the report's sentence.
func (v *verification) conclude() {
	v.report.Valid = v.report.DamagedArchiveCount == 0 && v.report.DamagedFileCount == 0
	for _, a := range v.m.trailer.Archives {
		if manifest.Encrypted(a.Name) && v.locked[owner(a.Name)] {
			v.report.HashedOnly++
		}
	}
	v.report.Decoded = v.opt.Deep && v.report.HashedOnly == 0
	if !v.report.Valid {
		v.report.Error = fmt.Sprintf("Archives damaged or missing: %d of %d. Files that cannot be restored from this backup: %d.",
			v.report.DamagedArchiveCount, v.report.Archives, v.report.DamagedFileCount)
	}
}

// checked counts an object, or part of one, as checked: bytes of what there is to
// check, of which read were read.
func (v *verification) checked(objects, bytes, read int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.report.Archives += objects
	v.report.BytesRead += read
	if v.opt.Progress != nil {
		v.opt.Progress(objects, bytes)
	}
}

// damage notes that an archive is damaged.
func (v *verification) damage(a manifest.Archive, d damage) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.damaged[a.Name] = d
}
