package repository

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

const (
	markPrefix  = "marks/"
	markSuffix  = ".json"
	markVersion = 1
	// maxMark is more than a mark with the longest note and a hundred names needs.
	maxMark = 1 << 20
	// marksAtOnce is how many marks are read at a time.
	marksAtOnce = 16
)

// mark is one object that holds marks. The one with the greatest number counts.
type mark struct {
	id     backup.ID
	number int64 // the first is 1
}

// markFile is the content of a mark.
type markFile struct {
	Version  int64  `json:"version"`
	Pinned   bool   `json:"pinned"`
	Note     string `json:"note,omitempty"`
	Accepted bool   `json:"accepted,omitempty"`

	Damage *backup.Damage `json:"damage,omitempty"`
}

func (m mark) key() string { return fmt.Sprintf("%s%s.%d%s", markPrefix, m.id, m.number, markSuffix) }

// parseMark returns which mark lies under key.
func parseMark(key string) (mark, bool) {
	name, ok := strings.CutSuffix(strings.TrimPrefix(key, markPrefix), markSuffix)
	if !ok {
		return mark{}, false
	}
	name, number, _ := strings.Cut(name, ".")
	id, err := backup.ParseID(name)
	if err != nil {
		return mark{}, false
	}
	n, err := strconv.ParseInt(number, 10, 64)
	m := mark{id, n}
	return m, err == nil && n > 0 && m.key() == key
}

// Marks implements [backup.Repository].
func (r *Repository) Marks(ctx context.Context, only backup.ID) (_ map[backup.ID]backup.Marks, err error) {
	defer errs.Wrap(&err, "read marks")
	newest, err := r.newestMarks(ctx, only)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	all := map[backup.ID]backup.Marks{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(marksAtOnce)
	for id, number := range newest {
		group.Go(func() error {
			said, err := r.readMark(ctx, mark{id, number})
			if errors.Is(err, errs.ErrNotFound) {
				return nil // deleted meanwhile, with its backup
			}
			said.Unreadable = unreadable(err)
			if err != nil && !said.Unreadable {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			all[id] = said
			return nil
		})
	}
	return all, group.Wait()
}

// unreadable reports whether an error is of what is stored, not of reading it.
func unreadable(err error) bool {
	return errors.Is(err, errs.ErrCorrupt) || errors.Is(err, errs.ErrInvalid)
}

// Mark implements [backup.Repository].
func (r *Repository) Mark(ctx context.Context, id backup.ID, change func(backup.Marks, bool) backup.Marks) (_ backup.Marks, err error) {
	defer errs.Wrap(&err, "mark backup %s", id)
	if err := r.checkFormat(ctx); err != nil && !errors.Is(err, errs.ErrNotFound) {
		return backup.Marks{}, err
	}
	for range 10 {
		newest, err := r.newestMarks(ctx, id)
		if err != nil {
			return backup.Marks{}, err
		}
		number, known := newest[id]
		var now backup.Marks
		if known {
			now, err = r.readMark(ctx, mark{id, number})
			switch {
			case errors.Is(err, errs.ErrNotFound):
				continue
			case errors.Is(err, errs.ErrCorrupt):
				known = false
			case err != nil:
				return backup.Marks{}, err
			}
		}
		next := change(now, known)
		if next.Equal(now) && (known || number == 0) {
			return now, nil
		}
		err = r.putMark(ctx, mark{id, number + 1}, next)
		if !errors.Is(err, errs.ErrConflict) { // somebody else was faster
			return next, err
		}
	}
	return backup.Marks{}, errs.New(errs.ErrConflict, "Backup %s is being changed by somebody else. Try again in a minute.", id)
}

func (r *Repository) putMark(ctx context.Context, m mark, said backup.Marks) error {
	text, err := json.Marshal(markFile{markVersion, said.Pinned, said.Note, said.Accepted, said.Damage})
	if err != nil {
		return err
	}
	if err := r.blobs.Put(ctx, m.key(), strings.NewReader(string(text)+"\n"), nil); err != nil {
		return fmt.Errorf("store %s: %w", m.key(), err)
	}
	return nil
}

// readMark is errs.ErrCorrupt if the mark is damaged and errs.ErrInvalid if it is
// newer than this program.
func (r *Repository) readMark(ctx context.Context, m mark) (said backup.Marks, err error) {
	err = again(ctx, func(ctx context.Context) error {
		said, err = r.getMark(ctx, m)
		return err
	})
	return said, err
}

func (r *Repository) getMark(ctx context.Context, m mark) (backup.Marks, error) {
	body, err := r.blobs.Get(ctx, m.key())
	if err != nil {
		return backup.Marks{}, err
	}
	defer func() { _ = body.Close() }() // what was read is checked
	text, err := io.ReadAll(io.LimitReader(body, maxMark))
	if err != nil {
		return backup.Marks{}, fmt.Errorf("read %s: %w", m.key(), err)
	}
	var f markFile
	switch err := json.Unmarshal(text, &f); {
	case err != nil, f.Version < 1:
		return backup.Marks{}, fmt.Errorf("%s is damaged (%v): %w", m.key(), err, errs.ErrCorrupt) //nolint:errorlint // its kind is ours
	case f.Version > markVersion:
		return backup.Marks{}, errs.New(errs.ErrInvalid,
			"What is said of backup %s was written by a newer version of Vertex AR Backup. Update this program, then try again.", m.id)
	}
	return backup.Marks{Pinned: f.Pinned, Note: f.Note, Accepted: f.Accepted, Damage: f.Damage}, nil
}

// newestMarks returns the greatest number among the marks of one backup, or with ""
// of every backup that has any.
func (r *Repository) newestMarks(ctx context.Context, only backup.ID) (map[backup.ID]int64, error) {
	newest := map[backup.ID]int64{}
	all, err := r.listMarks(ctx, only)
	for _, m := range all {
		newest[m.id] = max(newest[m.id], m.number)
	}
	return newest, err
}

// storedMark is a mark as the store lists it.
type storedMark struct {
	mark

	info blob.Info
}

// listMarks lists the marks of one backup, or with "" all.
func (r *Repository) listMarks(ctx context.Context, only backup.ID) (all []storedMark, err error) {
	prefix := markPrefix
	if only != "" {
		prefix += string(only) + "."
	}
	for info, err := range r.blobs.List(ctx, prefix) {
		if err != nil {
			return nil, fmt.Errorf("list marks: %w", err)
		}
		if m, ok := parseMark(info.Key); ok {
			all = append(all, storedMark{m, info})
		}
	}
	return all, nil
}
