package repository

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/archive"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// racy is how long before a backup the last change of a file must lie for its
// time to prove that it was not changed since: clocks differ, and the times of
// some file systems are coarse.
const racy = 2 * time.Second

// base is the backup that a new one builds on. Its entries are read beside the
// walk: both come in byte order of path.
type base struct {
	listing

	since    time.Time                   // what was changed later was perhaps not seen by the base
	archives map[string]manifest.Archive // and page lists that are whole and may be built upon
	plain    int                         // archives that may not, because they are not encrypted
	in       *manifest.Reader
	next     backup.Entry
	ended    bool
	database map[backup.Extent]bool // where the database's content begins
	warn     func(line string)
}

// openBases opens the bases that the options name.
func (w *writer) openBases(ctx context.Context) (err error) {
	opt := w.notify.opt
	var there stock // listed once for all bases
	take := func() (_ stock, err error) {
		if there == nil {
			there, err = w.repo.takeStock(ctx)
		}
		return there, err
	}
	w.known = newKnown(w, take)
	if w.base, err = w.openBase(ctx, opt.Base, take, "everything was read and stored again"); err != nil {
		return err
	}
	w.databases = w.base
	if opt.Databases.ID != "" && opt.Databases.ID != opt.Base.ID {
		w.databases, err = w.openBase(ctx, opt.Databases, take, "the database was stored completely")
	}
	return err
}

// bases returns the bases that there are.
func (w *writer) bases() (all []*base) {
	if w.base != nil {
		all = append(all, w.base)
	}
	if w.databases != nil && w.databases != w.base {
		all = append(all, w.databases)
	}
	return all
}

// openBase opens a base. Only the end of ctx is an error, and that the base is newer
// than this program: with any other trouble there is no base, and a warning that says what follows.
func (w *writer) openBase(ctx context.Context, from backup.Base, take func() (stock, error), otherwise string) (*base, error) {
	if from.ID == "" {
		return nil, nil
	}
	b, err := w.repo.openBase(ctx, from, take, &w.notify)
	if ctx.Err() != nil {
		if b != nil {
			_ = b.Close() // nothing was written
		}
		return nil, context.Cause(ctx)
	}
	if errors.Is(err, errs.ErrInvalid) { // it is newer than this program, which then must not write
		return nil, err
	}
	if err != nil {
		w.notify.warn(fmt.Sprintf("Backup %s could not be built upon, so %s. %s", from.ID, otherwise, why(err)))
		return nil, nil // it was warned
	}
	if bad := len(b.trailer.Archives) - len(b.archives) - b.plain; bad > 0 {
		w.notify.warn(fmt.Sprintf("%d of %d archives of backup %s are damaged or missing. What the source still has of them was stored again. Verify the earlier backups.",
			bad, len(b.trailer.Archives), b.id()))
	}
	if b.plain > 0 {
		w.notify.warn(fmt.Sprintf("%d of %d archives of backup %s are not encrypted. What they hold was read and stored again, encrypted.",
			b.plain, len(b.trailer.Archives), b.id()))
	}
	return b, nil
}

// why says what was wrong with a base.
func why(err error) string {
	if detail := errs.Detail(err); detail != "" {
		return detail
	}
	return "It could not be read."
}

