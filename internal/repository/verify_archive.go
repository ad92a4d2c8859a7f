package repository

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// readSize is how much of an archive is read and hashed at a time: with the 32 KiB
// of io.Copy the calls take a twentieth of a verification.
const readSize = 128 << 10

// archive checks one archive. Only what keeps it from doing so is an error.
func (v *verification) archive(ctx context.Context, a manifest.Archive) error {
	if v.opt.Deep {
		return v.readArchive(ctx, a)
	}
	info, err := v.repo.blobs.Head(ctx, archiveKey(a.Name))
	switch {
	case errors.Is(err, errs.ErrNotFound):
		v.damage(a, damage{missing: true, why: "missing"})
	case err != nil:
		return fmt.Errorf("look up archive %s: %w", a.Name, err)
	case info.Size != a.Size:
		v.damage(a, damage{size: info.Size, why: fmt.Sprintf("%d bytes instead of %d", info.Size, a.Size)})
	}
	v.checked(1, a.Size, 0)
	return nil
}

// readArchive reads all of an archive and compares its hash.
func (v *verification) readArchive(ctx context.Context, a manifest.Archive) error {
	body, err := v.repo.blobs.Get(ctx, archiveKey(a.Name))
	if errors.Is(err, errs.ErrNotFound) {
		v.damage(a, damage{missing: true, why: "missing"})
		v.checked(1, a.Size, 0)
		return nil
	}
	if err != nil {
		return fmt.Errorf("read archive %s: %w", a.Name, err)
	}
	defer func() { _ = body.Close() }() // the hash says whether all was read
	buf, _ := v.buffers.Get().(*[readSize]byte)
	defer v.buffers.Put(buf)
	sum := sha256.New()
	n, err := io.CopyBuffer(sum, io.TeeReader(body, readCounter(func(n int64) { v.checked(0, n, n) })), buf[:])
	if err != nil && !errors.Is(err, errs.ErrCorrupt) {
		return fmt.Errorf("read archive %s: %w", a.Name, err)
	}
	switch {
	case n != a.Size:
		v.damage(a, damage{size: n, why: fmt.Sprintf("%d bytes instead of %d", n, a.Size)})
	case err != nil || [sha256.Size]byte(sum.Sum(nil)) != a.SHA256:
		v.damage(a, damage{size: n, why: "changed"})
	}
	v.checked(1, 0, 0)
	return nil
}

// readCounter is called with the length of what passes by.
type readCounter func(n int64)

func (f readCounter) Write(b []byte) (int, error) {
	f(int64(len(b)))
	return len(b), nil
}
