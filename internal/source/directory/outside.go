package directory

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/vertex-ar/backup/internal/source"
)

// Outside is what lies in a tree, or may come to lie there, and is no part of it. It is
// neither backed up nor written nor removed.
type Outside struct {
	// Database is the path of the installation's database. With it go SQLite's files
	// beside it and those of a restore; "" is none.
	Database string
	// Scratch is the path of a directory for temporary files; "" is none.
	Scratch string
}

// outside is an Outside seen from a root. Paths are below it.
type outside struct {
	databases []string // the link too, if it is one
	scratches []string
	// For what is at hand under a second path, by a mount or a hard link:
	database    fs.FileInfo // nil if there is none
	databaseDir fs.FileInfo
	scratch     fs.FileInfo
	name        string // of the database
}

// resolve finds out where o lies in the tree at root.
func (o Outside) resolve(root string) outside {
	var out outside
	root = source.RealPath(root)
	if o.Database != "" {
		out.databases, out.name = below(root, o.Database), filepath.Base(source.RealPath(o.Database))
		out.database, _ = os.Stat(o.Database)
		out.databaseDir, _ = os.Stat(filepath.Dir(source.RealPath(o.Database)))
	}
	if o.Scratch != "" {
		out.scratches = below(root, o.Scratch)
		out.scratch, _ = os.Stat(o.Scratch)
	}
	return out
}

// below returns the paths below root under which name is found there: its own and,
// if it is a link, that of what it leads to.
func below(root, name string) (rels []string) {
	for _, at := range []string{filepath.Join(source.RealPath(filepath.Dir(name)), filepath.Base(name)), source.RealPath(name)} {
		rel, err := filepath.Rel(root, at)
		if err == nil && filepath.IsLocal(rel) && rel != "." && !slices.Contains(rels, rel) {
			rels = append(rels, rel)
		}
	}
	return rels
}

// texts of notices about what is left out.
const (
	noticeDatabase = "is the database, which is backed up on its own; it is left out of the media, with SQLite's files beside it"
	noticeScratch  = "is the directory for temporary files; it is left out of the media"
)

// holds reports whether rel, or something above it, is outside, by its path.
func (o *outside) holds(rel string) bool {
	for _, db := range o.databases {
		if isDatabase(rel, path.Dir(db), path.Base(db)) {
			return true
		}
	}
	return slices.ContainsFunc(o.scratches, func(s string) bool { return rel == s || strings.HasPrefix(rel, s+"/") })
}

// isDatabase reports whether rel is the database name in dir, or belongs to it.
func isDatabase(rel, dir, name string) bool {
	if path.Dir(rel) != dir {
		return false
	}
	base := path.Base(rel)
	if suffix, ok := strings.CutPrefix(base, name); ok {
		return suffix == "" || suffix == "-wal" || suffix == "-shm" || suffix == "-journal"
	}
	return source.StagedDatabase(base)
}

// within reports whether something outside lies, or may come to lie, below the directory rel.
func (o *outside) within(rel string) bool {
	for _, p := range append(slices.Clip(o.databases), o.scratches...) {
		if strings.HasPrefix(p, rel+"/") {
			return true
		}
	}
	return false
}

// notice returns what is to be told of rel, which is outside; "" is nothing.
func (o *outside) notice(rel string) string {
	switch {
	case slices.Contains(o.databases, rel):
		return noticeDatabase
	case slices.Contains(o.scratches, rel):
		return noticeScratch
	}
	return ""
}

// hides reports whether what a walk found in dir is outside under another path.
func (o *outside) hides(rel string, info, dir fs.FileInfo) (text string, hidden bool) {
	switch {
	case o.scratch != nil && os.SameFile(info, o.scratch):
		return noticeScratch, true
	case o.database != nil && os.SameFile(info, o.database):
		return noticeDatabase, true
	case o.databaseDir != nil && os.SameFile(dir, o.databaseDir):
		return "", isDatabase(rel, path.Dir(rel), o.name)
	}
	return "", false
}
