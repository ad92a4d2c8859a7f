package repository

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/crypt"
	"github.com/vertex-ar/backup/internal/repository/frame"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// rewriting moves what backups need out of archives into new ones. It implements
// [backup.Rewriting].
//
// Each archive becomes one new archive, of which the frames are the old one's
// byte for byte, all of them or some, so that every extent stays what it is but
// for its archive and offset. Then every manifest that names one of the old
// archives gets a new generation, and at last the old archives go. At each
// moment each backup has a whole generation, and it is the one that counts: the
// record is changed after the new one is stored and before the old one is
// deleted. What an interrupted rewriting leaves, the next sweep removes.
type rewriting struct {
	repo      *Repository
	opt       backup.RewriteOptions
	moves     map[string]*move // by the old archive's name
	manifests []current
	plan      backup.Rewritten
}

// current is the generation of a manifest that counts.
type current struct {
	generation

	checksum string
	latest   int64 // the greatest number of a generation that is there
	trailer  manifest.Trailer
}

// move is what becomes of one archive.
type move struct {
	old  manifest.Archive
	keep []piece          // in order; nil is everything
	new  manifest.Archive // once it is stored
}

// piece is a run of bytes inside an archive: whole frames.
type piece struct{ from, to int64 }

// size returns how many bytes inside the archive are kept.
func (m *move) size() (sum int64) {
	if m.keep == nil {
		return m.old.Size
	}
	for _, p := range m.keep {
		sum += p.to - p.from
	}
	return sum
}

// place returns where the frame at offset lies in the new archive.
func (m *move) place(offset int64) (int64, bool) {
	if m.keep == nil {
		return offset, true
	}
	at := int64(0)
	for _, p := range m.keep {
		if offset < p.to {
			return at + offset - p.from, offset >= p.from
		}
		at += p.to - p.from
	}
	return 0, false
}

// Plan implements [backup.Rewriting].
func (w *rewriting) Plan() backup.Rewritten { return w.plan }

// Execute implements [backup.Rewriting].
func (w *rewriting) Execute(ctx context.Context, fence backup.Fence) (done backup.Rewritten, err error) {
	defer errs.Wrap(&err, "rewrite archives")
	done = backup.Rewritten{Damaged: slices.Clone(w.plan.Damaged), Locked: w.plan.Locked, Young: w.plan.Young, Later: w.plan.Later}
	for i, name := range slices.Sorted(maps.Keys(w.moves)) {
		if err := fence.Still(ctx); err != nil {
			return done, err
		}
		m := w.moves[name]
		err := again(ctx, func(ctx context.Context) error { return w.repo.move(ctx, w.opt.ID, int64(i+1), m) })
		if errors.Is(err, errs.ErrCorrupt) {
			delete(w.moves, name)
			done.Damaged = append(done.Damaged, name)
			continue
		}
		if err != nil {
			return done, err
		}
		done.Archives++
		done.Written += m.new.Size
	}
	names := slices.Sorted(maps.Keys(w.moves))
	for _, c := range w.manifests {
		if !c.names(func(name string) bool { return w.moves[name] != nil }) {
			continue
		}
		if err := w.repo.regenerate(ctx, fence, c, w.opt.Generation, w.moves); err != nil {
			return done, err
		}
	}
	var old []sized
	for _, name := range names {
		old = append(old, sized{archiveKey(name), w.moves[name].old.Size})
	}
	var gone backup.Cleared
	for batch := range slices.Chunk(old, sweepBatch) {
		if err := w.repo.drop(ctx, fence, batch, &gone); err != nil {
			return done, err
		}
	}
	done.Freed = gone.Bytes - done.Written
	return done, nil
}

