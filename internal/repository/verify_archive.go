package repository

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
	"github.com/vertex-ar/backup/internal/repository/sha256x2"
)

// readSize is how much of an archive is read and hashed at a time: with 32 KiB
// the calls take a twentieth of a verification.
const readSize = 128 << 10

// lookUp checks that archives are there, in their sizes. Only what keeps it from
// doing so is an error.
func (v *verification) lookUp(ctx context.Context, archives <-chan manifest.Archive) error {
	for a := range archives {
		info, err := v.repo.blobs.Head(ctx, archiveKey(a.Name))
		if errors.Is(err, errs.ErrNotFound) || err == nil && info.Size != a.Size {
			info, err = v.repo.blobs.Head(blob.Afresh(ctx), archiveKey(a.Name))
		}
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

// read checks all bytes of archives, of two at a time, which are hashed at once.
// Only what keeps it from doing so is an error.
func (v *verification) read(ctx context.Context, archives <-chan manifest.Archive) error {
	lanes := [2]reading{{archives: archives, buf: new([readSize]byte)}, {archives: archives, buf: new([readSize]byte)}}
	defer lanes[0].close()
	defer lanes[1].close()
	for {
		a, err := lanes[0].more(ctx, v)
		if err != nil {
			return err
		}
		b, err := lanes[1].more(ctx, v)
		if err != nil {
			return err
		}
		n := int64(len(a) + len(b))
		if n == 0 {
			return nil
		}
		sha256x2.Write(lanes[0].sum, a, lanes[1].sum, b)
		v.checked(0, n, n)
	}
}

// sizeDamage is that of an archive that has another size than it had.
func sizeDamage(size int64, a manifest.Archive) damage {
	return damage{size: size, why: fmt.Sprintf("%d bytes instead of %d", size, a.Size)}
}

// reading is one archive after the other on its way.
type reading struct {
	archives <-chan manifest.Archive
	buf      *[readSize]byte // apart: a copy to an address that is not aligned takes longer
	archive  manifest.Archive
	open     bool
	body     io.ReadCloser // nil if there is none
	sum      hash.Hash
	size     int64
	err      error // that has ended it, also io.EOF
}

// more returns the next bytes of an archive, or of the next one at its end; none
// when there are no more archives.
func (r *reading) more(ctx context.Context, v *verification) ([]byte, error) {
	for r.open || r.begin(ctx, v) {
		if n := r.fill(); n > 0 {
			return r.buf[:n], nil
		}
		if err := r.trouble(); err != nil {
			return nil, err
		}
		if err := r.compare(ctx, v); err != nil {
			return nil, err
		}
		r.close()
	}
	return nil, nil
}

// begin asks for the next archive, if there is one. What is wrong comes out as
// trouble or when it is compared.
func (r *reading) begin(ctx context.Context, v *verification) bool {
	if r.archive, r.open = <-r.archives; r.open {
		r.get(ctx, v)
	}
	return r.open
}

func (r *reading) get(ctx context.Context, v *verification) {
	r.sum, r.size = sha256.New(), 0
	r.body, r.err = v.repo.blobs.Get(ctx, archiveKey(r.archive.Name))
}

func (r *reading) close() {
	if r.body != nil {
		_ = r.body.Close() // the hash says whether all was read
	}
	r.open, r.body = false, nil
}

// fill reads the next bytes, 0 at the end.
func (r *reading) fill() int {
	n := 0
	for r.body != nil && r.err == nil && n < len(r.buf) {
		var more int
		more, r.err = r.body.Read(r.buf[n:])
		n += more
	}
	r.size += int64(n)
	return n
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

// compare notes what is wrong with the archive, all of which has been read, unless
// it proves to be whole when it is read again.
func (r *reading) compare(ctx context.Context, v *verification) error {
	found := r.found()
	for range rereads {
		if found == nil {
			break
		}
		var err error
		if found, err = v.readAlone(blob.Afresh(ctx), r.archive); err != nil {
			return err
		}
	}
	if found != nil {
		v.damage(r.archive, *found)
	}
	if errors.Is(r.err, errs.ErrNotFound) {
		v.checked(0, r.archive.Size-r.size, 0)
	}
	v.checked(1, 0, 0)
	return nil
}

// found returns what is wrong with what was read, or nil.
func (r *reading) found() *damage {
	switch {
	case errors.Is(r.err, errs.ErrNotFound):
		return &damage{missing: true, why: "missing"}
	case r.size != r.archive.Size:
		d := sizeDamage(r.size, r.archive)
		return &d
	case errors.Is(r.err, errs.ErrCorrupt) || [sha256.Size]byte(r.sum.Sum(nil)) != r.archive.SHA256:
		return &damage{size: r.size, why: "changed"}
	}
	return nil
}

// readAlone reads an archive to its end, alone, and returns what is wrong with it.
func (v *verification) readAlone(ctx context.Context, a manifest.Archive) (*damage, error) {
	r := reading{archive: a, open: true, buf: new([readSize]byte)}
	r.get(ctx, v)
	defer r.close()
	for n := r.fill(); n > 0; n = r.fill() {
		_, _ = r.sum.Write(r.buf[:n])
		v.checked(0, 0, int64(n))
	}
	if err := r.trouble(); err != nil {
		return nil, err
	}
	return r.found(), nil
}

// readCounter is called with the length of what passes by.
type readCounter func(n int64)

func (f readCounter) Write(b []byte) (int, error) {
	f(int64(len(b)))
	return len(b), nil
}
