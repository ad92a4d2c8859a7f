package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/joho/godotenv"

	"github.com/vertex-ar/backup/internal/errs"
)

// The exit statuses.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitPartial = 3
	exitStopped = 130
)

var (
	// errUsage is of a command line that makes no sense.
	errUsage = errors.New("usage")
	// errPartial is of a backup that lacks something.
	errPartial = errors.New("partial")
	// errTold is of a failure that the user has been told about.
	errTold = errors.New("told")
)

// gcPercent keeps the peak of memory low. Nearly all of it are a few large
// buffers without pointers, so that collecting often costs next to nothing.
const gcPercent = 20

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run carries out a command line and returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	out := bufio.NewWriter(stdout)
	s := &session{ctx: ctx, getenv: os.Getenv, out: out, progress: newProgress(stderr)}
	err := s.command(args, stdout, stderr)
	s.progress.clear()
	if ferr := out.Flush(); ferr != nil && err == nil {
		err = fmt.Errorf("write the result: %w", ferr)
	}
	status, text := verdict(ctx, err)
	if text != "" {
		_, _ = fmt.Fprintln(stderr, "vertex-backup: "+text) // there is nowhere else to say it
	}
	return status
}

// command parses the command line and runs the command that it names.
func (s *session) command(args []string, stdout, stderr io.Writer) error {
	parser, err := kong.New(&s.flags, kong.Name("vertex-backup"), kong.Description(description),
		kong.Writers(stdout, stderr), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		return err
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		return fmt.Errorf("%w: %w. Run vertex-backup --help", errUsage, err)
	}
	s.progress.lines = s.flags.Verbose
	if file := s.flags.EnvFile; file != "" && godotenv.Load(string(file)) != nil { // its errors quote the file, secrets too
		return fmt.Errorf("%w: the file %s cannot be read, or has lines other than NAME=value", errUsage, file)
	}
	return chosen.Run(s)
}

// verdict returns the exit status and what is to be said about err.
func verdict(ctx context.Context, err error) (status int, text string) {
	switch {
	case err == nil:
		return exitDone, ""
	case ctx.Err() != nil:
		return exitStopped, "stopped"
	case errors.Is(err, errPartial):
		return exitPartial, ""
	case errors.Is(err, errTold):
		return exitFailed, ""
	case errors.Is(err, errUsage):
		return exitUsage, explain(err)
	}
	return exitFailed, explain(err)
}

// explain returns the sentence of an error, and its cause where something else
// than the command line has to be mended.
func explain(err error) string {
	e, ok := errors.AsType[*errs.Error](err)
	switch {
	case !ok:
		return err.Error()
	case e.Cause != nil && outside(err):
		return e.Detail + " The cause: " + e.Cause.Error()
	}
	return e.Detail
}

// outside reports whether something else than the command line has to be mended:
// who works there can make use of the cause.
func outside(err error) bool {
	for _, kind := range []error{errs.ErrUnavailable, errs.ErrCorrupt, errs.ErrNoSpace, errs.ErrRefused} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}
