package repository_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/repository"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.UTC)

// newRepository returns a repository with a few small archives rather than one large.
func newRepository(tb testing.TB, blobs blob.Store) *repository.Repository {
	tb.Helper()
	return newRepositoryOf(tb, blobs, repository.Options{Workers: 2, ArchiveSize: 1 << 20})
}

// newRepositoryOf returns a repository and checks that it leaves no scratch files behind.
func newRepositoryOf(tb testing.TB, blobs blob.Store, opt repository.Options) *repository.Repository {
	tb.Helper()
	opt.Scratch = tb.TempDir()
	opt.AnyPlace = true // what is stored is what a test is about
	r, err := repository.New(blobs, opt)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		left, err := os.ReadDir(opt.Scratch)
		if err != nil || len(left) > 0 {
			tb.Errorf("scratch directory: %v, %v; want it empty", left, err)
		}
	})
	return r
}

func newMem() *memblob.Store { return memblob.New(func() time.Time { return noon }) }

const (
	testID  backup.ID = "20261122-120000-full-aaaaa2"
	otherID backup.ID = "20261122-120000-full-aaaaa3"
)

func newBackup(id backup.ID) backup.Backup {
	return backup.Backup{ID: id, Kind: backup.KindFull, Status: backup.StatusRunning, CreatedAt: noon, Reason: backup.ReasonManual}
}

// finished returns the record that a service would commit.
func finished(b backup.Backup) backup.Backup {
	b.Status, b.FinishedAt = backup.StatusCompleted, noon.Add(time.Minute)
	b.DatabaseOK, b.StorageOK, b.CreatedBy, b.Note = true, true, "admin@example.com", "before the move"
	return b
}

// file makes an item with content.
func file(path string, content []byte) backup.Item {
	e := backup.Entry{Path: path, Type: backup.TypeFile, Size: int64(len(content)), ModTime: noon, Mode: 0o644, UID: 1000, GID: 1000}
	return backup.Item{Entry: e, Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	}}
}

func dir(path string) backup.Item {
	return backup.Item{Entry: backup.Entry{Path: path, Type: backup.TypeDir, ModTime: noon, Mode: 0o755}}
}

func link(path, to string) backup.Item {
	return backup.Item{Entry: backup.Entry{Path: path, Type: backup.TypeSymlink, ModTime: noon, Mode: 0o777, Link: to}}
}

// sorted returns the items in the order in which a source walks.
func sorted(items ...backup.Item) []backup.Item {
	slices.SortFunc(items, func(a, b backup.Item) int { return strings.Compare(a.Path, b.Path) })
	return items
}

// noise returns incompressible bytes, always the same for a seed.
func noise(seed byte, n int) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b)
	return b
}

// text returns compressible bytes.
func text(n int) []byte {
	return bytes.Repeat([]byte("all that is solid melts into air\n"), n/33+1)[:n]
}

// notices collects what a writer reports.
type notices struct {
	mu   sync.Mutex
	list []backup.Notice
}

func (n *notices) add(x backup.Notice) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, x)
}

// store writes and commits a backup, and returns its checksum and size.
func store(tb testing.TB, r *repository.Repository, id backup.ID, items ...backup.Item) (checksum string, size int64) {
	tb.Helper()
	checksum, size, err := tryStore(tb.Context(), r, id, backup.WriteOptions{}, items...)
	if err != nil {
		tb.Fatal(err)
	}
	return checksum, size
}

func tryStore(ctx context.Context, r *repository.Repository, id backup.ID, opt backup.WriteOptions, items ...backup.Item) (string, int64, error) {
	w, err := r.Begin(ctx, newBackup(id), opt)
	if err != nil {
		return "", 0, err
	}
	defer w.Abort()
	for _, it := range items {
		if err := w.Add(ctx, it); err != nil {
			return "", 0, err
		}
	}
	if _, err := w.Finish(ctx); err != nil {
		return "", 0, err
	}
	return w.Commit(ctx, finished(newBackup(id)))
}

// open opens a backup and closes it when the test ends.
func open(tb testing.TB, r *repository.Repository, id backup.ID) backup.Reader {
	tb.Helper()
	m, err := r.Open(tb.Context(), id, "")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := m.Close(); err != nil {
			tb.Error(err)
		}
	})
	return m
}

func entries(tb testing.TB, m backup.Reader) []backup.Entry {
	tb.Helper()
	var all []backup.Entry
	for e, err := range m.Entries() {
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// checkStored checks that a backup holds exactly the items and their content.
func checkStored(tb testing.TB, m backup.Reader, items []backup.Item) {
	tb.Helper()
	all := entries(tb, m)
	if len(all) != len(items) {
		tb.Fatalf("%d entries, want %d", len(all), len(items))
	}
	for i, it := range items {
		e, want := all[i], it.Entry
		var content []byte
		if it.Open != nil {
			rc, err := it.Open(tb.Context())
			if err != nil {
				tb.Fatal(err)
			}
			if content, err = io.ReadAll(rc); err != nil {
				tb.Fatal(err)
			}
		}
		if e.Path != want.Path || e.Type != want.Type || e.Size != want.Size || e.Mode != want.Mode || e.UID != want.UID ||
			e.GID != want.GID || e.Link != want.Link || !e.ModTime.Equal(want.ModTime) ||
			e.Inode != want.Inode || !e.ChangeTime.Equal(want.ChangeTime) {
			tb.Errorf("entry %+v, want %+v", e, want)
		}
		if e.Type != backup.TypeFile {
			continue
		}
		if e.SHA256 != sha256.Sum256(content) {
			tb.Errorf("%q: another hash", e.Path)
		}
		var got bytes.Buffer
		if err := m.Fetch(tb.Context(), e, &got); err != nil {
			tb.Errorf("%q: %v", e.Path, err)
		} else if !bytes.Equal(got.Bytes(), content) {
			tb.Errorf("%q: other content", e.Path)
		}
	}
}

// exportTo writes a store's objects to a directory, by key.
func exportTo(tb testing.TB, blobs *memblob.Store, root string) {
	tb.Helper()
	for key, content := range blobs.Contents() {
		name := filepath.Join(root, key)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(name, content, 0o644); err != nil {
			tb.Fatal(err)
		}
	}
}
