package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/vertex-ar/backup/infra/local/fingerprint"
)

// set is a source to be generated. All are the same on every machine.
type set struct {
	name     string
	database bool
	make     func(ctx context.Context, before, after string) error
	// entries is how many a source has that is not on the disk.
	entries int
	// encrypted sets are measured with encryption, too.
	encrypted bool
}

func sets() []set {
	return []set{
		{name: "D1", encrypted: true, make: tree{seed: 1, files: 1300, bytes: 2 << 30}.make},
		{name: "D2", make: tree{seed: 2, files: 20000, bytes: 310_000_000}.make},
		{name: "D3", database: true, make: makeDatabase},
		{name: "P1", entries: 1_000_000},
		{name: "P2", entries: 2_000_000},
	}
}

// generation is part of a set's place on the disk. Raise it when what is
// generated changes, so that nobody measures an old set.
const generation = 2

// databaseName is the file of a set that is a database.
const databaseName = "app_data.db"

// source is a set on the disk. The state that is being backed up lies under one
// path, for tools tell sources apart by their path; the others lie beside it.
type source struct {
	set set
	dir string
}

// prepare makes the set, unless an earlier run did.
func prepare(ctx context.Context, s set, dir string, out io.Writer) (*source, error) {
	src := &source{set: s, dir: dir}
	if _, err := os.Stat(dir); err == nil {
		return src, src.put(0)
	}
	_, _ = fmt.Fprintf(out, "making %s, once\n", s.name)
	unfinished := dir + ".unfinished"
	if err := errors.Join(os.RemoveAll(unfinished), os.MkdirAll(unfinished, 0o750)); err != nil {
		return nil, err
	}
	if err := s.make(ctx, filepath.Join(unfinished, "1"), filepath.Join(unfinished, "2")); err != nil {
		return nil, err
	}
	return src, os.Rename(unfinished, dir)
}

func (s *source) path() string { return filepath.Join(s.dir, "source") }

// put makes state n (1 before, 2 after the change) the source; 0 puts both away.
func (s *source) put(n int) error {
	for state := 1; state <= 2; state++ {
		away := filepath.Join(s.dir, strconv.Itoa(state))
		if _, err := os.Stat(away); errors.Is(err, fs.ErrNotExist) {
			if err := os.Rename(s.path(), away); err != nil {
				return err
			}
		}
	}
	if n == 0 {
		return nil
	}
	return os.Rename(filepath.Join(s.dir, strconv.Itoa(n)), s.path())
}

// same compares what a tool brought back at root with the source, the times of
// directories only if dirTimes says so.
func (s *source) same(ctx context.Context, root string, dirTimes bool) error {
	compare := sameTree
	if s.set.database {
		compare = sameDatabase
	}
	diff, err := compare(ctx, s.path(), root, dirTimes)
	if err == nil && len(diff) > 0 {
		err = fmt.Errorf("the restore differs from the source in %d places, the first: %s", len(diff), diff[0])
	}
	return err
}

func sameDatabase(ctx context.Context, was, is string, _ bool) ([]string, error) {
	want, err := fingerprint.OfDatabase(ctx, filepath.Join(was, databaseName))
	if err != nil {
		return nil, err
	}
	got, err := fingerprint.OfDatabase(ctx, filepath.Join(is, databaseName))
	return got.Diff(want), err
}

func sameTree(ctx context.Context, was, is string, dirTimes bool) ([]string, error) {
	want, err := fingerprint.OfTree(ctx, was)
	if err != nil {
		return nil, err
	}
	got, err := fingerprint.OfTree(ctx, is)
	delete(want, ".") // a directory that the tool was told to write to
	delete(got, ".")
	if !dirTimes {
		forgetDirTimes(want)
		forgetDirTimes(got)
	}
	return got.Diff(want), err
}

func forgetDirTimes(t fingerprint.Tree) {
	for path, e := range t {
		if e.Mode.IsDir() {
			e.ModTime = time.Time{}
			t[path] = e
		}
	}
}

// sameFile compares one file that a tool brought back below root.
func (s *source) sameFile(root, name string) error {
	want, err := os.ReadFile(filepath.Join(s.path(), name)) //nolint:gosec // our own
	if err != nil {
		return err
	}
	got, err := os.ReadFile(filepath.Join(root, name)) //nolint:gosec // our own
	if err != nil {
		return err
	}
	if string(got) != string(want) {
		return fmt.Errorf("the restored %s is not that of the source", name)
	}
	return nil
}

// smallFile returns the path of the smallest file, "" in a database's set.
func (s *source) smallFile() (string, error) {
	if s.set.database {
		return "", nil
	}
	var name string
	var least int64
	err := filepath.WalkDir(s.path(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil && (name == "" || info.Size() < least) {
			name, least = path, info.Size()
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return filepath.Rel(s.path(), name)
}
