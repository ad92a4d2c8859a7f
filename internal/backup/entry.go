package backup

import (
	"context"
	"io"
	"iter"
	"slices"
	"time"
)

// EntryType is what an entry is.
type EntryType string

// The types of entries. Other files (sockets, devices, pipes) are skipped with a notice.
const (
	TypeFile    EntryType = "file"
	TypeDir     EntryType = "dir"
	TypeSymlink EntryType = "symlink"
)

// Entry is one file, directory or symbolic link of a backup.
type Entry struct {
	// Path is relative, slash-separated, of any bytes but NUL, without empty,
	// "." and ".." elements. Its first element is the component.
	Path    string
	Type    EntryType
	Size    int64     // bytes of content; 0 unless a file
	ModTime time.Time // to the nanosecond, UTC
	Mode    uint32    // the twelve permission bits, 07777
	UID     int
	GID     int
	// Link is where a symbolic link points, any bytes but NUL.
	Link string
	// SHA256 is the content's, of files only.
	SHA256 [32]byte
	// Extents make up the content, one after another.
	Extents []Extent
	// Pages is the object name, below archives/, of the list of the content's
	// pages, for files that are stored by pages; "" if there is none.
	Pages string
	// Inode and ChangeTime are of a file where it was backed up: its number there, and
	// when its content or metadata were changed last, as the system says it. Together they
	// tell whether it is still the same, which a program cannot forge as it can ModTime.
	// Inode is 0, and ChangeTime zero, if they are not known or say nothing.
	Inode      int64
	ChangeTime time.Time
}

// Extent is a run of an entry's content inside one zstd frame of an archive.
// An extent of Size 0 names only the entry's tar member, so that empty files,
// directories and links keep their archive alive.
type Extent struct {
	Archive string // object name below archives/, as in <backup-id>/000001.tar.zst
	Offset  int64  // of the frame in the archive, bytes
	Length  int64  // of the frame in the archive, bytes
	Start   int64  // of the run in the decoded frame, bytes
	Size    int64  // of the run, bytes
}

// Item is an entry of a source with a way to read it.
type Item struct {
	Entry // without SHA256, Extents and Pages

	// Reread says that size and time do not tell whether the content is what it
	// was: it is read in any case.
	Reread bool
	// ByPages says that the content is a database: its pages stay where they
	// are, so that a later backup can store only those that changed. It is held
	// still, and Open may be called several times.
	ByPages bool
	// Open opens the content of a file; it is nil for everything else. An
	// error that is fs.ErrNotExist means that the file vanished since the walk.
	// The reader gives exactly the file's content as it finds it, at most
	// Entry.Size bytes; fewer when the file shrank. A change that it sees while
	// reading it reports itself as a Notice, at the latest in Close.
	Open func(ctx context.Context) (io.ReadCloser, error)
}

// Notice is something a user should know about one path of a source.
type Notice struct {
	Path string
	// Text is one sentence without the path: "vanished while it was being read".
	Text string
	// Lost says that content which belongs into the backup is not in it:
	// the backup ends partial, not completed.
	Lost bool
}

// NoticeDamagedDatabase is the text of the notice about a database that SQLite
// cannot read and that a safety backup keeps all the same. A restore of that
// backup looks for it, to bring the damaged bytes back on purpose.
const NoticeDamagedDatabase = "is damaged, so it is kept as the bytes that it is"

// NoticeEncryptedDatabase is the same of a database that is not damaged but
// encrypted as a file, so that it can be copied and restored only as what it is.
const NoticeEncryptedDatabase = "is encrypted, so it is kept as the bytes that it is"

// The texts of the notices about a component that a safety backup did not find. A
// restore of that backup looks for them, to bring back that there was none.
const (
	NoticeAbsentDatabase = "the database is missing, so there is nothing of it to keep"
	NoticeAbsentStorage  = "the directory is missing, so there is nothing of it to keep"
)

// SnapshotOptions say how to look at a source.
type SnapshotOptions struct {
	// Salvage takes what is there, for the safety backup before a restore: a
	// missing source is empty, a damaged database is kept as the bytes that it
	// is, each with a Notice.
	Salvage bool
	// Report is called for every notice, by many goroutines. Never nil.
	Report func(Notice)
}

// Source is what is backed up: one component of an installation.
type Source interface {
	// Snapshot fixes the source's state as far as it can be (a database is
	// copied consistently, a tree is opened). A missing source is
	// errs.ErrNotFound, one that may not be read or is damaged another *errs.Error,
	// both with a detail that says what to do.
	Snapshot(ctx context.Context, opt SnapshotOptions) (Snapshot, error)
}

