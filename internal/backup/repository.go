package backup

import (
	"context"
	"io"
	"iter"
)

// Repository keeps the bytes of backups.
type Repository interface {
	MarkStore
	// Begin starts writing the content of b. Nothing that it writes can be
	// seen as a backup before Commit. Until then nobody may Remove a backup:
	// b may share the archives of its base.
	Begin(ctx context.Context, b Backup, opt WriteOptions) (Writer, error)
	// Open reads the manifest of a backup and checks it: errs.ErrNotFound if
	// there is none, errs.ErrCorrupt if it is not whole or, when checksum is
	// not "", not the one with that checksum; errs.ErrInvalid with a detail
	// if its format is newer than this program.
	Open(ctx context.Context, id ID, checksum string) (Reader, error)
	// Browse is Open for whoever looks for single entries, as people do who look
	// around in a backup: a manifest that has that checksum is believed without
	// being read to its end. Readers of the same one share what they have read.
	Browse(ctx context.Context, id ID, checksum string) (Reader, error)
	// Verify reads back a backup. Damage is in the report, not in the error.
	Verify(ctx context.Context, id ID, checksum string, opt VerifyOptions) (VerifyReport, error)
	// Committed returns the checksum of the manifest of id as it is stored and
	// the backup's record as the manifest keeps it; errs.ErrNotFound. It is
	// errs.ErrCorrupt if the manifest cannot be read or, then with the record,
	// if archives that it names are missing or have another size.
	Committed(ctx context.Context, id ID) (Backup, error)
	// Remove deletes the manifest of id, then the archives that it named and
	// that no other manifest names, what an unfinished Begin of id left, and its marks.
	// What is gone already is counted as missing. It may be repeated. When another
	// manifest is damaged, so that it is not known what that one needs, the archives
	// stay. One that is newer than this program is errs.ErrInvalid. After an error
	// Removed says only whether the removal has begun.
	Remove(ctx context.Context, id ID) (Removed, error)
	// PlanSweep finds what no backup needs: archives and marks of at least 24 hours
	// that belong to no manifest, and generations of manifests that count no more. If a
	// manifest cannot be read it is errs.ErrCorrupt or errs.ErrInvalid, since nobody
	// knows what that one needs.
	PlanSweep(ctx context.Context, opt SweepOptions) (Sweeping, error)
	// PlanRepack finds archives of at least 24 hours of which more than half is
	// named by no manifest any more, and can be left behind. Its errors are those
	// of PlanSweep.
	PlanRepack(ctx context.Context, opt RewriteOptions) (Rewriting, error)
	// PlanReencrypt finds archives of at least 24 hours, so many as one run can
	// take, and encrypts them for the recipients of today. It is errs.ErrInvalid if
	// there are none; its other errors are those of PlanSweep.
	PlanReencrypt(ctx context.Context, opt RewriteOptions) (Rewriting, error)
}

// WriteOptions say how to write a backup.
type WriteOptions struct {
	// Base is the backup to build on; the zero value is none. What is there as
	// it was is carried over without being read, unless an Item says so. A base
	// that cannot be used is a warning, and all is read.
	Base Base
	// Databases is the backup on which large databases are built, page by page;
	// the zero value is Base.
	Databases Base
	// Others are further backups in which content is looked up that Base lacks,
	// likeliest first, as far as that is less work than storing it again.
	Others []Base
	// Avoid names archives that are known to be damaged, as in [Extent]: what
	// they hold is read and stored again.
	Avoid []string
	// Report is called for what goes wrong with single files.
	Report func(Notice)
	// Warn is called with sentences about the base.
	Warn func(line string)
	// Progress is called with increments as content is stored.
	Progress func(files, bytes int64)
}

// Base names the manifest of a backup, and the one that it must be.
type Base struct {
	ID       ID
	Checksum string // of the manifest; "" is any
}

