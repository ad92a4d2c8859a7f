package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/vertex-ar/backup/infra/local/stack"
)

// stopTimeout is how long running jobs may go on after Ctrl-C.
const stopTimeout = 20 * time.Second

// failedTimeout is how long they may when one of the servers has died: they cannot
// end well any more.
const failedTimeout = time.Second

// run is the command run.
func run(ctx context.Context, set settings, out io.Writer) error {
	began := time.Now()
	dir := set.local("run")
	held, err := takeLock(dir)
	if err != nil {
		return err
	}
	defer held.release()
	logFile, err := os.OpenFile(filepath.Join(dir, "service.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // below .local
	if err != nil {
		return err
	}
	defer func() { _ = logFile.Close() }()
	_, _ = fmt.Fprintln(out, "Starting Vertex AR Backup ...")
	s, err := stack.Start(ctx, stack.Options{
		Dir: dir, Template: set.template(), Ports: set.ports, Scale: set.scale, SignIns: set.signIn,
		Getenv: set.getenv, Log: newLog(out, logFile),
	})
	if err != nil && ctx.Err() != nil {
		_, _ = fmt.Fprintln(out, "Stopped before it was ready.")
		return nil
	}
	if err != nil {
		return err
	}
	if err := held.say(fmt.Sprintf("%s (process %d)", s.Origin(), os.Getpid())); err != nil {
		return err
	}
	printWelcome(out, s, dir, time.Since(began))
	return attend(ctx, s, out)
}

// newLog logs everything to the file and what needs attention to the terminal.
func newLog(terminal, file io.Writer) *slog.Logger {
	return slog.New(slog.NewMultiHandler(
		slog.NewJSONHandler(file, nil),
		slog.NewTextHandler(terminal, &slog.HandlerOptions{Level: slog.LevelWarn}),
	))
}

// attend takes the first backup and waits for the end.
func attend(ctx context.Context, s *stack.Stack, out io.Writer) error {
	go firstBackup(ctx, s, out)
	var failure error
	timeout := stopTimeout
	select {
	case <-ctx.Done():
		_, _ = fmt.Fprintln(out, "\nStopping; running jobs get", stopTimeout, "to end. Ctrl-C again stops at once.")
	case failure = <-s.Failed():
		timeout = failedTimeout
	}
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	s.Stop(stopCtx)
	if failure == nil {
		_, _ = fmt.Fprintln(out, "Stopped.")
	}
	return failure
}

func firstBackup(ctx context.Context, s *stack.Stack, out io.Writer) {
	began := time.Now()
	taken, err := s.FirstBackup(ctx)
	switch {
	case err != nil:
		_, _ = fmt.Fprintln(out, "The first full backup failed:", explain(err))
	case taken:
		_, _ = fmt.Fprintf(out, "The first full backup is taken (%.1f s).\n", time.Since(began).Seconds())
	}
}

// printWelcome says where everything is.
func printWelcome(out io.Writer, s *stack.Stack, dir string, took time.Duration) {
	_, _ = fmt.Fprintf(out, "\nVertex AR Backup runs at %s  (ready after %.1f s)\n\n", s.Origin(), took.Seconds())
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name, text string) { _, _ = fmt.Fprintf(table, "  %s\t%s\n", name, text) }
	row("admin page", s.Origin()+"/admin/backups")
	for _, a := range s.Accounts() {
		row(a.Subject, a.Email+"   password "+a.Password)
	}
	row("API", s.Origin()+"/openapi.json")
	row("database", s.Getenv("DATABASE_PATH"))
	row("media", s.Getenv("STORAGE_PATH"))
	row("backups", fmt.Sprintf("bucket %s at %s (S3)", s.Getenv("BACKUP_BUCKET"), s.Getenv("AWS_ENDPOINT_URL_S3")))
	row("catalog", fmt.Sprintf("table %s at %s (DynamoDB)", s.Getenv("CATALOG_TABLE"), s.Getenv("AWS_ENDPOINT_URL_DYNAMODB")))
	row("schedules", s.Schedules())
	row("log", filepath.Join(dir, "service.log"))
	row("environment", s.EnvironmentFile())
	_ = table.Flush()
	_, _ = fmt.Fprintf(out, "\nCtrl-C stops everything and keeps the data. To start afresh, delete %s.\n\n", dir)
}
