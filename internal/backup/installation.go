package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
)

// Installation says which installation of Vertex AR it is that is backed up: a
// repository belongs to one.
type Installation struct {
	// Name is what its operator calls it; it may be "".
	Name string `json:"name,omitempty"`
	Host string `json:"host,omitempty"`
	// Database and Storage are its paths there.
	Database string `json:"database,omitempty"`
	Storage  string `json:"storage,omitempty"`
	// Marks tell its directories from copies of them: they stay when a container is made
	// anew and gets another host name, and are others on another disk.
	Marks []string `json:"marks,omitempty"`
}

// Installations remembers to which installation a repository belongs.
type Installations interface {
	// Installation returns it; errs.ErrNotFound if there is none yet.
	Installation(ctx context.Context) (Installation, error)
	// Install writes it down instead of the one before.
	Install(ctx context.Context, i Installation) error
}

// Same reports whether both are one installation. Names decide where both have one;
// else the directories do, or the host with its paths.
func (i Installation) Same(other Installation) bool {
	if i.Name != "" && other.Name != "" {
		return i.Name == other.Name
	}
	for _, m := range i.Marks {
		if slices.Contains(other.Marks, m) {
			return true
		}
	}
	agree := func(a, b string) bool { return a == "" || b == "" || a == b }
	shared := i.Database != "" && i.Database == other.Database || i.Storage != "" && i.Storage == other.Storage
	return shared && i.Host == other.Host && agree(i.Database, other.Database) && agree(i.Storage, other.Storage)
}

// String describes it to people.
func (i Installation) String() string {
	var where []string
	for _, s := range []string{i.Name, i.Host, i.Database, i.Storage} {
		if s != "" {
			where = append(where, Printable(s))
		}
	}
	return strings.Join(where, ", ")
}

// unknown reports whether nothing is known of it: whoever works on a bucket from
// anywhere, without an installation, is none.
func (i Installation) unknown() bool { return i.Name == "" && i.Database == "" && i.Storage == "" }

// own makes sure that the repository is this installation's before something is
// added to it or removed. With claim one that is nobody's becomes its own.
func (s *Service) own(ctx context.Context, claim bool) error {
	if s.Installations == nil || s.Installation.unknown() {
		return nil
	}
	have, err := s.Installations.Installation(ctx)
	if errors.Is(err, errs.ErrNotFound) && claim {
		if err = s.Installations.Install(ctx, s.Installation); err == nil {
			return nil
		}
		if errors.Is(err, errs.ErrConflict) { // somebody else was faster
			have, err = s.Installations.Installation(ctx)
		}
	}
	switch {
	case errors.Is(err, errs.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("whose repository it is: %w", err)
	case !have.Same(s.Installation):
		return errs.New(errs.ErrConflict, "These backups belong to another installation (%s); this is (%s). Give this one a repository prefix of its own. If it has taken the other's place, run vertex-backup adopt; if both are one, give both the same INSTALLATION.", have, s.Installation)
	}
	return nil
}

// Adopt makes the repository this installation's, and returns whose it was.
func (s *Service) Adopt(ctx context.Context) (was Installation, err error) {
	if s.Installations == nil || s.Installation.unknown() {
		return was, errs.New(errs.ErrInvalid, "It is not known which installation this is. Name its database and its storage.")
	}
	was, err = s.Installations.Installation(ctx)
	if err != nil && !errors.Is(err, errs.ErrNotFound) {
		return was, err
	}
	return was, s.Installations.Install(ctx, s.Installation)
}
