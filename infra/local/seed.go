package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/joho/godotenv"
	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog/dynamocatalog"
	"github.com/vertex-ar/backup/internal/errs"
)

// seedWriters is how many records are written at once.
const seedWriters = 16

// seed is the command seed. The records are an hour apart and end a day ago,
// so that they are older than what the service takes itself.
func seed(ctx context.Context, set settings, out io.Writer) error {
	n, err := set.number("SEED_BACKUPS", 10_000)
	if err != nil || n < 1 {
		return errs.New(errs.ErrInvalid, "SEED_BACKUPS must be a number of at least 1.")
	}
	catalog, err := runningCatalog(set.local("run"))
	if err != nil {
		return err
	}
	newest := time.Now().UTC().AddDate(0, 0, -1)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(seedWriters)
	for i := range int(n) {
		group.Go(func() error {
			_, err := catalog.PutBackup(ctx, inventedBackup(newest, i))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%d invented records are written.\n", int(n))
	return nil
}

// runningCatalog returns the catalog of the service that has its data in dir.
func runningCatalog(dir string) (*dynamocatalog.Catalog, error) {
	env, err := godotenv.Read(filepath.Join(dir, "environment"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.New(errs.ErrNotFound, "Nothing has ever run here. Start the service first: make run")
	}
	if err != nil {
		return nil, err
	}
	client := dynamodb.New(dynamodb.Options{
		Region: env["AWS_REGION"], BaseEndpoint: aws.String(env["AWS_ENDPOINT_URL_DYNAMODB"]),
		Credentials: credentials.NewStaticCredentialsProvider(env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"], ""),
	})
	return dynamocatalog.New(client, env["CATALOG_TABLE"]), nil
}

// inventedBackup is the i-th record before newest. It has no content.
func inventedBackup(newest time.Time, i int) backup.Backup {
	kind := backup.Kinds()[i%len(backup.Kinds())]
	at := newest.Add(-time.Duration(i) * time.Hour)
	b := backup.Backup{
		ID: backup.NewID(at, string(kind)), Kind: kind, Status: backup.StatusCompleted, CreatedAt: at, FinishedAt: at.Add(time.Minute),
		StoredSize: int64(1+i%50) * 1_000_000, LogicalSize: int64(100+i%90) * 3_000_000, FileCount: int64(1000 + i%300),
		DatabaseOK: kind != backup.KindStorage, StorageOK: kind != backup.KindDatabase,
		Reason: backup.ReasonSchedule, CreatedBy: "schedule", Note: fmt.Sprintf("invented %d", i),
	}
	switch {
	case i%97 == 5:
		b.Status, b.Errors = backup.StatusFailed, []string{"The program ended before the backup was finished."}
		b.DatabaseOK, b.StorageOK = false, false
	case i%89 == 7:
		b.Status, b.Errors = backup.StatusPartial, []string{"storage/vertex-ar/lost.jpg vanished while it was being read"}
	case i%11 == 0:
		b.Reason, b.CreatedBy = backup.ReasonManual, "admin@vertex-ar.local"
	}
	return b
}
