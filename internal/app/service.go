package app

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/s3blob"
	"github.com/vertex-ar/backup/internal/catalog"
	"github.com/vertex-ar/backup/internal/catalog/dynamocatalog"
	"github.com/vertex-ar/backup/internal/repository"
	"github.com/vertex-ar/backup/internal/repository/crypt"
	"github.com/vertex-ar/backup/internal/repository/signing"
	"github.com/vertex-ar/backup/internal/retention"
	"github.com/vertex-ar/backup/internal/schedule/eventbridge"
	"github.com/vertex-ar/backup/internal/source"
	"github.com/vertex-ar/backup/internal/source/directory"
	"github.com/vertex-ar/backup/internal/source/sqlite"
	"github.com/vertex-ar/backup/internal/tempfile"
)

// keepFailed is how long the record of a failed attempt stays in the list.
const keepFailed = 7 * 24 * time.Hour

// parts are what the constructors put together. Each adds what its function needs.
type parts struct {
	cfg     Config
	aws     aws.Config
	log     *slog.Logger
	clock   *clock
	catalog catalog.Catalog
	service *backup.Service

	repository *repository.Repository
	identities crypt.Source                               // nil in functions that open nothing
	signer     func(context.Context) (signing.Key, error) // nil where nothing is signed
}

// assemble reads the configuration and makes the parts that all functions
// share: the log and the catalog.
func assemble(ctx context.Context, getenv Getenv) (*parts, error) {
	cfg, err := ConfigFromEnv(getenv)
	if err != nil {
		return nil, err
	}
	return assembleFrom(ctx, cfg, newLog(cfg))
}

// newLog writes JSON lines, as CloudWatch reads them best.
func newLog(cfg Config) *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: cfg.LogLevel}))
}

func assembleFrom(ctx context.Context, cfg Config, log *slog.Logger) (*parts, error) {
	if err := needs("CATALOG_TABLE", cfg.Table); err != nil {
		return nil, err
	}
	ac, err := loadAWS(ctx, log)
	if err != nil {
		return nil, err
	}
	t := newClock(log)
	t.listenTo(&ac)
	return newParts(cfg, ac, t, newCatalog(ac, cfg)), nil
}

func newCatalog(ac aws.Config, cfg Config) catalog.Catalog {
	return dynamocatalog.New(dynamodb.NewFromConfig(ac, dynamocatalog.Patient), cfg.Table)
}

// newParts also removes what a process that was killed has left in the scratch
// directory: plain copies of the database are not to lie there.
func newParts(cfg Config, ac aws.Config, t *clock, c catalog.Catalog) *parts {
	tempfile.RemoveLeftovers(cfg.Scratch)
	p := &parts{
		cfg: cfg, aws: ac, log: t.log, clock: t, catalog: c,
		service: &backup.Service{
			Catalog: c, Operations: c, Locks: c, Idempotency: c, Audit: c, Logs: c, Endings: backup.NewEndings(),
			Policy: retention.Policy{MaxBackups: cfg.MaxBackups, MinAge: cfg.MinAge, KeepFailed: keepFailed},
			Now:    t.now, Log: t.log, Timing: backup.DefaultTiming(), ShrinkLimit: cfg.ShrinkLimit,
		},
	}
	p.service.Ahead = t.aheadBy(p.askTheTime)
	return p
}

// withRepository gives the service its bytes.
func (p *parts) withRepository() error {
	if err := needs("BACKUP_BUCKET", p.cfg.Bucket); err != nil {
		return err
	}
	client := s3.NewFromConfig(p.aws, s3blob.ClientOptions)
	store := s3blob.New(client, p.cfg.Bucket, p.cfg.Prefix, s3blob.WithKMSKey(p.cfg.KMSKey))
	repo, err := repository.New(store, repository.Options{
		Scratch: p.cfg.Scratch, Recipients: p.cfg.Recipients, Identities: p.identities,
		Signer: p.signer, Trusted: p.cfg.TrustedSigners,
	})
	p.service.Repository, p.repository = repo, repo
	p.service.Exports = repository.NewExports(store, store)
	return err
}

// withInstallation gives the service what it backs up and restores to.
func (p *parts) withInstallation() error {
	if err := needs("DATABASE_PATH", p.cfg.DatabasePath, "STORAGE_PATH", p.cfg.StoragePath); err != nil {
		return err
	}
	if err := checkPlaces(p.cfg); err != nil {
		return err
	}
	db, media := p.database(source.OwnLinks), p.media(source.OwnLinks, false)
	p.service.Parts = map[backup.Component]backup.Part{
		backup.ComponentDatabase: {Source: db, Target: db},
		backup.ComponentStorage:  {Source: media, Target: media},
	}
	return nil
}

func (p *parts) database(links source.Links) *sqlite.Database {
	return sqlite.New(p.cfg.DatabasePath, p.cfg.Scratch, sqlite.Options{StorageRoot: p.cfg.StoragePath, Links: links})
}

func (p *parts) media(links source.Links, isCopy bool) *directory.Tree {
	return directory.New(p.cfg.StoragePath, string(backup.ComponentStorage), directory.Options{
		Scratch: p.cfg.Scratch, Copy: isCopy, Links: links, IgnoreChangeTime: p.cfg.IgnoreChangeTime,
		Outside: directory.Outside{Database: p.cfg.DatabasePath, Scratch: p.cfg.Scratch},
	})
}

// withScheduler gives the service the schedules of EventBridge Scheduler.
func (p *parts) withScheduler() error {
	if err := needs("SCHEDULE_PREFIX", p.cfg.SchedulePrefix); err != nil {
		return err
	}
	p.service.Scheduler = eventbridge.New(scheduler.NewFromConfig(p.aws), p.cfg.SchedulePrefix)
	return nil
}

// withLambda lets the service hand its jobs to an invocation of their own.
func (p *parts) withLambda() error {
	if err := needs("JOB_FUNCTION", p.cfg.JobFunction); err != nil {
		return err
	}
	p.service.Runner = lambdaRunner{client: lambda.NewFromConfig(p.aws), function: p.cfg.JobFunction}
	return nil
}
