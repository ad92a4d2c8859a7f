package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/vertex-ar/backup/internal/errs"
)

// Links say when a restore follows a symbolic link at the very place of its target.
// Those on the way there are part of the path that was asked for.
type Links int

// Whose links are followed.
const (
	// OwnLinks are those that root or the user that restores has made, and that lead
	// somewhere: the installation's own configuration.
	OwnLinks Links = iota
	// NoLinks follows none: the place is not the installation's.
	NoLinks
	// AllLinks follows all: it was asked for.
	AllLinks
)

// Target returns the path that a restore to path writes to. what is the component, in
// words, and name how its path is configured.
func (l Links) Target(path, what, name string) (string, error) {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().Type() != fs.ModeSymlink {
		return path, nil //nolint:nilerr // who opens it will see
	}
	to, err := resolve(path)
	if err != nil || l == AllLinks {
		return to, err
	}
	if err := leads(path, to, what); err != nil {
		return "", err
	}
	if uid, _ := Owner(info); l == OwnLinks && (uid == 0 || uid == os.Geteuid()) {
		return path, nil
	}
	return "", errs.New(errs.ErrConflict, "In the place of the %s is a symbolic link to %s that is not the installation's own, so it was not followed. If that is meant, set %s to where it leads, or add --follow-links to the command.", what, to, name)
}

// Dangling returns an error if path is a symbolic link that leads nowhere.
func Dangling(path, what string) error {
	if info, err := os.Lstat(path); err != nil || info.Mode().Type() != fs.ModeSymlink {
		return nil //nolint:nilerr // who opens it will see
	}
	to, err := resolve(path)
	if err != nil {
		return err
	}
	return leads(path, to, what)
}

func leads(path, to, what string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return errs.New(errs.ErrConflict, "In the place of the %s is a symbolic link to %s, where there is nothing. See that its disk is mounted. Only a restore with --follow-links makes what is missing there.", what, to)
	}
	return nil
}

// maxLinks is how many links in a row are followed, as the system does.
const maxLinks = 40

// resolve returns where a link leads, also if there is nothing.
func resolve(path string) (string, error) {
	for range maxLinks {
		info, err := os.Lstat(path)
		if err != nil || info.Mode().Type() != fs.ModeSymlink {
			return RealPath(path), nil //nolint:nilerr // it may be missing
		}
		to, err := os.Readlink(path)
		if err != nil {
			return "", err
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(RealPath(filepath.Dir(path)), to)
		}
		path = to
	}
	return "", errs.New(errs.ErrInvalid, "%s is a symbolic link that leads to itself.", path)
}
