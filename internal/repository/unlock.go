package repository

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/repository/crypt"
	"github.com/vertex-ar/backup/internal/repository/manifest"
)

// Unlock implements [backup.Reader]. All archives of one run were encrypted for
// the same recipients, so that one of them speaks for all.
func (m *reader) Unlock(ctx context.Context) error {
	for _, a := range m.samples() {
		err := m.resolve(ctx, m.repo.opener.Unlock(ctx, crypt.Object{Name: a.Name, Size: a.Size}))
		switch {
		case err == nil:
		case isLocked(err):
			return locked(m.trailer.Backup.ID, err)
		case !errors.Is(err, errs.ErrCorrupt): // of damage, Fetch speaks file by file
			return fmt.Errorf("open archive %s: %w", a.Name, err)
		}
	}
	return nil
}

// samples returns the smallest encrypted archive of each run that the backup
// shares something with, in the order of the runs.
func (m *reader) samples() []manifest.Archive {
	smallest := map[backup.ID]manifest.Archive{}
	for _, a := range m.trailer.Archives {
		id := owner(a.Name)
		if s, ok := smallest[id]; manifest.Encrypted(a.Name) && (!ok || a.Size < s.Size) {
			smallest[id] = a
		}
	}
	return slices.SortedFunc(maps.Values(smallest), func(a, b manifest.Archive) int { return strings.Compare(a.Name, b.Name) })
}

// resolve tells a key that does not fit from a damaged header, which look
// alike: it compares the archive with its hash.
func (m *reader) resolve(ctx context.Context, err error) error {
	other, ok := errors.AsType[*crypt.OtherIdentityError](err)
	if !ok {
		return err
	}
	whole, herr := m.headers.whole(other.Object.Name, func() (bool, error) { return m.isWhole(ctx, other.Object.Name) })
	switch {
	case errors.Is(herr, errs.ErrCorrupt), herr == nil && !whole:
		return fmt.Errorf("archive %s was changed: %w", other.Object.Name, errs.ErrCorrupt)
	case herr != nil:
		return herr
	}
	return err
}

// isWhole reports whether an archive has the hash that the manifest says.
func (m *reader) isWhole(ctx context.Context, name string) (bool, error) {
	err := again(ctx, func(ctx context.Context) error { return m.repo.compare(ctx, m.archive(name)) })
	if errors.Is(err, errs.ErrCorrupt) {
		return false, nil
	}
	return err == nil, err
}

// compare reads an archive to its end. It is errs.ErrCorrupt if it has not the hash
// that a manifest says.
func (r *Repository) compare(ctx context.Context, a manifest.Archive) error {
	body, err := r.openRange(ctx, a.Name, 0, a.Size)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // the hash says whether all was read
	sum := sha256.New()
	if _, err := io.Copy(sum, body); err != nil {
		return fmt.Errorf("read archive %s: %w", a.Name, err)
	}
	if [sha256.Size]byte(sum.Sum(nil)) != a.SHA256 {
		return fmt.Errorf("archive %s has another hash: %w", a.Name, errs.ErrCorrupt)
	}
	return nil
}

// headers remembers which archives are whole of which no identity opens the header.
type headers struct {
	mu   sync.Mutex
	seen map[string]bool
}

// whole returns what look found out about an archive, now or earlier.
func (h *headers) whole(name string, look func() (bool, error)) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if whole, ok := h.seen[name]; ok {
		return whole, nil
	}
	whole, err := look()
	if err == nil {
		if h.seen == nil {
			h.seen = map[string]bool{}
		}
		h.seen[name] = whole
	}
	return whole, err
}