// move stores the new archive. Its frames are decoded on the way: what is
// damaged is not passed on.
func (r *Repository) move(ctx context.Context, id backup.ID, n int64, m *move) (err error) {
	defer errs.Wrap(&err, "archive %s", m.old.Name)
	name := archiveName(id, n, r.encrypts())
	m.new, err = r.putArchive(ctx, name, func(w io.Writer) error {
		if m.keep == nil {
			in, err := r.openWhole(ctx, m.old)
			return copyFrames(w, in, err)
		}
		for _, p := range m.keep {
			in, err := r.openPiece(ctx, m.old, p)
			if err := copyFrames(w, in, err); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// putArchive stores an archive, encrypted if it is to be, and describes it.
func (r *Repository) putArchive(ctx context.Context, name string, write func(io.Writer) error) (manifest.Archive, error) {
	in, pipe := io.Pipe()
	stored := &tally{out: pipe, sum: sha256.New()}
	written := make(chan error, 1)
	go func() {
		err := r.writeArchive(stored, write)
		_ = pipe.CloseWithError(err) // nil is the end of the archive; never fails
		written <- err
	}()
	err := r.blobs.Put(ctx, archiveKey(name), in, nil)
	_ = in.CloseWithError(err) // never fails; nothing is read any more
	if werr := <-written; err == nil {
		err = werr
	}
	if err != nil {
		return manifest.Archive{}, fmt.Errorf("store archive %s: %w", name, err)
	}
	return stored.archive(name), nil
}

// writeArchive writes to out what write writes, encrypted if archives are.
func (r *Repository) writeArchive(out io.Writer, write func(io.Writer) error) error {
	sealed, err := r.seal(out)
	if err != nil {
		return err
	}
	if err := write(sealed); err != nil {
		return err // without its end the archive is none
	}
	return sealed.Close()
}

// openWhole opens all that is inside of an archive. If what is stored is not
// what the manifest says, the end of it is an errs.ErrCorrupt.
func (r *Repository) openWhole(ctx context.Context, a manifest.Archive) (io.ReadCloser, error) {
	body, err := r.openRange(ctx, a.Name, 0, a.Size)
	if err != nil {
		return nil, err
	}
	w := &whole{archive: a, sum: sha256.New()}
	w.ReadCloser = teeCloser{io.TeeReader(body, w.sum), body}
	if manifest.Encrypted(a.Name) {
		in, err := r.opener.OpenFrom(ctx, crypt.Object{Name: a.Name, Size: a.Size}, w.ReadCloser)
		if err != nil {
			return nil, errors.Join(err, body.Close())
		}
		w.ReadCloser = in
	}
	return w, nil
}

// teeCloser is a reader that closes something else.
type teeCloser struct {
	io.Reader
	io.Closer
}

// whole compares the stored bytes of an archive with its hash at their end.
type whole struct {
	io.ReadCloser

	archive manifest.Archive
	sum     hash.Hash
}

// Read implements io.Reader.
func (w *whole) Read(b []byte) (int, error) {
	n, err := w.ReadCloser.Read(b)
	if errors.Is(err, io.EOF) && [sha256.Size]byte(w.sum.Sum(nil)) != w.archive.SHA256 {
		err = fmt.Errorf("archive %s has another hash: %w", w.archive.Name, errs.ErrCorrupt)
	}
	return n, err
}

// openPiece opens a run of what is inside of an archive.
func (r *Repository) openPiece(ctx context.Context, a manifest.Archive, p piece) (io.ReadCloser, error) {
	if manifest.Encrypted(a.Name) {
		return r.opener.OpenRange(ctx, crypt.Object{Name: a.Name, Size: a.Size}, p.from, p.to-p.from)
	}
	return r.openRange(ctx, a.Name, p.from, p.to-p.from)
}

// copyFrames copies frames that decode, unless opening them failed.
func copyFrames(w io.Writer, in io.ReadCloser, err error) error {
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // what was read is checked
	decoder, err := frame.NewDecoder(archive.MaxFrame)
	if err != nil {
		return err
	}
	frames := frame.NewReader(io.TeeReader(in, w), decoder)
	for err == nil {
		_, err = frames.Next()
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
