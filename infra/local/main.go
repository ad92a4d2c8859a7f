package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/localaws"
)

const usage = `Usage: local run     start the service on this machine
       local demo    prove backup, disaster and restore, then exit
`

func main() {
	os.Exit(command(os.Args[1:], os.Stdout, os.Stderr))
}

// command carries out a command line and returns the exit status.
func command(args []string, out, errOut io.Writer) int {
	commands := map[string]func(context.Context, settings, io.Writer) error{"run": run, "demo": runDemo, "seed": seed}
	if len(args) != 1 || commands[args[0]] == nil {
		_, _ = io.WriteString(errOut, usage)
		return 2
	}
	root, err := localaws.Root()
	if err == nil {
		var s settings
		if s, err = readSettings(root, os.Getenv); err == nil {
			err = interruptible(func(ctx context.Context) error { return commands[args[0]](ctx, s, out) })
		}
	}
	if err != nil {
		_, _ = fmt.Fprintln(errOut, explain(err))
		return 1
	}
	return 0
}

// interruptible runs f with a context that ends with Ctrl-C or SIGTERM. The
// second one ends the program at once, as usual.
func interruptible(f func(context.Context) error) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return f(ctx)
}

// explain returns what a user should read of an error: its sentence if it has
// one, with the cause only where that is not their doing.
func explain(err error) string {
	detail := errs.Detail(err)
	if detail != "" && (errors.Is(err, errs.ErrConflict) || errors.Is(err, errs.ErrInvalid) || errors.Is(err, errs.ErrNotFound)) {
		return detail
	}
	return err.Error()
}
