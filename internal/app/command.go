package app

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/memcatalog"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// CommandOptions say what a command is going to do.
type CommandOptions struct {
	// Only is the one backup that the command reads; "" is any. Without a
	// catalog the records of the others are then not rebuilt.
	Only backup.ID
	// Copy says that cfg names a place for a copy, not the installation.
	Copy bool
	// FollowLinks restores through a symbolic link in the place of the database or the
	// media, wherever it leads.
	FollowLinks bool
	// Progress is called from time to time while a job runs, by many
	// goroutines. It may be nil.
	Progress func(backup.Progress)
}

// ByHand is the service of one command. Its jobs run to their end inside the
// call that asks for them.
type ByHand struct {
	Service *backup.Service

	runner *inlineRunner
	parts  *parts
}

// Found is nil if there is a repository, else errs.ErrNotFound with a sentence: a
// prefix that nobody has backed up to looks like one without backups.
func (b *ByHand) Found(ctx context.Context) error {
	there, err := b.parts.repository.Exists(ctx)
	if err != nil || there {
		return err
	}
	at := strings.TrimSuffix("s3://"+b.parts.cfg.Bucket+"/"+b.parts.cfg.Prefix, "/")
	return errs.New(errs.ErrNotFound, "Nothing has ever been backed up to %s. Check the bucket and the prefix; the first backup sets it up.", at)
}

// Cause returns why the last job failed, in more words than its record has:
// who works on the command line can mend what users of a page cannot.
func (b *ByHand) Cause() error { return b.runner.cause }

// Command puts the service together for the command line. Of the installation
// only those parts are there that cfg names. With cfg.Table the catalog is the
// one of the functions; without it, the records are rebuilt in memory from the
// manifests in the bucket, and no lock holds off other programs.
func Command(ctx context.Context, cfg Config, log *slog.Logger, opt CommandOptions) (*ByHand, error) {
	if err := needs("BACKUP_BUCKET", cfg.Bucket); err != nil {
		return nil, err
	}
	ac, err := loadAWS(ctx, log, config.WithDefaultRegion(defaultRegion))
	if err != nil {
		return nil, err
	}
	t := newClock(log)
	t.listenTo(&ac)
	mem := memcatalog.New()
	var records catalog.Catalog = mem
	if cfg.Table != "" {
		records = newCatalog(ac, cfg)
	}
	p := newParts(cfg, ac, t, observed{records, opt.Progress})
	if err := p.reach(ctx); err != nil {
		return nil, err
	}
	if err := errors.Join(p.withIdentity(), p.withSigner(), p.withRepository()); err != nil {
		return nil, err
	}
	if err := p.withOwner(); err != nil {
		return nil, err
	}
	if err := p.withNamedParts(opt); err != nil {
		return nil, err
	}
	p.service.Timing.Wait = 0 // a job has ended before anybody could wait for it
	runner := &inlineRunner{run: p.service.Run}
	p.service.Runner = runner
	if cfg.Table == "" {
		p.service.Timing.Heartbeat = time.Second
		runner.after = p.tidy
		err = p.rebuild(ctx, mem, opt.Only)
	}
	return &ByHand{Service: p.service, runner: runner, parts: p}, err
}

// defaultRegion is what servers other than AWS are content with.
const defaultRegion = "us-east-1"

// withNamedParts gives the service those parts of the installation that the
// configuration names.
func (p *parts) withNamedParts(opt CommandOptions) error {
	if !opt.Copy {
		if err := checkPlaces(p.cfg); err != nil {
			return err
		}
	}
	links := source.OwnLinks
	switch {
	case opt.FollowLinks:
		links = source.AllLinks
	case opt.Copy:
		links = source.NoLinks
	}
	p.service.Parts = map[backup.Component]backup.Part{}
	if p.cfg.DatabasePath != "" {
		db := p.database(links)
		p.service.Parts[backup.ComponentDatabase] = backup.Part{Source: db, Target: db}
	}
	if p.cfg.StoragePath != "" {
		media := p.media(links, opt.Copy)
		p.service.Parts[backup.ComponentStorage] = backup.Part{Source: media, Target: media}
	}
	return nil
}

// inlineRunner runs a job before Start returns.
type inlineRunner struct {
	run   func(context.Context, backup.Job) error
	after func(context.Context, backup.Job) error // of a job that failed; may be nil
	cause error
}

// Start implements backup.Runner. How the job ended is in its record.
func (r *inlineRunner) Start(ctx context.Context, job backup.Job) error {
	r.cause = r.run(ctx, job)
	if r.cause == nil || r.after == nil {
		return nil
	}
	return r.after(ctx, job)
}

// observed is a catalog that tells of the progress in the records it gets.
type observed struct {
	catalog.Catalog

	progress func(backup.Progress)
}

// PutBackup implements backup.Catalog.
func (o observed) PutBackup(ctx context.Context, b backup.Backup) (backup.Backup, error) {
	o.tell(b.Progress)
	return o.Catalog.PutBackup(ctx, b)
}

// PutOperation implements backup.Operations.
func (o observed) PutOperation(ctx context.Context, op backup.Operation) (backup.Operation, error) {
	o.tell(op.Progress)
	return o.Catalog.PutOperation(ctx, op)
}

func (o observed) tell(p backup.Progress) {
	if o.progress != nil {
		o.progress(p)
	}
}
