package backup

import (
	"context"
	"encoding/base64"
	"errors"
	"iter"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
)

// Files returns a page of a backup's entries: the children of a directory, or
// everything below it that matches a query. A directory that has no entry of
// its own, as that of the database, shows as one of the time of what is in it.
func (s *Service) Files(ctx context.Context, req FilesRequest) (_ FilesResult, err error) {
	if req.Limit < 0 || req.Limit > maxLimit {
		return FilesResult{}, errs.New(errs.ErrInvalid, "The limit must be between 1 and %d.", maxLimit)
	}
	if err := checkPath(req.Prefix); req.Prefix != "" && err != nil {
		return FilesResult{}, err
	}
	from, err := req.start()
	if err != nil {
		return FilesResult{}, err
	}
	b, err := s.restorable(ctx, req.ID)
	if err != nil {
		return FilesResult{}, err
	}
	r, err := s.browse(ctx, b)
	if err != nil {
		return FilesResult{}, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if req.Query != "" {
		return req.page(req.found(r, from))
	}
	return req.page(req.children(r, from))
}

// start returns where the page starts.
func (r FilesRequest) start() (string, error) {
	first, _ := below(r.Prefix)
	at, err := base64.RawURLEncoding.DecodeString(r.Cursor)
	if err != nil {
		return "", errs.New(errs.ErrInvalid, "The cursor is not one that this list gave.")
	}
	return max(first, string(at)), nil
}

// below returns between which paths the entries lie that are below a
// directory; "" is the top.
func below(dir string) (from, to string) {
	if dir == "" {
		return "", ""
	}
	return dir + "/", dir + "0" // the byte after the slash
}

// isBelow reports whether path lies below a directory, at whatever depth.
func isBelow(path, dir string) bool {
	return len(path) > len(dir) && path[len(dir)] == '/' && path[:len(dir)] == dir
}

// found yields what is below the prefix and matches the query.
func (r FilesRequest) found(from Reader, start string) iter.Seq2[place, error] {
	first, end := below(r.Prefix)
	query := strings.ToLower(r.Query)
	matches := func(path string) bool { return strings.Contains(strings.ToLower(path[len(first):]), query) }
	return func(yield func(place, error) bool) {
		for e, err := range from.Between(start, end, matches) {
			if !yield(place{e, e.Path}, err) {
				return
			}
		}
	}
}

// place is an entry of a page, and the path of a backup's entry at which a
// page starts that has it first.
type place struct {
	Entry

	at string
}

// page collects a page and, if there are more, where the next one starts.
func (r FilesRequest) page(places iter.Seq2[place, error]) (FilesResult, error) {
	limit := r.Limit
	if limit == 0 {
		limit = defaultBrowse
	}
	var res FilesResult
	for p, err := range places {
		if err != nil {
			return FilesResult{}, damaged(r.ID, err)
		}
		if len(res.Entries) == limit {
			res.Next = base64.RawURLEncoding.EncodeToString([]byte(p.at))
			break
		}
		res.Entries = append(res.Entries, p.Entry)
	}
	return res, nil
}

// children yields what is in the directory itself. Of what lies deeper only the
// first entry is looked at, and whether the directory that it is in had an entry:
// that one may stand long before, as a, a-b, a/c.
func (r FilesRequest) children(from Reader, start string) iter.Seq2[place, error] {
	first, end := below(r.Prefix)
	last := ""
	fresh := func(path string) bool {
		name, _, _ := strings.Cut(path[len(first):], "/")
		child := path[:len(first)+len(name)]
		again := child == last
		last = child
		return !again
	}
	return func(yield func(place, error) bool) {
		for e, err := range from.Between(start, end, fresh) {
			if err != nil {
				yield(place{}, err)
				return
			}
			p := place{e, e.Path}
			if deeper := e.Path != last; deeper {
				known, err := has(from, last)
				if known {
					continue
				}
				p.Entry = Entry{Path: last, Type: TypeDir, ModTime: e.ModTime, Mode: 0o755}
				if err != nil {
					yield(place{}, err)
					return
				}
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

// has reports whether the backup has an entry of that path.
func has(from Reader, path string) (bool, error) {
	_, err := entryAt(from, path)
	if errors.Is(err, errs.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// entryAt returns the entry of a path; errs.ErrNotFound.
func entryAt(from Reader, path string) (Entry, error) {
	for e, err := range from.Between(path, path+"\x00", nil) {
		return e, err
	}
	return Entry{}, errs.ErrNotFound
}

func noSuchEntry(id ID, path string) *errs.Error {
	return errs.New(errs.ErrNotFound, "Backup %s has no %s. Browse its files to find the right path.", id, Printable(path))
}

// checkPath checks that a user's path could be an entry's.
func checkPath(p string) error {
	bad := p == "" || strings.ContainsRune(p, 0) || len(p) > maxPath
	for el := range strings.SplitSeq(p, "/") {
		bad = bad || el == "" || el == "." || el == ".."
	}
	if bad {
		return errs.New(errs.ErrInvalid, "A path is relative, separated by slashes, without empty, . and .. elements, as in storage/company/project.")
	}
	return nil
}

// maxPath is the longest path that is looked for, in bytes.
const maxPath = 8192
