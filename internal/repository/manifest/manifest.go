package manifest

import (
	"crypto/sha256"
	"errors"
	"time"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
)

// Version is the version of the format in which new manifests are written, and
// the greatest that is read. A manifest that is written anew keeps its own.
const Version = 2

// formatName is the first field of every manifest.
const formatName = "vertex-ar-backup/manifest"

// Limits of the format.
const (
	// MaxPath is the greatest length of a path or link.
	MaxPath = 32 << 10
	// MaxExtents is the greatest number of extents of an entry.
	MaxExtents = 1 << 20

	maxHeader      = 1 << 10 // bytes of a line
	maxLine        = 1 << 20
	maxEntryFrame  = 2 << 20 // bytes of a frame's content
	maxTrailer     = 64 << 20
	frameTarget    = 1 << 20
	extentsPerLine = 2048
	maxArchives    = 512 << 10
	footerLen      = 16
	extentMax      = 8 << 20
)

// Header is known when a backup begins.
type Header struct {
	Version   int64 // 1 to [Version]; what the manifest may say depends on it
	ID        backup.ID
	Kind      backup.Kind
	CreatedAt time.Time
}

// Archive is an archive or a page list that entries name.
type Archive struct {
	Name   string // as in [backup.Extent] and [backup.Entry]
	Size   int64
	SHA256 [sha256.Size]byte
}

// Counts counts entries.
type Counts struct {
	Entries  int64
	Files    int64
	Dirs     int64
	Symlinks int64
	Size     int64 // bytes of content
}

// Trailer is known when a backup ends.
type Trailer struct {
	Counts
	Archives  []Archive // and page lists, in byte order of name
	Signature *Signature
	// Backup is the record as the manifest keeps it. What the manifest cannot
	// know (Checksum, Pinned, VerifiedAt, Damage, Progress, Lease, Version) is zero,
	// and StoredSize is without the manifest.
	Backup backup.Backup
}

// errNewer is the answer to a manifest of a version that is not known yet.
func errNewer() error {
	return errs.New(errs.ErrInvalid,
		"This backup was written by a newer version of Vertex AR Backup. Update this program, then try again.")
}

// checkVersion returns errs.ErrInvalid, with a detail that asks for an update,
// if version is greater than what this program knows.
func checkVersion(version int64) error {
	if version > Version {
		return errNewer()
	}
	if version < 1 {
		return errors.New("there is no such version of the format")
	}
	return nil
}
