package backup

import (
	"context"
	"fmt"
)

// Marks are what people say of a backup. They lie in the repository, so that
// they hold without a catalog; a record mirrors them.
type Marks struct {
	Pinned   bool
	Note     string
	Accepted bool // see [Backup]
	// Unreadable says that they are damaged or of a newer version. Then the
	// backup counts as pinned, since nobody knows what was said.
	Unreadable bool
}

// MarkStore keeps marks. It is part of [Repository].
type MarkStore interface {
	// Marks returns what was said of one backup, or with "" of every backup that
	// anything was said of.
	Marks(ctx context.Context, only ID) (map[ID]Marks, error)
	// Mark stores what change makes of the marks of a backup and returns it. known
	// is false if nothing was said yet, or if that is damaged; change may be called
	// several times. Marks of a newer version are errs.ErrInvalid.
	Mark(ctx context.Context, id ID, change func(now Marks, known bool) Marks) (Marks, error)
}

// Marks returns what a record says of the marks of its backup.
func (b Backup) Marks() Marks {
	return Marks{Pinned: b.Pinned, Note: b.Note, Accepted: b.Accepted}
}

// Marked returns b with the marks m.
func (b Backup) Marked(m Marks) Backup {
	if m.Unreadable {
		b.Pinned = true
		return b
	}
	b.Pinned, b.Note, b.Accepted = m.Pinned, m.Note, m.Accepted
	return judged(b)
}

// marked returns the records as the marks in the repository have them. Those of
// one of which nothing is said there stay as they are: it was made, and maybe
// pinned, by a program that kept marks in the catalog only.
func (s *Service) marked(ctx context.Context, all []Backup) ([]Backup, map[ID]Marks, error) {
	marks, err := s.Repository.Marks(ctx, "")
	if err != nil {
		return nil, nil, fmt.Errorf("read what is said of the backups: %w", err)
	}
	for i, b := range all {
		if m, ok := marks[b.ID]; ok {
			all[i] = b.Marked(m)
		}
	}
	return all, marks, nil
}

// keepMarks stores in the repository what records of before say: pins then hold
// without the catalog too.
func (s *Service) keepMarks(ctx context.Context, all []Backup, known map[ID]Marks) error {
	for _, b := range all {
		if _, ok := known[b.ID]; ok || !b.Pinned && !b.Accepted {
			continue
		}
		_, err := s.Repository.Mark(ctx, b.ID, func(now Marks, known bool) Marks {
			if known {
				return now
			}
			return b.Marks()
		})
		if err != nil {
			return fmt.Errorf("keep the pin of %s: %w", b.ID, err)
		}
	}
	return nil
}