func (r *Repository) openBase(ctx context.Context, from backup.Base, take func() (stock, error), n *notify) (*base, error) {
	var b *base
	err := again(ctx, func(ctx context.Context) error {
		spool, err := r.download(ctx, from.ID, from.Checksum)
		if err != nil {
			return err
		}
		b = &base{listing: listing{spool: spool}, archives: map[string]manifest.Archive{}, warn: n.warn}
		if err := b.open(from); err != nil {
			return errors.Join(err, spool.Close())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	there, err := take()
	if err != nil {
		return nil, errors.Join(err, b.spool.Close())
	}
	b.findArchives(there, r.encrypts(), n.opt.Avoid)
	return b, nil
}

// open checks the manifest as far as that can be done without reading the
// entries, which the checksum vouches for.
func (b *base) open(from backup.Base) error {
	id := from.ID
	if sum := from.Checksum; sum != "" && sum != b.spool.checksum() {
		return damagedManifest(id, "it is not the one that was written", nil)
	}
	h, t, err := manifest.ReadSummary(b.spool.file, b.spool.size)
	if errors.Is(err, errs.ErrCorrupt) || err == nil && h.ID != id {
		return damagedManifest(id, "its content is not whole", err)
	}
	if err != nil {
		return err
	}
	b.trailer, b.since = t, h.CreatedAt.Add(-racy)
	if err := b.findDatabase(); err != nil {
		return err
	}
	if b.in, err = manifest.NewReader(b.spool.reader()); err != nil {
		return err
	}
	b.advance()
	return nil
}

// findDatabase notes where the content of the database begins, of which the
// entries come first.
func (b *base) findDatabase() error {
	b.database = map[backup.Extent]bool{}
	in, err := manifest.NewReader(b.spool.reader())
	for err == nil {
		var e backup.Entry
		if e, err = in.Next(); err != nil || !archive.OfDatabase(e.Path) {
			break
		}
		if e.Size > 0 {
			b.database[e.Extents[0]] = true
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, errs.ErrCorrupt) { // whoever reads on says so
		return nil
	}
	return err
}

// strayed reports whether a media file's content is the database's: programs of
// before stored the same content once, wherever it was. It is stored again.
func (b *base) strayed(e backup.Entry) bool {
	return e.Size > 0 && b.database[e.Extents[0]] && !archive.OfDatabase(e.Path)
}

// findArchives looks which of the base's archives are in the store as they should be.
func (b *base) findArchives(there stock, encrypts bool, avoid []string) {
	for _, a := range b.trailer.Archives {
		switch {
		case encrypts && manifest.Plain(a.Name):
			b.plain++
		case there[a.Name].Size == a.Size && !slices.Contains(avoid, a.Name):
			b.archives[a.Name] = a
		}
	}
}

func (b *base) id() backup.ID { return b.trailer.Backup.ID }

// advance reads the next entry.
func (b *base) advance() {
	var err error
	if b.next, err = b.in.Next(); err == nil {
		return
	}
	b.ended = true
	if !errors.Is(err, io.EOF) {
		b.warn(fmt.Sprintf("Backup %s could be built upon in parts only: the list of its files is damaged.", b.id()))
	}
}

// find returns the entry of path; paths are asked for in byte order.
func (b *base) find(path string) (backup.Entry, bool) {
	for !b.ended && b.next.Path < path {
		b.advance()
	}
	return b.next, !b.ended && b.next.Path == path
}

// holds reports whether all of an entry's content is whole in the store.
func (b *base) holds(e backup.Entry) bool {
	for _, x := range e.Extents {
		if !b.whole(x.Archive) {
			return false
		}
	}
	return true
}

// whole reports whether an archive or page list is in the store as it should be.
func (b *base) whole(name string) bool {
	_, ok := b.archives[name]
	return ok
}

// unchanged reports whether an item's content is certainly that of the entry.
func (b *base) unchanged(it backup.Item, e backup.Entry) bool {
	switch {
	case it.Type != e.Type || it.Size != e.Size || !it.ModTime.Equal(e.ModTime):
		return false
	case it.Size > 0:
		return !it.Reread && it.ModTime.Before(b.since) && b.sameFile(it.Entry, e)
	case it.Type == backup.TypeFile:
		return true
	}
	// The tar member of a directory or link is all there is of it.
	return it.Mode == e.Mode && it.UID == e.UID && it.GID == e.GID && it.Link == e.Link
}

// sameFile reports whether an item is the very file that the base has, unchanged as the
// system says. Where one of them does not know, size and time decide alone.
func (b *base) sameFile(it, e backup.Entry) bool {
	if it.Inode == 0 || e.Inode == 0 {
		return true
	}
	return it.Inode == e.Inode && it.ChangeTime.Equal(e.ChangeTime) && it.ChangeTime.Before(b.since)
}

// carry takes an item over from the base if it is unchanged there.
func (w *writer) carry(j *item) bool {
	if w.base == nil {
		return false
	}
	e, ok := w.base.find(j.Path)
	if !ok || !w.base.unchanged(j.Item, e) || !w.base.holds(e) || w.base.strayed(e) || manifest.CheckEntry(j.Entry) != nil {
		return false
	}
	j.SHA256, j.Extents, j.keep = e.SHA256, e.Extents, true
	if w.base.whole(e.Pages) {
		j.Pages = e.Pages
	}
	close(j.done)
	if j.Type == backup.TypeFile {
		w.notify.progress(1, j.Size)
	}
	return true
}
