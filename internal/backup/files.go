package backup

import (
	"context"
	"strings"

	"github.com/vertex-ar/backup/internal/errs"
)

// Files returns a page of a backup's entries: the children of a directory, or
// everything below it that matches a query.
func (s *Service) Files(ctx context.Context, req FilesRequest) (FilesResult, error) {
	if req.Limit < 0 || req.Limit > maxLimit {
		return FilesResult{}, errs.New(errs.ErrInvalid, "The limit must be between 1 and %d.", maxLimit)
	}
	if err := checkPath(req.Prefix); req.Prefix != "" && err != nil {
		return FilesResult{}, err
	}
	b, err := s.restorable(ctx, req.ID)
	if err != nil {
		return FilesResult{}, err
	}
	r, err := s.open(ctx, b)
	if err != nil {
		return FilesResult{}, err
	}
	res, err := req.page(r)
	if cerr := r.Close(); err == nil {
		err = cerr
	}
	return res, err
}

func (r FilesRequest) page(from Reader) (FilesResult, error) {
	limit := r.Limit
	if limit == 0 {
		limit = defaultBrowse
	}
	var res FilesResult
	for e, err := range from.Entries() {
		if err != nil {
			return FilesResult{}, err
		}
		if e.Path <= r.Cursor || !r.matches(e.Path) {
			continue
		}
		if len(res.Entries) == limit {
			res.Next = res.Entries[limit-1].Path
			break
		}
		res.Entries = append(res.Entries, e)
	}
	return res, nil
}

func (r FilesRequest) matches(path string) bool {
	rest := path
	if r.Prefix != "" {
		below, ok := strings.CutPrefix(path, r.Prefix+"/")
		if !ok {
			return false
		}
		rest = below
	}
	if r.Query != "" {
		return strings.Contains(strings.ToLower(rest), strings.ToLower(r.Query))
	}
	// The database is the only entry of its directory, which has no entry.
	return !strings.Contains(rest, "/") || path == DatabasePath && r.Prefix == ""
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