// Writer writes one backup. Its methods are called by one goroutine.
type Writer interface {
	// Add stores an item. Items come in byte order of path. Content may be
	// read after Add has returned, until Finish.
	Add(ctx context.Context, it Item) error
	// Finish waits until all content is stored and counts it.
	Finish(ctx context.Context) (Stored, error)
	// Commit writes the manifest with the record b in it, which makes the
	// backup exist, and returns the manifest's checksum and the stored size
	// with the manifest's. errs.ErrConflict if the backup exists.
	Commit(ctx context.Context, b Backup) (checksum string, storedSize int64, err error)
	// Abort ends the work before Commit and frees what it took; archives that
	// are stored stay until Remove. After Commit it does nothing.
	Abort()
}

// Stored counts what a Writer has stored.
type Stored struct {
	Files       int64 // regular files in the manifest
	LogicalSize int64 // their bytes
	// Amounts are the same of each component that has an entry.
	Amounts    []Amount
	StoredSize int64 // bytes of the archives that were written
	// Encrypted is true if the backup has archives and all of them, also those
	// that it shares, are encrypted.
	Encrypted bool
	// SignedBy is the public key of who signed it; "" is nobody.
	SignedBy string
}

// Reader reads one backup. Close it.
type Reader interface {
	// Entries yields the manifest's entries in byte order of path, each time anew.
	Entries() iter.Seq2[Entry, error]
	// Between yields those entries that match, from the path from on and before
	// the path to; to may be "", which is the end, and match nil, which is all. It
	// asks match about every path there, in order, and is faster than Entries: it
	// does not read what is elsewhere, nor all of what does not match.
	Between(from, to string, match func(path string) bool) iter.Seq2[Entry, error]
	// Fetch is a [Fetch].
	Fetch(ctx context.Context, e Entry, w io.Writer) error
	// Unlock makes sure that there is a key to what is encrypted, before work
	// begins that would be in vain: errs.ErrInvalid with a detail if there is
	// none, or another.
	Unlock(ctx context.Context) error
	// Signature says who signed the manifest. A signature that is not right made it
	// errs.ErrCorrupt.
	Signature() Signature
	// Believe says that the caller knows who wrote the manifest: that it gives a file
	// what was stored for another is no damage then.
	Believe()
	// StoredSize returns the bytes of the manifest and of all archives it names.
	StoredSize() int64
	// Close frees the local copy of the manifest.
	Close() error
}

// VerifyOptions say what to check.
type VerifyOptions struct {
	// Deep reads every byte and decodes what can be opened; otherwise only presence and sizes are checked.
	Deep bool
	// Progress is called with increments as objects are checked.
	Progress func(files, bytes int64)
}

// VerifyReport is what a verification found.
type VerifyReport struct {
	Valid    bool   `json:"valid"`
	Deep     bool   `json:"deep"`
	FileSize int64  `json:"file_size"` // bytes of manifest and archives as they should be
	Checksum string `json:"checksum"`  // of the manifest as it is
	Error    string `json:"error,omitempty"`
	Archives int64  `json:"archives"` // objects checked
	// BytesRead counts what was read from the repository.
	BytesRead int64 `json:"bytes_read"`
	Entries   int64 `json:"entries"` // manifest entries checked
	// Decoded says that a deep verification opened everything and compared the
	// content of every file with its hash. Where no key was at hand, it compared
	// encrypted archives with their hashes only: HashedOnly counts them.
	Decoded    bool  `json:"decoded,omitempty"`
	HashedOnly int64 `json:"hashed_only,omitempty"`
	// Details say which rule was violated, and where, at most 100 of them: the line
	// of the manifest, or the file.
	Details []string `json:"details,omitempty"`
	// Signature is of a manifest that could be read.
	Signature Signature `json:"signature,omitzero"`
	// DamagedArchives and DamagedFiles name what is damaged, at most 1000
	// each; the counts are whole.
	DamagedArchives     []string `json:"damaged_archives,omitempty"`
	DamagedFiles        []string `json:"damaged_files,omitempty"`
	DamagedArchiveCount int64    `json:"damaged_archive_count"`
	DamagedFileCount    int64    `json:"damaged_file_count"`
}

// Removed counts what Remove did.
type Removed struct {
	Objects int64 // deleted
	Bytes   int64
	Missing []string // keys that should have been there and were not
	// Unread are backups whose manifests are damaged: what is removed may hold
	// archives that they need, so those stay until they are gone too.
	Unread []ID
	// Begun says that something is gone, or may be.
	Begun bool
}
