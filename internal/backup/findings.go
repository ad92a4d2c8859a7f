package backup

import (
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"sync"

	"github.com/vertex-ar/backup/internal/errs"
)

// watched is the reader of a backup for whoever reads what it holds, and not only
// looks around in it: what turns out to be damaged is written into the record when
// it is closed, as a verification does.
type watched struct {
	Reader

	note  func(Damage)
	mu    sync.Mutex
	found Damage
	any   bool
}

// watch returns from with an eye on what is read of b.
func (s *Service) watch(ctx context.Context, b Backup, from Reader) *watched {
	return &watched{Reader: from, note: func(d Damage) { s.recordDamage(ctx, b, d) }}
}

// recordDamage adds to what is known of a backup what was found damaged. Who found it has
// an error to tell of already.
func (s *Service) recordDamage(ctx context.Context, b Backup, d Damage) {
	ctx, cancel := detached(ctx)
	defer cancel()
	d.FoundAt = s.Now().UTC()
	d.Archives = slices.Compact(slices.Sorted(slices.Values(d.Archives)))
	err := s.changeHealth(ctx, b, func(b Backup) (Backup, bool) {
		b.Damage = d.and(known(b.Damage))
		return b, true
	})
	if err == nil {
		err = s.markDamage(ctx, b, func(was *Damage) *Damage { return d.and(known(was)) })
	}
	if err != nil {
		s.Log.WarnContext(ctx, "what was found damaged is not written down", "id", string(b.ID), "err", err)
	}
}

// known returns the damage of a record, which may have none.
func known(d *Damage) Damage {
	if d == nil {
		return Damage{}
	}
	return *d
}

// saw notes an error of reading, of an entry or, without one, of the manifest.
func (w *watched) saw(err error, e *Entry) {
	if !errors.Is(err, errs.ErrCorrupt) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.any = true
	if e == nil {
		w.found.Manifest = true
		return
	}
	for _, x := range e.Extents {
		if n := len(w.found.Archives); n == 0 || w.found.Archives[n-1] != x.Archive {
			w.found.Archives = append(w.found.Archives, x.Archive)
		}
	}
}

// Entries implements Reader.
func (w *watched) Entries() iter.Seq2[Entry, error] { return w.watch(w.Reader.Entries()) }

// Between implements Reader.
func (w *watched) Between(from, to string, match func(path string) bool) iter.Seq2[Entry, error] {
	return w.watch(w.Reader.Between(from, to, match))
}

func (w *watched) watch(entries iter.Seq2[Entry, error]) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for e, err := range entries {
			w.saw(err, nil)
			if !yield(e, err) {
				return
			}
		}
	}
}

// Fetch implements Reader.
func (w *watched) Fetch(ctx context.Context, e Entry, to io.Writer) error {
	err := w.Reader.Fetch(ctx, e, to)
	w.saw(err, &e)
	return err
}

// Close implements Reader.
func (w *watched) Close() error {
	w.mu.Lock()
	found := w.found
	w.mu.Unlock()
	if w.any {
		w.note(found)
	}
	return w.Reader.Close()
}
