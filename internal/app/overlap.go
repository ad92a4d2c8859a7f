package app

import (
	"os"
	"path/filepath"

	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source"
)

// checkPlaces refuses places that overlap so that a backup or a restore of one would
// be one of another. That the database or the scratch directory lies in the media is
// no such case: they are left out of them. The system's own directory for temporary
// files may hold everything, as long as nothing else is asked for.
func checkPlaces(cfg Config) error {
	database, storage, scratch := place(cfg.DatabasePath), place(cfg.StoragePath), place(cfg.Scratch)
	switch {
	case database.is(storage):
		return errs.New(errs.ErrInvalid, "DATABASE_PATH and STORAGE_PATH name the same place, %s. The first is Vertex AR's database file, the second its storage directory.", storage.path)
	case scratch.is(storage):
		return errs.New(errs.ErrInvalid, "SCRATCH_DIR and STORAGE_PATH name the same directory, %s. Set SCRATCH_DIR to a directory of its own.", storage.path)
	case scratch.is(database):
		return errs.New(errs.ErrInvalid, "SCRATCH_DIR and DATABASE_PATH name the same place, %s. Set SCRATCH_DIR to a directory of its own.", database.path)
	case scratch.is(place(os.TempDir())):
		return nil
	case scratch.holds(storage):
		return errs.New(errs.ErrInvalid, "STORAGE_PATH, %s, lies in SCRATCH_DIR, which is for temporary files. Set SCRATCH_DIR to a directory of its own.", storage.path)
	case scratch.holds(database):
		return errs.New(errs.ErrInvalid, "DATABASE_PATH, %s, lies in SCRATCH_DIR, which is for temporary files. Set SCRATCH_DIR to a directory of its own.", database.path)
	}
	return nil
}

// placed is a configured path, without the symbolic links on its way.
type placed struct {
	path string // "" when it is not configured
	info os.FileInfo
}

func place(path string) placed {
	if path == "" {
		return placed{}
	}
	p := placed{path: source.RealPath(path)}
	p.info, _ = os.Stat(p.path)
	return p
}

// is reports whether both are the same, also under different paths.
func (p placed) is(q placed) bool {
	if p.path == "" || q.path == "" {
		return false
	}
	return p.path == q.path || p.info != nil && q.info != nil && os.SameFile(p.info, q.info)
}

// holds reports whether q lies in the directory p.
func (p placed) holds(q placed) bool {
	if p.path == "" || q.path == "" {
		return false
	}
	for above := filepath.Dir(q.path); ; above = filepath.Dir(above) {
		if p.is(place(above)) {
			return true
		}
		if above == filepath.Dir(above) {
			return false
		}
	}
}
