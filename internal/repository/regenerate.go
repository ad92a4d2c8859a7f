package repository

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// regenerate stores a generation of a manifest that names the archives that the
// moves made, lets it count, and deletes the one before.
func (r *Repository) regenerate(ctx context.Context, fence backup.Fence, c current, number int64, moves map[string]*move) (err error) {
	defer errs.Wrap(&err, "manifest of %s", c.id)
	next, err := newScratch(r.opt.Scratch)
	if err != nil {
		return err
	}
	defer func() { _ = next.Close() }() // it holds nothing that anybody needs
	version, encrypted, err := r.translate(ctx, c, next, moves)
	if err != nil {
		return err
	}
	if err := fence.Still(ctx); err != nil {
		return err
	}
	g := generation{id: c.id, number: max(number, c.latest+1), size: next.size}
	if err := r.putManifest(ctx, g, version, next); err != nil {
		return err
	}
	switch whole, err := r.whole(ctx, g, next.checksum()); {
	case err != nil:
		return err
	case !whole:
		return errs.New(errs.ErrCorrupt, "What was stored for backup %s is not what was sent, so the list of its files stays as it was. Check the backup storage.", c.id)
	}
	err = fence.Choose(ctx, c.id, c.checksum, backup.Choice{Checksum: next.checksum(), Encrypted: encrypted})
	if errors.Is(err, errs.ErrNotFound) { // deleted by whoever took the lock away: it must not come back
		return errors.Join(err, r.blobs.Delete(ctx, g.key()))
	}
	if err != nil {
		return err
	}
	return r.dropGenerations(ctx, fence, []generation{c.generation}, new(backup.Cleared))
}

// fetchSame copies the manifest that counts, with the checksum that it must have,
// to a scratch file.
func (r *Repository) fetchSame(ctx context.Context, c current) (spool *scratch, err error) {
	err = again(ctx, func(ctx context.Context) (err error) {
		if spool, err = r.fetch(ctx, c.generation); err != nil {
			return err
		}
		if spool.checksum() != c.checksum {
			return errors.Join(damagedManifest(c.id, "it is not the one that was written", nil), spool.Close())
		}
		return nil
	})
	return spool, err
}

// translate writes a manifest anew, with the places that the moves give its
// content. It keeps its version, and with it everything else that it says. It
// reports whether all archives that it names are encrypted.
func (r *Repository) translate(ctx context.Context, c current, to io.Writer, moves map[string]*move) (version int64, encrypted bool, err error) {
	spool, err := r.fetchSame(ctx, c)
	if err != nil {
		return 0, false, err
	}
	defer func() { _ = spool.Close() }() // as above
	in, err := manifest.NewReader(spool.reader())
	if err != nil {
		return 0, false, err
	}
	out, err := manifest.NewWriter(to, in.Header())
	if err != nil {
		return 0, false, err
	}
	for ctx.Err() == nil {
		e, err := in.Next()
		if errors.Is(err, io.EOF) {
			encrypted, err := finish(out, in.Trailer(), moves)
			return in.Header().Version, encrypted, err
		}
		if err != nil {
			return 0, false, err
		}
		if err := relocate(e.Extents, moves); err != nil {
			return 0, false, fmt.Errorf("entry %.200q: %w", e.Path, err)
		}
		if err := out.Write(e); err != nil {
			return 0, false, err
		}
	}
	return 0, false, context.Cause(ctx)
}

// relocate turns extents in old archives into those in the new ones.
func relocate(extents []backup.Extent, moves map[string]*move) error {
	for i, x := range extents {
		m := moves[x.Archive]
		if m == nil {
			continue
		}
		at, ok := m.place(x.Offset)
		if !ok {
			return fmt.Errorf("its frame at %d of %s was not kept: %w", x.Offset, x.Archive, errs.ErrCorrupt)
		}
		extents[i].Archive, extents[i].Offset = m.new.Name, at
	}
	return nil
}

// finish writes the trailer of a manifest of which the one before had t.
func finish(out *manifest.Writer, t manifest.Trailer, moves map[string]*move) (encrypted bool, err error) {
	known := map[string]manifest.Archive{}
	for _, a := range t.Archives {
		if m := moves[a.Name]; m != nil {
			a = m.new
		}
		known[a.Name] = a
	}
	var archives []manifest.Archive
	for _, name := range out.Archives() {
		archives = append(archives, known[name])
	}
	out.Keep(t.Signature)
	b := t.Backup
	b.Encrypted = manifest.AllEncrypted(archives)
	return b.Encrypted, out.Close(b, slices.Clip(archives))
}
