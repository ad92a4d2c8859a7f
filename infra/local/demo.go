package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/infra/local/demo"
	"github.com/vertex-ar/backup/infra/local/stack"
	"github.com/vertex-ar/backup/internal/blob/s3blob"
)

// runDemo is the command demo. It starts afresh every time and removes its
// data if all went well.
func runDemo(ctx context.Context, set settings, out io.Writer) error {
	began := time.Now()
	dir := set.local("demo")
	held, err := takeLock(dir)
	if err != nil {
		return err
	}
	defer held.release()
	if err := held.say(fmt.Sprintf("make demo (process %d)", os.Getpid())); err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	if err := demonstrate(ctx, set, data, out); err != nil {
		return fmt.Errorf("THE DEMO FAILED: %w\nIts data and logs are in %s", err, data)
	}
	_, _ = fmt.Fprintf(out, `
Everything was as it should be, after %.0f s.

Next:  README.md       has curl examples
       docs/format.md  says what is stored, and how to restore it by hand
       make run        starts the service for you to try; its page is then at
                       http://localhost:8080/admin/backups
`, time.Since(began).Seconds())
	return os.RemoveAll(data)
}

// demonstrate runs the demo on a stack of its own.
func demonstrate(ctx context.Context, set settings, dir string, out io.Writer) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	logFile, err := os.Create(filepath.Join(dir, "service.log")) //nolint:gosec // below .local
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, logFile.Close()) }()
	began := time.Now()
	s, err := stack.Start(ctx, stack.Options{
		Dir: dir, Template: set.template(), Scale: set.scale, Getenv: demoSettings, Log: slog.New(slog.NewJSONHandler(logFile, nil)),
	})
	if err != nil {
		return err
	}
	defer func() {
		stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		s.Stop(stopCtx)
	}()
	_, _ = fmt.Fprintf(out, "S3 server, DynamoDB server, sign-in and service started, demo data made: %.1f s\n", time.Since(began).Seconds())
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() { cancel(<-s.Failed()) }()
	admin := s.Accounts()[0]
	return demo.Run(ctx, demo.Options{
		Origin: s.Origin(), Username: admin.Email, Password: admin.Password,
		Installation: filepath.Dir(s.Getenv("DATABASE_PATH")), Stored: stored(s), Out: out,
	})
}

// demoSettings are the same for everybody: no schedule fires meanwhile, and
// rotation keeps seven, of a few minutes.
func demoSettings(name string) string {
	return map[string]string{
		"BACKUP_DATABASE_ENABLED": "false", "BACKUP_FULL_ENABLED": "false", "BACKUP_ROTATION_ENABLED": "false", "MAX_BACKUPS": "7", "MIN_AGE_DAYS": "0",
	}[name]
}

// stored counts a backup's objects by asking the S3 server itself.
func stored(s *stack.Stack) func(context.Context, string) (int, error) {
	return func(ctx context.Context, id string) (int, error) {
		cfg, err := config.LoadDefaultConfig(ctx)
		if err != nil {
			return 0, err
		}
		client, n := s3.NewFromConfig(cfg, s3blob.ClientOptions), 0
		for _, prefix := range []string{"vertex/archives/" + id + "/", "vertex/manifests/" + id} {
			page, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String(s.Getenv("BACKUP_BUCKET")), Prefix: aws.String(prefix)})
			if err != nil {
				return 0, err
			}
			n += len(page.Contents)
		}
		return n, nil
	}
}