// Snapshot is a source held still for one backup.
type Snapshot interface {
	// Walk visits every entry in byte order of path, parents before children.
	// It stops at visit's first error and returns it. It may be called several
	// times, also at once.
	Walk(ctx context.Context, visit func(Item) error) error
	// References yields, in byte order and each once, the manifest paths
	// (storage/…) of the media that the source names, and as they are absolute paths of
	// which it is not known where they would be in the storage. A tree names none.
	References(ctx context.Context) iter.Seq2[string, error]
	// Close frees what Snapshot took. Items must not be opened any more.
	Close() error
}

// RestoreOptions say how a target is brought to the state of a backup.
type RestoreOptions struct {
	// Operation names the restore; a target uses it for its scratch names.
	Operation ID
	// Paths, when not empty, limits the restore to these entries and what lies
	// below them; nothing is removed then.
	Paths []string
	// Compare reads what is there and compares its SHA-256 even if size, mode
	// and time agree (the API's verify_checksum).
	Compare bool
	// KeepExtra leaves alone what the backup does not have, for a backup that
	// is not whole: what it lacks may be what could not be read.
	KeepExtra bool
	// Damaged says that the backup is known to hold a database as the damaged
	// bytes that it was (a safety backup may). Without it such content is
	// errs.ErrCorrupt before anything is changed.
	Damaged bool
	// Absent says that there was nothing when the backup was taken, which has no
	// entries then: what is there now is removed.
	Absent bool
	// KeepSetuid restores the set-user-id and set-group-id bits of files too.
	// Without it no file gets them that does not have them.
	KeepSetuid bool
	// Report is called for what a user should know about the restore, by many
	// goroutines; Lost is never set. It may be nil.
	Report func(Notice)
}

// Selects reports whether the restore is asked for what is at path.
func (o RestoreOptions) Selects(path string) bool {
	return len(o.Paths) == 0 || slices.ContainsFunc(o.Paths, func(p string) bool { return path == p || isBelow(path, p) })
}

// Leads reports whether path is above something that the restore is asked for.
func (o RestoreOptions) Leads(path string) bool {
	return slices.ContainsFunc(o.Paths, func(p string) bool { return isBelow(p, path) })
}

// Target is where a component is restored to.
type Target interface {
	// Plan compares the target with the entries (in byte order of path, all of
	// one component, of which those are enough that opt selects or that lead
	// there) and changes nothing. A missing or damaged target is no obstacle.
	Plan(ctx context.Context, entries iter.Seq2[Entry, error], opt RestoreOptions) (Restoration, error)
	// Space returns the bytes that can still be written where the target lies.
	Space(ctx context.Context) (int64, error)
}

// Fetch writes the content of an entry to w after checking it frame by frame;
// it fails with errs.ErrCorrupt when the content is not what the manifest says,
// possibly after having written some of it. It may be called by many goroutines.
type Fetch func(ctx context.Context, e Entry, w io.Writer) error

// Restoration is one planned restore of a target.
type Restoration interface {
	// Summary says what Copy and Commit will do.
	Summary() PlanSummary
	// Copy fetches and checks all content that the target lacks, beside the
	// target. Nothing visible changes. progress may be called by many
	// goroutines with increments.
	Copy(ctx context.Context, fetch Fetch, progress func(files, bytes int64)) error
	// Commit makes the copied content visible, each file in one step. What others
	// change meanwhile is no failure: a plan that is made afterwards has it. After a
	// failure in the middle, planning and running the restore again ends it.
	Commit(ctx context.Context) error
	// Close removes what Copy left beside the target. It may be called at any time.
	Close() error
}

// PlanSummary counts what a restore changes.
type PlanSummary struct {
	WriteFiles    int64 `json:"write_files"`    // files whose content is fetched
	WriteBytes    int64 `json:"write_bytes"`    // their bytes
	MetadataOnly  int64 `json:"metadata_only"`  // entries that change without content: mode, owner, time, directories and links that are made
	Remove        int64 `json:"remove"`         // entries that the backup does not have
	Unchanged     int64 `json:"unchanged"`      // entries that are as in the backup
	RequiredBytes int64 `json:"required_bytes"` // free space that Copy and Commit need
}

// Add adds o to s, component by component.
func (s *PlanSummary) Add(o PlanSummary) {
	s.WriteFiles += o.WriteFiles
	s.WriteBytes += o.WriteBytes
	s.MetadataOnly += o.MetadataOnly
	s.Remove += o.Remove
	s.Unchanged += o.Unchanged
	s.RequiredBytes += o.RequiredBytes
}
