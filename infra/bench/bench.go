package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/vertex-ar/backup/infra/local/fingerprint"
)

// The operations, in the order in which they are measured.
const (
	opFirst       = "first"
	opNoChange    = "nochange"
	opIncremental = "incremental"
	opRestore     = "restore"
	opVerify      = "verify"
	opOneFile     = "onefile"
	opDelete      = "delete"
)

// restoredName is the directory of all that is restored.
const restoredName = "restored"

// result is one measurement. Stored bytes and objects are what the operation
// added to the bucket; a delete adds less than nothing.
type result struct {
	Set  string `json:"set"`
	Op   string `json:"op"`
	Tool string `json:"tool"`
	Run  int    `json:"run"`
	cost
	Stored  int64 `json:"stored_bytes"`
	Objects int64 `json:"objects"`
}

// bench is one run of this program.
type bench struct {
	dir     string
	out     io.Writer
	tools   []tool
	results []result
}

// measureSet runs all tools on a set.
func (b *bench) measureSet(ctx context.Context, s set, runs int) error {
	if s.entries > 0 {
		for n := 1; n <= runs; n++ {
			if err := b.measureSynthetic(ctx, s, n); err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
		}
		return nil
	}
	src, err := prepare(ctx, s, filepath.Join(b.dir, "data", fmt.Sprintf("%s-%d", s.name, generation)), b.out)
	if err != nil {
		return fmt.Errorf("make %s: %w", s.name, err)
	}
	for n := 1; n <= runs; n++ {
		for _, t := range b.tools {
			if t.name == encryptedName && !s.encrypted {
				continue
			}
			if err := b.measureTool(ctx, src, t, n); err != nil {
				return fmt.Errorf("%s, %s: %w", s.name, t.name, err)
			}
		}
	}
	return src.put(0)
}

// trial is one tool at work on one set.
type trial struct {
	*bench

	src   *source
	tool  tool
	run   int
	steps steps
	store *store
	work  string // a directory that goes away afterwards
}

// measureTool runs the operations of one tool, from an empty bucket on.
func (b *bench) measureTool(ctx context.Context, src *source, t tool, n int) (err error) {
	work := filepath.Join(b.dir, "work")
	if err := errors.Join(os.RemoveAll(work), os.MkdirAll(work, 0o750), src.put(1)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	// Each tool finds both states of the source in memory: else the first one
	// reads them for all.
	if _, err := fingerprint.OfTree(ctx, src.dir); err != nil {
		return err
	}
	st, err := openStore(ctx, filepath.Join(work, "s3"))
	if err != nil {
		return err
	}
	defer st.close()
	x := &trial{bench: b, src: src, tool: t, run: n, store: st, work: work}
	x.steps = t.steps(place{env: st.env(work), set: src.set, source: src.path(), work: work, endpoint: st.server.URL})
	if err := x.steps.setup(ctx); err != nil {
		return err
	}
	return x.all(ctx)
}

// all measures every operation that the tool has.
func (x *trial) all(ctx context.Context) error {
	first, err := x.create(ctx, opFirst)
	if err != nil {
		return err
	}
	if _, err := x.create(ctx, opNoChange); err != nil {
		return err
	}
	if err := x.src.put(2); err != nil {
		return err
	}
	last, err := x.create(ctx, opIncremental)
	if err != nil {
		return err
	}
	if last == "" {
		// A tool without increments has what it made first.
		last = first
		if err := x.src.put(1); err != nil {
			return err
		}
	}
	for _, step := range []func() error{
		func() error { return x.restore(ctx, last) },
		func() error { return x.measure(ctx, opVerify, x.steps.verify(last)) },
		func() error { return x.oneFile(ctx, last) },
		func() error { return x.measure(ctx, opDelete, x.steps.remove(first)) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// create measures a backup and returns its id, "" if the tool does not make any.
func (x *trial) create(ctx context.Context, op string) (string, error) {
	argv := x.steps.create(op)
	if argv == nil {
		return "", nil
	}
	if err := x.measure(ctx, op, argv); err != nil {
		return "", err
	}
	return x.steps.newest(ctx)
}

// restore measures a whole restore and compares what came back.
func (x *trial) restore(ctx context.Context, id string) error {
	to := filepath.Join(x.restored(), "all")
	argv, root := x.steps.restore(id, to)
	if err := x.measure(ctx, opRestore, argv); err != nil {
		return err
	}
	return x.src.same(ctx, root, x.tool.name != kopiaName)
}

// oneFile measures the restore of one small file, if there is more than one.
func (x *trial) oneFile(ctx context.Context, id string) error {
	name, err := x.src.smallFile()
	if err != nil || name == "" {
		return err
	}
	to := filepath.Join(x.restored(), "one")
	argv, root := x.steps.oneFile(id, name, to)
	if err := x.measure(ctx, opOneFile, argv); err != nil {
		return err
	}
	return x.src.sameFile(root, name)
}

// restored is where a trial restores to. It stays until all is measured: for
// minutes after many files were removed ext4 is slow to make new ones, and the
// next tool would pay for it.
func (x *trial) restored() string {
	return filepath.Join(x.dir, restoredName, fmt.Sprintf("%s-%s-%d", x.src.set.name, x.tool.name, x.run))
}

// measure runs a command line, if there is one, and keeps the result.
func (x *trial) measure(ctx context.Context, op string, argv []string) error {
	if argv == nil {
		return nil
	}
	before, err := x.steps.stored(ctx, x.store)
	if err != nil {
		return err
	}
	c, err := measure(ctx, x.steps.environment(), argv)
	if err != nil {
		return err
	}
	after, err := x.steps.stored(ctx, x.store)
	if err != nil {
		return err
	}
	r := result{
		Set: x.src.set.name, Op: op, Tool: x.tool.name, Run: x.run, cost: c,
		Stored: after.bytes - before.bytes, Objects: after.objects - before.objects,
	}
	x.results = append(x.results, r)
	_, err = fmt.Fprintf(x.out, "%s  %s %-11s %-10s %8.2f s  %8.2f s cpu  %6.0f MiB  %9.2f MB  %5d objects\n",
		time.Now().Format(time.TimeOnly), r.Set, r.Op, r.Tool, r.Wall, r.CPU, r.RSS, float64(r.Stored)/1e6, r.Objects)
	return err
}
