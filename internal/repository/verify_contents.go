package repository

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/crypt"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// contents reads the archives that can be opened, each once: it compares them with
// their hashes, decodes them and compares the content of every file that lies in
// them. It returns those that are left to be judged by their hashes alone: page
// lists, what is encrypted when the key is not at hand, and what was not as it
// should be, which is read again.
func (v *verification) contents(ctx context.Context) ([]manifest.Archive, error) {
	locked, err := v.lockedRuns(ctx)
	if err != nil {
		return nil, err
	}
	var left []manifest.Archive
	archives := make(chan manifest.Archive)
	group, ctx := errgroup.WithContext(ctx)
	for range 2 * v.repo.opt.Workers {
		group.Go(func() error {
			for a := range archives {
				whole, err := v.content(ctx, a)
				if err != nil {
					return err
				}
				if !whole {
					v.mu.Lock()
					left = append(left, a)
					v.mu.Unlock()
				}
			}
			return nil
		})
	}
	closed := v.handOut(ctx, locked, archives)
	if err := group.Wait(); err != nil {
		return nil, err
	}
	v.locked = locked
	return append(closed, left...), nil
}

// handOut sends the archives that can be opened and returns the others. Then it
// closes the channel.
func (v *verification) handOut(ctx context.Context, locked map[backup.ID]bool, archives chan<- manifest.Archive) (closed []manifest.Archive) {
	defer close(archives)
	for _, a := range v.m.trailer.Archives {
		if manifest.ValidPages(a.Name) || locked[owner(a.Name)] && manifest.Encrypted(a.Name) {
			closed = append(closed, a)
			continue
		}
		select {
		case archives <- a:
		case <-ctx.Done():
		}
	}
	return closed
}

// lockedRuns returns the runs whose archives no key at hand opens. All archives of
// one run were encrypted for the same recipients.
func (v *verification) lockedRuns(ctx context.Context) (map[backup.ID]bool, error) {
	locked := map[backup.ID]bool{}
	none := false
	for _, a := range v.m.samples() {
		if !none {
			err := v.m.resolve(ctx, v.repo.opener.Unlock(ctx, crypt.Object{Name: a.Name, Size: a.Size}))
			none = errors.Is(err, crypt.ErrNoIdentity)
			if err == nil || errors.Is(err, errs.ErrCorrupt) { // of damage its hash tells
				continue
			}
			if !isLocked(err) {
				return nil, fmt.Errorf("open archive %s: %w", a.Name, err)
			}
		}
		locked[owner(a.Name)] = true
	}
	return locked, nil
}

// content reads an archive. It reports whether that is as the manifest says; then
// files of which the content is not are in doubt.
func (v *verification) content(ctx context.Context, a manifest.Archive) (whole bool, err error) {
	claims, rest, err := v.ledger.claims(a.Name)
	if err != nil {
		return false, err
	}
	read := int64(0)
	progress := func(n int64) {
		read += n
		v.checked(0, n, n)
	}
	err = v.scan(ctx, a, claims, progress)
	switch {
	case ctx.Err() != nil:
		return false, context.Cause(ctx)
	case err == nil:
		v.checked(1, a.Size-read, a.Size-read)
	case errors.Is(err, errs.ErrCorrupt), errors.Is(err, errs.ErrNotFound), isLocked(err):
		v.checked(0, -read, 0) // all of it is read again
	default:
		return false, fmt.Errorf("read archive %s: %w", a.Name, err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, c := range claims {
		if !c.Held {
			v.ledger.doubt.set(c.Number)
		}
	}
	for _, n := range rest {
		v.ledger.doubt.set(n)
	}
	return err == nil, nil
}

// scan is errs.ErrCorrupt if the archive is not as the manifest says.
func (v *verification) scan(ctx context.Context, a manifest.Archive, claims []archive.Claim, progress func(int64)) error {
	body, err := v.repo.blobs.Get(ctx, archiveKey(a.Name))
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // what was read is checked
	sum := sha256.New()
	stored := io.LimitReader(body, a.Size+1) // one more than there should be is enough to see it
	if manifest.Encrypted(a.Name) {
		stored = io.TeeReader(stored, sum)
		err = v.scanEncrypted(ctx, a, stored, claims, progress)
	} else {
		err = v.repo.source.Scan(stored, claims, sum, progress)
	}
	if err != nil {
		return err
	}
	if [sha256.Size]byte(sum.Sum(nil)) != a.SHA256 {
		return fmt.Errorf("archive %s was changed: %w", a.Name, errs.ErrCorrupt)
	}
	return nil
}

// scanEncrypted reads all that is stored.
func (v *verification) scanEncrypted(ctx context.Context, a manifest.Archive, stored io.Reader, claims []archive.Claim, progress func(int64)) error {
	in, err := v.repo.opener.OpenFrom(ctx, crypt.Object{Name: a.Name, Size: a.Size}, io.NopCloser(stored))
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // as above
	if err := v.repo.source.Scan(in, claims, nil, progress); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, stored) // what comes after the last chunk belongs to its hash
	return err
}

// empty reports whether a file without content has the hash of none.
func empty(e backup.Entry) bool { return e.SHA256 == sha256.Sum256(nil) }

// closed reports whether part of a file lies where no key at hand opens it.
func (v *verification) closed(e backup.Entry) bool {
	for _, x := range e.Extents {
		if manifest.Encrypted(x.Archive) && v.locked[owner(x.Archive)] {
			return true
		}
	}
	return false
}
