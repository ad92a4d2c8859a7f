package backup

import (
	"context"
	"fmt"
	"slices"
)

// Marks are what is said of a backup after it was made, by people and by those who
// read it. They lie in the repository, so that they hold without a catalog; a
// record mirrors them.
type Marks struct {
	Pinned   bool
	Note     string
	Accepted bool // see [Backup]
	Damage   *Damage
	// Unreadable says that they are damaged or of a newer version. Then the
	// backup counts as pinned, since nobody knows what was said.
	Unreadable bool
}

// MarkStore keeps marks. It is part of [Repository].
type MarkStore interface {
	// Marks returns what was said of one backup, or with "" of every backup that
	// anything was said of.
	Marks(ctx context.Context, only ID) (map[ID]Marks, error)
	// Mark stores what change makes of the marks of a backup, if it is something
	// else, and returns it. known is false if nothing was said yet, or if that is
	// damaged; change may be called several times. Marks of a newer version are errs.ErrInvalid.
	Mark(ctx context.Context, id ID, change func(now Marks, known bool) Marks) (Marks, error)
}

// Marks returns what a record says of the marks of its backup.
func (b Backup) Marks() Marks {
	return Marks{Pinned: b.Pinned, Note: b.Note, Accepted: b.Accepted, Damage: b.Damage}
}

// Equal reports whether m and o say the same. When damage was found does not count.
func (m Marks) Equal(o Marks) bool {
	same := m.Damage == nil && o.Damage == nil
	if m.Damage != nil && o.Damage != nil {
		same = slices.Equal(m.Damage.Archives, o.Damage.Archives) && m.Damage.More == o.Damage.More && m.Damage.Manifest == o.Damage.Manifest
	}
	return same && m.Pinned == o.Pinned && m.Note == o.Note && m.Accepted == o.Accepted && m.Unreadable == o.Unreadable
}

// Marked returns b with the marks m. Damage that only the record knows of stays.
func (b Backup) Marked(m Marks) Backup {
	if m.Unreadable {
		b.Pinned = true
		return b
	}
	b.Pinned, b.Note, b.Accepted = m.Pinned, m.Note, m.Accepted
	if m.Damage != nil {
		b.Damage = m.Damage
	}
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

// keepMarks stores in the repository what only records say, of before, so that it
// holds without the catalog too.
func (s *Service) keepMarks(ctx context.Context, all []Backup, known map[ID]Marks) error {
	for _, b := range all {
		if _, ok := known[b.ID]; ok || b.Status == StatusDeleting || !b.Pinned && b.Damage == nil {
			continue
		}
		_, err := s.Repository.Mark(ctx, b.ID, func(now Marks, known bool) Marks {
			if known {
				return now
			}
			return b.Marks()
		})
		if err != nil {
			return fmt.Errorf("keep what is said of %s: %w", b.ID, err)
		}
	}
	return nil
}
