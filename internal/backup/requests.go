package backup

import "time"

// CreateRequest asks for a backup.
type CreateRequest struct {
	Kind Kind   `json:"type"`
	Note string `json:"note,omitempty"`
	// Test checks that the backup could be taken and counts it, but stores nothing.
	Test bool `json:"test,omitempty"`
	// Reread reads every file, also those of which size and time are what they
	// were in the backup before.
	Reread bool   `json:"reread,omitempty"`
	Reason Reason `json:"-"`
}

// CreateTest is the answer to a CreateRequest with Test.
type CreateTest struct {
	Files    int64
	Bytes    int64
	Warnings []string
}

// ListRequest filters the list. Zero values mean all.
type ListRequest struct {
	Kind   Kind
	Status Status
	Query  string // part of the ID, note or creator, any case
	From   time.Time
	To     time.Time
	Cursor string // from the page before
	Limit  int    // 1 to 1000; 0 is 100
}

// ListResult is one page, newest first.
type ListResult struct {
	Backups []Backup
	Next    string // cursor of the next page; "" at the end
}

// FilesRequest asks for entries of a backup.
type FilesRequest struct {
	ID     ID
	Prefix string // directory whose children are wanted; "" is the top
	Query  string // when set, all entries below Prefix whose path contains it, any case
	Cursor string
	Limit  int // 1 to 1000; 0 is 200
}

// FilesResult is one page of entries in byte order of path.
type FilesResult struct {
	Entries []Entry
	Next    string
}

// Stats counts the finished, restorable backups.
type Stats struct {
	Count       map[Kind]int64
	StoredSize  map[Kind]int64
	LogicalSize map[Kind]int64
	Latest      *Backup // newest restorable one of any kind
	Newest      map[Kind]Backup
	Failed      int64
	Running     int64
}

// CanDelete says whether deleting a backup is wise and allowed without force.
type CanDelete struct {
	CanDelete      bool
	Reason         string
	Recommendation string
	Total          int64          // restorable backups of all kinds
	Present        map[Kind]int64 // restorable backups by kind
	Kind           Kind
	IsLastOfKind   bool
}

// DeleteResult is what a delete did, over all of its IDs.
type DeleteResult struct {
	Deleted []ID
	Objects int64    // deleted from the repository
	Bytes   int64    // freed
	Missing []string // object keys that were gone already
	Swept   Cleared  // what no backup needed any more, beside those
}

// RestoreRequest asks for a restore.
type RestoreRequest struct {
	ID         ID          `json:"id"`
	Components []Component `json:"components,omitempty"` // empty: all that the backup holds
	Paths      []string    `json:"paths,omitempty"`      // empty: everything of the components
	// Compare reads the target's files instead of trusting their size and time.
	Compare      bool `json:"compare"`
	DryRun       bool `json:"dry_run"`
	SafetyBackup bool `json:"safety_backup"`
}

// RestoreResult is what a restore did, or with DryRun would do.
type RestoreResult struct {
	SafetyBackupID ID                        `json:"safety_backup_id,omitempty"`
	Plan           map[Component]PlanSummary `json:"plan"`
	DurationMS     int64                     `json:"duration_ms"`
}

// RestoreTest says whether a backup can be restored now.
type RestoreTest struct {
	FileExists         bool // manifest and archives are there with their sizes
	ChecksumValid      bool // the manifest is the one that the catalog knows
	ArchiveReadable    bool // the first and last archive decode
	DiskSpaceAvailable bool
	BackupSize         int64 // bytes stored
	RequiredSpace      int64
	AvailableSpace     int64
	CanRestore         bool
	Problems           []string
}

// VerifyRequest asks for a verification.
type VerifyRequest struct {
	ID   ID   `json:"id"`
	Deep bool `json:"deep"`
}

// RotateRequest asks for a rotation.
type RotateRequest struct {
	MaxBackups int  `json:"max_backups,omitempty"` // 0: the configured policy's
	DryRun     bool `json:"dry_run"`
}

// ReencryptRequest asks to encrypt what is stored for the recipients of today.
type ReencryptRequest struct {
	DryRun bool `json:"dry_run"`
}

// RotateResult is what a rotation did, or with DryRun would do.
type RotateResult struct {
	DryRun  bool          `json:"dry_run"`
	Kept    []Kept        `json:"kept"`
	Removed map[Kind][]ID `json:"removed"`
	Freed   int64         `json:"freed"` // bytes, of all that follows too
	Swept   Cleared       `json:"swept"` // what no backup needed any more
	// Repacked are archives of which less than half was still needed.
	Repacked Rewritten `json:"repacked"`
}

// Kept is a backup that a rotation keeps, and why.
type Kept struct {
	ID      ID       `json:"id"`
	Reasons []string `json:"reasons"`
}
