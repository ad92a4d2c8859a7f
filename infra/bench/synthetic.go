package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
)

// syntheticVerb makes this program take one backup of a source that is not on
// any disk: this project's command, with so many entries in the place of a tree.
const syntheticVerb = "synthetic"

// synthetic is a source of entries that nobody has stored anywhere.
type synthetic struct{ entries int }

// What is in it: a directory for so many files, and few contents of this size.
const (
	perDirectory  = 1000
	contents      = 64
	contentLength = 1000
)

// syntheticTime is long before any backup, so that it proves what is unchanged.
func syntheticTime() time.Time { return time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC) }

// Snapshot implements backup.Source.
func (s synthetic) Snapshot(context.Context, backup.SnapshotOptions) (backup.Snapshot, error) {
	return s, nil
}

// Walk implements backup.Snapshot.
func (s synthetic) Walk(ctx context.Context, visit func(backup.Item) error) error {
	dir := ""
	for n := range s.entries {
		it := backup.Item{Entry: backup.Entry{Type: backup.TypeDir, Mode: 0o755, ModTime: syntheticTime()}}
		switch {
		case n == 0:
			it.Path = "storage"
		case n%perDirectory == 1:
			dir = fmt.Sprintf("storage/project_%06d", n/perDirectory)
			it.Path = dir
		default:
			it.Path = fmt.Sprintf("%s/portrait_%09d.jpg", dir, n)
			it.Type, it.Mode, it.Size = backup.TypeFile, 0o644, contentLength
			it.Open = func(context.Context) (io.ReadCloser, error) { return syntheticContent(n), nil }
		}
		if err := errors.Join(ctx.Err(), visit(it)); err != nil {
			return err
		}
	}
	return nil
}

func syntheticContent(n int) io.ReadCloser {
	text := strings.Repeat(string(binary.LittleEndian.AppendUint64(nil, uint64(n%contents))), contentLength/8) //nolint:gosec // never negative
	return io.NopCloser(strings.NewReader(text))
}

// References implements backup.Snapshot.
func (synthetic) References(context.Context) iter.Seq2[string, error] {
	return func(func(string, error) bool) {}
}

// Close implements backup.Snapshot.
func (synthetic) Close() error { return nil }

// takeSynthetic is the other side of syntheticVerb; its argument is the number of entries.
func takeSynthetic(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := backUpSynthetic(ctx, args); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func backUpSynthetic(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return errors.New("say how many entries")
	}
	entries, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	cfg, err := app.ConfigFromEnv(os.Getenv)
	if err != nil {
		return err
	}
	cfg.Bucket = bucket
	hand, err := app.Command(ctx, cfg, slog.New(slog.DiscardHandler), app.CommandOptions{})
	if err != nil {
		return err
	}
	hand.Service.Parts[backup.ComponentStorage] = backup.Part{Source: synthetic{entries}}
	b, err := hand.Service.Create(ctx, backup.Actor{Subject: "bench"}, backup.CreateRequest{Kind: backup.KindStorage})
	if err == nil && b.Status != backup.StatusCompleted {
		err = fmt.Errorf("the backup is %s: %q: %w", b.Status, b.Errors, hand.Cause())
	}
	return err
}

// measureSynthetic measures the plan of a backup of which nothing has changed.
func (b *bench) measureSynthetic(ctx context.Context, s set, n int) (err error) {
	work := filepath.Join(b.dir, "work")
	if err := errors.Join(os.RemoveAll(work), os.MkdirAll(work, 0o750)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	st, err := openStore(ctx, filepath.Join(work, "s3"))
	if err != nil {
		return err
	}
	defer st.close()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	argv := []string{self, syntheticVerb, strconv.Itoa(s.entries)}
	v := &vertex{place: &place{env: append(st.env(work), "TMPDIR="+work)}}
	if _, err := output(command(ctx, v.env, argv)); err != nil {
		return err
	}
	x := &trial{bench: b, src: &source{set: s}, tool: tool{name: vertexName}, run: n, steps: v, store: st, work: work}
	return x.measure(ctx, opNoChange, argv)
}
