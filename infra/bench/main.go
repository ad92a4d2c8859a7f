package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/vertex-ar/backup/internal/localaws"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == measureVerb {
		os.Exit(measured(os.Args[2:]))
	}
	if len(os.Args) > 1 && os.Args[1] == syntheticVerb {
		os.Exit(takeSynthetic(os.Args[2:]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options are the command line.
type options struct {
	sets                  string
	runs                  int
	plot                  string
	vertex, restic, kopia string
}

func parse(args []string) (options, error) {
	var o options
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.StringVar(&o.sets, "sets", "D1 D2 D3 P1 P2", "the sets to measure")
	f.IntVar(&o.runs, "runs", 1, "how often each operation is measured")
	f.StringVar(&o.plot, "plot", "", "where the plot goes; .local/bench/bench.svg if empty")
	f.StringVar(&o.vertex, "vertex", "", "the vertex-backup to measure")
	f.StringVar(&o.restic, "restic", "", "the restic to measure; else the one on the PATH or of Debian")
	f.StringVar(&o.kopia, "kopia", "", "the kopia to measure; else the one on the PATH")
	err := f.Parse(args)
	if err == nil && o.runs < 1 {
		err = errors.New("runs must be at least 1")
	}
	return o, err
}

// run measures everything that is asked for and writes the results.
func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	root, err := localaws.Root()
	if err != nil {
		return err
	}
	dir := filepath.Join(root, ".local", "bench")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	chosen, err := choose(o.sets)
	if err != nil {
		return err
	}
	b := &bench{dir: dir, out: out, tools: findTools(ctx, o, out)}
	restored := filepath.Join(dir, restoredName)
	if err := os.RemoveAll(restored); err != nil {
		return err
	}
	for _, s := range chosen {
		if err = b.measureSet(ctx, s, o.runs); err != nil {
			break // what was measured so far is worth showing
		}
	}
	if o.plot == "" {
		o.plot = filepath.Join(dir, "bench.svg")
	}
	return errors.Join(
		err,
		os.RemoveAll(restored),
		writeResults(filepath.Join(dir, "results.json"), b.results),
		os.WriteFile(o.plot, plot(summarize(b.results)), 0o644), //nolint:gosec // a picture for everybody
		writeTable(out, summarize(b.results)),
		writeVerdicts(out, summarize(b.results)),
	)
}

// choose returns the sets by name, in the order of all.
func choose(names string) ([]set, error) {
	asked := strings.FieldsFunc(names, func(r rune) bool { return r == ' ' || r == ',' })
	var chosen []set
	for _, s := range sets() {
		if i := slices.Index(asked, s.name); i >= 0 {
			chosen, asked = append(chosen, s), slices.Delete(asked, i, i+1)
		}
	}
	if len(asked) > 0 {
		return nil, fmt.Errorf("there is no set %s", asked[0])
	}
	return chosen, nil
}
