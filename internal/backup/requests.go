package backup

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"
)

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

// EditRequest changes what people say of a backup; nil leaves it as it is.
type EditRequest struct {
	Pinned   *bool
	Note     *string
	Accepted *bool
}

// OperationsRequest filters the list of operations.
type OperationsRequest struct {
	Active bool   // only those that have not ended
	Cursor string // from the page before
	Limit  int    // 1 to 1000; 0 is 100
}

// OperationsResult is one page, newest first.
type OperationsResult struct {
	Operations []Operation
	Next       string // cursor of the next page; "" at the end
}

// FilesRequest asks for entries of a backup.
type FilesRequest struct {
	ID     ID
	Prefix string // directory whose children are wanted; "" is the top
	Query  string // when set, all entries below Prefix whose path contains it, any case
	Cursor string // from the page before
	Limit  int    // 1 to 1000; 0 is 200
}

// FilesResult is one page of entries in byte order of path.
type FilesResult struct {
	Entries []Entry
	Next    string // cursor of the next page; "" at the end
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
	Damaged     int64 // of them a verification found something damaged
	MaxBackups  int   // of each kind, that a rotation keeps
	// LastVerified is the one of which a deep verification last found nothing wrong.
	LastVerified *Backup
	// LastRestore is the newest restore that has ended and was no dry run.
	LastRestore *Operation
	// LastFailure is the newest failed or partial backup that no complete one of
	// its kind has followed.
	LastFailure *Backup
	// NewestComponent is the newest complete backup that holds a component whole.
	NewestComponent map[Component]Backup
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
	// Unread are backups whose lists of files are damaged: archives stay because of them.
	Unread []ID
}

// RestoreRequest asks for a restore.
type RestoreRequest struct {
	ID         ID          `json:"id"`
	Components []Component `json:"components,omitempty"` // empty: all that the backup holds
	Paths      Paths       `json:"paths,omitempty"`      // empty: everything of the components
	// Compare reads the target's files instead of trusting their size and time.
	Compare      bool `json:"compare"`
	DryRun       bool `json:"dry_run"`
	SafetyBackup bool `json:"safety_backup"`
	// KeepSetuid restores the set-user-id and set-group-id bits of files too.
	KeepSetuid bool `json:"keep_setuid,omitempty"`
	// AllowUnsigned restores also what nobody who is trusted has signed.
	AllowUnsigned bool `json:"allow_unsigned,omitempty"`
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
	Warnings           []string // what the backup lacks
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

// Format is the form in which something of a backup is handed out.
type Format string

// The formats of exports.
const (
	FormatRaw Format = "raw" // a file as it is
	FormatZip Format = "zip"
	FormatTar Format = "tar.zst"
)

// Raw is text of any bytes. In records, which hold text, it is base64.
type Raw string

// MarshalText implements encoding.TextMarshaler.
func (r Raw) MarshalText() ([]byte, error) {
	return base64.StdEncoding.AppendEncode(nil, []byte(r)), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (r *Raw) UnmarshalText(text []byte) error {
	b, err := base64.StdEncoding.AppendDecode(nil, text)
	*r = Raw(b)
	return err
}

// Paths are paths of any bytes. In records, which hold text, those that are not
// UTF-8 are in base64 with a NUL before it.
type Paths []string

// rawPath starts a path that is written in base64; no path has a NUL.
const rawPath = "\x00"

// MarshalJSON implements json.Marshaler.
func (p Paths) MarshalJSON() ([]byte, error) {
	texts := make([]string, len(p))
	for i, path := range p {
		texts[i] = path
		if !utf8.ValidString(path) {
			texts[i] = rawPath + base64.StdEncoding.EncodeToString([]byte(path))
		}
	}
	return json.Marshal(texts)
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *Paths) UnmarshalJSON(text []byte) error {
	var texts []string
	if err := json.Unmarshal(text, &texts); err != nil {
		return err
	}
	for i, t := range texts {
		encoded, raw := strings.CutPrefix(t, rawPath)
		if !raw {
			continue
		}
		b, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return err
		}
		texts[i] = string(b)
	}
	*p = texts
	return nil
}

// ExportRequest asks for a copy of what is in a backup, to download.
type ExportRequest struct {
	ID   ID  `json:"id"`
	Path Raw `json:"path,omitempty"` // of a file or directory; "" is the whole backup
	// Format is "" for that which suits: raw for a file, zip for a directory,
	// tar.zst for a whole backup.
	Format Format `json:"format"`
	// AllowUnsigned exports also what nobody who is trusted has signed.
	AllowUnsigned bool `json:"allow_unsigned,omitempty"`
}

// Export is a copy of what is in a backup that can be downloaded for a while.
type Export struct {
	Name      string    `json:"name"` // for the one who saves it; any text without a slash
	Size      int64     `json:"size"`
	SHA256    string    `json:"sha256"` // lower-case hex
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// Damaged says that there is none, since what was asked for is damaged.
	Damaged bool `json:"damaged,omitempty"`
}

// Preview is a picture in a backup.
type Preview struct {
	Type    string // image/png, image/jpeg, image/gif or image/webp
	Content []byte
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
