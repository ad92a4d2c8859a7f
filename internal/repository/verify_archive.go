package repository

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
	"github.com/vertex-ar/backup/internal/repository/sha256x2"
)

// readSize is how much of an archive is read and hashed at a time: with 32 KiB
// the calls take a twentieth of a verification.
const readSize = 128 << 10

// lookUp checks that archives are there, in their sizes. Only what keeps it from
// doing so is an error.
func (v *verification) lookUp(ctx context.Context, archives []manifest.Archive) error {
	for _, a := range archives {
		info, err := v.repo.blobs.Head(ctx, archiveKey(a.Name))
		switch {
		case errors.Is(err, errs.ErrNotFound):
			v.damage(a, damage{missing: true, why: "missing"})
		case err != nil:
			return fmt.Errorf("look up archive %s: %w", a.Name, err)
		case info.Size != a.Size:
			v.damage(a, sizeDamage(info.Size, a))
		}
		v.checked(1, a.Size, 0)
	}
	return nil
}

// read checks all bytes of one archive or of two, which then are hashed at once.
// Only what keeps it from doing so is an error.
func (v *verification) read(ctx context.Context, archives []manifest.Archive) error {
	var two [2]reading // of nothing beyond those
	for i, a := range archives {
		two[i].open(ctx, v, a)
		defer two[i].close(v)
	}
	for {
		a, b := two[0].next(), two[1].next()
		if err := errors.Join(two[0].trouble(), two[1].trouble()); err != nil {
			return err
		}
		n := int64(len(a) + len(b))
		if n == 0 {
			break
		}
		sha256x2.Write(two[0].sum, a, two[1].sum, b)
		v.checked(0, n, n)
	}
	for i := range archives {
		two[i].compare(v)
	}
	return nil
}

// sizeDamage is that of an archive that has another size than it had.
func sizeDamage(size int64, a manifest.Archive) damage {
	return damage{size: size, why: fmt.Sprintf("%d bytes instead of %d", size, a.Size)}
}

// reading is an archive on its way.
type reading struct {
	archive manifest.Archive
	body    io.ReadCloser // nil if there is none
	buf     *[readSize]byte
	sum     hash.Hash
	size    int64
	err     error // that has ended it, also io.EOF
}

// open asks for an archive. What is wrong comes out as trouble or when it is compared.
func (r *reading) open(ctx context.Context, v *verification, a manifest.Archive) {
	r.archive, r.sum = a, sha256.New()
	r.buf, _ = v.buffers.Get().(*[readSize]byte)
	r.body, r.err = v.repo.blobs.Get(ctx, archiveKey(a.Name))
}

func (r *reading) close(v *verification) {
	v.buffers.Put(r.buf)
	if r.body != nil {
		_ = r.body.Close() // the hash says whether all was read
	}
}

// next returns the next bytes, none at the end.
func (r *reading) next() []byte {
	n := 0
	for r.body != nil && r.err == nil && n < len(r.buf) {
		var more int
		more, r.err = r.body.Read(r.buf[n:])
		n += more
	}
	r.size += int64(n)
	if n == 0 {
		return nil
	}
	return r.buf[:n]
}

// trouble returns the error that keeps the archive from being read, if its state
// cannot be told from it.
func (r *reading) trouble() error {
	for _, told := range []error{nil, io.EOF, errs.ErrCorrupt, errs.ErrNotFound} {
		if errors.Is(r.err, told) {
			return nil
		}
	}
	return fmt.Errorf("read archive %s: %w", r.archive.Name, r.err)
}

// compare notes what is wrong with the archive, all of which has been read.
func (r *reading) compare(v *verification) {
	switch {
	case errors.Is(r.err, errs.ErrNotFound):
		v.damage(r.archive, damage{missing: true, why: "missing"})
		v.checked(0, r.archive.Size-r.size, 0)
	case r.size != r.archive.Size:
		v.damage(r.archive, sizeDamage(r.size, r.archive))
	case errors.Is(r.err, errs.ErrCorrupt) || [sha256.Size]byte(r.sum.Sum(nil)) != r.archive.SHA256:
		v.damage(r.archive, damage{size: r.size, why: "changed"})
	}
	v.checked(1, 0, 0)
}

// readCounter is called with the length of what passes by.
type readCounter func(n int64)

func (f readCounter) Write(b []byte) (int, error) {
	f(int64(len(b)))
	return len(b), nil
}
