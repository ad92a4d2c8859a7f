package repository_test

import (
	"errors"
	"io"
	"sync"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/faultblob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository"
)

// firsts damages the first answer about each object and no other.
func firsts() func(int, string) bool {
	var mu sync.Mutex
	seen := map[string]bool{}
	return func(_ int, key string) bool {
		mu.Lock()
		defer mu.Unlock()
		first := !seen[key]
		seen[key] = true
		return first
	}
}

// flipping is a repository with a backup, on a store that can damage what it answers.
type flipping struct {
	*faultblob.Store
	*repository.Repository

	checksum string
}

// newFlipping returns one that encrypts and one that does not.
func newFlipping(t *testing.T) map[string]flipping {
	t.Helper()
	all := map[string]flipping{}
	for name, opt := range map[string]repository.Options{
		"plain": {Workers: 2, ArchiveSize: 1 << 20}, "encrypted": newRepositoryOptions(t, newPair(t)),
	} {
		blobs := faultblob.New(newMem())
		r := newRepositoryOf(t, blobs, opt)
		checksum, _ := store(t, r, testID, sorted(damageItems()...)...)
		all[name] = flipping{blobs, r, checksum}
	}
	return all
}

func TestBytesDamagedOnTheWayAreReadAgain(t *testing.T) {
	for name, on := range newFlipping(t) {
		t.Run(name, func(t *testing.T) {
			for _, deep := range []bool{true, false} {
				on.Flip(firsts())
				rep, err := on.Verify(t.Context(), testID, "", backup.VerifyOptions{Deep: deep})
				if err != nil || !rep.Valid {
					t.Errorf("Verify, deep %t = %+v, %v, want it to be valid", deep, rep, err)
				}
			}
			on.Flip(firsts())
			m, err := on.Open(t.Context(), testID, "")
			if err != nil {
				t.Fatalf("Open = %v", err)
			}
			defer func() { _ = m.Close() }()
			if lost := unreadable(t, m); len(lost) > 0 {
				t.Errorf("%q are called damaged", lost)
			}
			on.Flip(firsts())
			if _, err := on.Committed(t.Context(), testID); err != nil {
				t.Errorf("Committed = %v", err)
			}
			on.Flip(firsts())
			opt := backup.WriteOptions{Base: backup.Base{ID: testID, Checksum: on.checksum}, Warn: func(line string) { t.Error(line) }}
			if _, _, err := tryStore(t.Context(), on.Repository, otherID, opt, file("d/a", noise(1, 100_000))); err != nil {
				t.Errorf("another backup = %v", err)
			}
			on.Flip(nil)
		})
	}
}

func TestBytesThatAreAlwaysDamagedAreCalledSo(t *testing.T) {
	for name, on := range newFlipping(t) {
		t.Run(name, func(t *testing.T) {
			m, err := on.Open(t.Context(), testID, "")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = m.Close() }()
			on.Flip(func(int, string) bool { return true })
			rep, err := on.Verify(t.Context(), testID, "", backup.VerifyOptions{Deep: true})
			if err != nil || rep.Valid {
				t.Errorf("Verify = %+v, %v, want damage", rep, err)
			}
			if _, err := on.Open(t.Context(), testID, ""); !errors.Is(err, errs.ErrCorrupt) {
				t.Errorf("Open = %v, want ErrCorrupt", err)
			}
			for _, e := range entries(t, m) {
				if e.Size == 0 {
					continue
				}
				before := on.Reads()
				if err := m.Fetch(t.Context(), e, io.Discard); err == nil {
					t.Errorf("Fetch of %q succeeded", e.Path)
				}
				if n := on.Reads() - before; n > 20 {
					t.Errorf("Fetch of %q asked %d times", e.Path, n)
				}
			}
			on.Flip(nil)
		})
	}
}
