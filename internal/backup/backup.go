package backup

import (
	"slices"
	"time"
)

// Kind says which components a backup holds (the API's field "type").
type Kind string

// The kinds of backups.
const (
	KindDatabase Kind = "database"
	KindStorage  Kind = "storage"
	KindFull     Kind = "full"
)

// Kinds lists all kinds in the order users see them.
func Kinds() []Kind { return []Kind{KindDatabase, KindStorage, KindFull} }

// Valid reports whether k is one of the three kinds.
func (k Kind) Valid() bool { return k == KindDatabase || k == KindStorage || k == KindFull }

// Components returns the components that a backup of kind k holds.
func (k Kind) Components() []Component {
	switch k {
	case KindDatabase:
		return []Component{ComponentDatabase}
	case KindStorage:
		return []Component{ComponentStorage}
	case KindFull:
		return []Component{ComponentDatabase, ComponentStorage}
	}
	return nil
}

// Component is a part of a Vertex AR installation. Its name is also the first
// element of its entries' paths.
type Component string

// The components of an installation.
const (
	ComponentDatabase Component = "database"
	ComponentStorage  Component = "storage"
)

// DatabasePath is the path of the database in every manifest that holds it.
const DatabasePath = "database/app_data.db"

// Status is where a backup or an operation is in its life.
type Status string

// The states. completed: everything that was asked is there. partial: some of
// it could not be read, Errors says what; what is there can be restored.
const (
	StatusPending   Status = "pending"
	StatusRunning   Status = "running"
	StatusCompleted Status = "completed"
	StatusPartial   Status = "partial"
	StatusFailed    Status = "failed"
	StatusCancelled Status = "cancelled"
	StatusDeleting  Status = "deleting"
)

// Finished reports whether nobody works on the record any more.
func (s Status) Finished() bool {
	switch s {
	case StatusCompleted, StatusPartial, StatusFailed, StatusCancelled:
		return true
	case StatusPending, StatusRunning, StatusDeleting:
	}
	return false
}

// Restorable reports whether the repository holds content for it.
func (s Status) Restorable() bool { return s == StatusCompleted || s == StatusPartial }

// Reason says why a backup was taken.
type Reason string

// The reasons of backups.
const (
	ReasonManual     Reason = "manual"
	ReasonSchedule   Reason = "schedule"
	ReasonPreRestore Reason = "pre-restore"
)

// Backup is the catalog's record of one backup. Times are UTC; a zero time
// means not yet.
type Backup struct {
	ID          ID        `json:"id"`
	Kind        Kind      `json:"kind"`
	Status      Status    `json:"status"`
	CreatedAt   time.Time `json:"created_at"`
	FinishedAt  time.Time `json:"finished_at,omitzero"`
	StoredSize  int64     `json:"stored_size"`  // bytes this backup added to the repository
	LogicalSize int64     `json:"logical_size"` // bytes of content that a restore writes
	FileCount   int64     `json:"file_count"`   // regular files
	Checksum    string    `json:"checksum"`     // lower-case hex SHA-256 of the manifest object
	// DatabaseOK and StorageOK say whether that component is in the backup whole.
	DatabaseOK bool     `json:"database_ok"`
	StorageOK  bool     `json:"storage_ok"`
	Errors     []string `json:"errors,omitempty"`   // what is not in the backup and should be
	Warnings   []string `json:"warnings,omitempty"` // what a user should know
	Reason     Reason   `json:"reason"`
	CreatedBy  string   `json:"created_by"` // e-mail or "schedule"
	Note       string   `json:"note,omitempty"`
	Pinned     bool     `json:"pinned"`
	// Accepted says that somebody confirmed what a backup lacks: it is meant so.
	Accepted bool `json:"accepted,omitempty"`
	// CancelRequested asks the run to stop; see [Service.Cancel].
	CancelRequested bool `json:"cancel_requested,omitempty"`

	VerifiedAt time.Time `json:"verified_at,omitzero"`
	// Damage is what was found damaged since a deep verification last found
	// nothing; nil is none.
	Damage    *Damage  `json:"damage,omitempty"`
	Encrypted bool     `json:"encrypted"`
	Progress  Progress `json:"progress"`
	// ExpiresAt is when a pre-restore backup may be rotated away.
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// SignedBy is the public key of who signed the manifest; "" is nobody.
	SignedBy string `json:"signed_by,omitempty"`
	// Host is the name of the machine that took it; "" is not known.
	Host string `json:"host,omitempty"`
	// Shrunk lists the components that lost so much since the last good backup,
	// or hold so much less than the database names, that this one does not count
	// as one, unless somebody confirms it.
	Shrunk []Component `json:"shrunk,omitempty"`
	// Amounts says how much of each component is in it; nil is not known.
	Amounts []Amount `json:"amounts,omitempty"`
	Lease   Lease    `json:"lease"`
	// Version counts the writes of the record; see [Catalog].
	Version int64 `json:"version"`
}

// NoticeNotDeleted is the warning of [Backup.Undeleted].
const NoticeNotDeleted = "This backup was marked as being deleted by something that may not delete, so it is kept. Verify it; if it is meant to go, delete it again."

// Undeleted returns the record of a backup that was not meant to be deleted, though
// it says so.
func (b Backup) Undeleted() Backup {
	b.Status = StatusCompleted
	if len(b.Errors) > 0 || slices.ContainsFunc(b.Kind.Components(), func(c Component) bool { return !b.holds(c) }) {
		b.Status = StatusPartial
	}
	b.Warnings = append(slices.Clip(b.Warnings), NoticeNotDeleted)
	return b
}

// Damage names what a verification, or whoever else read the backup, found
// damaged in the repository.
type Damage struct {
	Archives []string `json:"archives"`       // at most 100, named as in [Extent]
	More     bool     `json:"more,omitempty"` // there are others
	// Manifest says that the list of files is damaged, missing or another, or wrong
	// about what is stored.
	Manifest bool      `json:"manifest,omitempty"`
	FoundAt  time.Time `json:"found_at"`
}

// Progress is how far a backup or an operation is. Totals grow while a source
// is still being counted; they are real, never estimates of time.
type Progress struct {
	Phase      string `json:"phase"` // plan, copy, commit, verify, …; "" before the start
	DoneBytes  int64  `json:"done_bytes"`
	TotalBytes int64  `json:"total_bytes"`
	DoneFiles  int64  `json:"done_files"`
	TotalFiles int64  `json:"total_files"`
}

// Percent returns 0 to 100; 0 while no total is known.
func (p Progress) Percent() int {
	switch {
	case p.TotalBytes > 0:
		return int(min(100, p.DoneBytes*100/p.TotalBytes))
	case p.TotalFiles > 0:
		return int(min(100, p.DoneFiles*100/p.TotalFiles))
	}
	return 0
}

// Lease is a record's proof that its owner is alive: the owner renews it, and
// when Expires has passed anybody may end the record as failed.
type Lease struct {
	Owner   string    `json:"owner,omitempty"`
	Expires time.Time `json:"expires,omitzero"`
}

// Expired reports whether the lease's owner must be taken for dead.
func (l Lease) Expired(now time.Time) bool { return now.After(l.Expires) }
