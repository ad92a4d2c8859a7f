package faults_test

import (
	"context"
	"io"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/source"
)

// reading is a source whose snapshots, opens and reads can fail.
type reading struct {
	backup.Source

	fault source.Fault
}

func (r reading) Snapshot(ctx context.Context, opt backup.SnapshotOptions) (snap backup.Snapshot, err error) {
	err = r.fault.Do("snapshot", "", func() error {
		snap, err = r.Source.Snapshot(ctx, opt)
		return err
	})
	if err != nil && snap != nil {
		_ = snap.Close()
	}
	return snapshot{snap, r.fault}, err
}

type snapshot struct {
	backup.Snapshot

	fault source.Fault
}

func (s snapshot) Walk(ctx context.Context, visit func(backup.Item) error) error {
	return s.Snapshot.Walk(ctx, func(it backup.Item) error {
		if open := it.Open; open != nil {
			it.Open = func(ctx context.Context) (rc io.ReadCloser, err error) {
				err = s.fault.Do("open", it.Path, func() error {
					rc, err = open(ctx)
					return err
				})
				if err != nil && rc != nil {
					_ = rc.Close()
				}
				return file{rc, s.fault, it.Path}, err
			}
		}
		return visit(it)
	})
}

type file struct {
	io.ReadCloser

	fault source.Fault
	path  string
}

func (f file) Read(p []byte) (n int, err error) {
	var read error
	err = f.fault.Do("read", f.path, func() error {
		n, read = f.ReadCloser.Read(p)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, read
}
