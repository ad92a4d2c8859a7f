package backup

import "time"

// Verb is what an operation does.
type Verb string

// The verbs of operations and jobs.
const (
	VerbCreate  Verb = "create" // of jobs only: its record is the Backup
	VerbRestore Verb = "restore"
	VerbVerify  Verb = "verify"
	VerbRotate  Verb = "rotate"
	// VerbReencrypt is of the command line only.
	VerbReencrypt Verb = "reencrypt"
)

// Operation is the record of a restore, verify, rotate or reencrypt.
type Operation struct {
	ID         ID        `json:"id"`
	Verb       Verb      `json:"verb"`
	BackupID   ID        `json:"backup_id,omitempty"`
	BackupKind Kind      `json:"backup_kind,omitempty"`
	Status     Status    `json:"status"`
	CreatedAt  time.Time `json:"created_at"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	CreatedBy  string    `json:"created_by"`
	Progress   Progress  `json:"progress"`
	Errors     []string  `json:"errors,omitempty"`
	Warnings   []string  `json:"warnings,omitempty"`
	// Of each verb the request and, once there is one, the result.
	Restore       *RestoreRequest `json:"restore,omitempty"`
	RestoreResult *RestoreResult  `json:"restore_result,omitempty"`
	Verify        *VerifyRequest  `json:"verify,omitempty"`
	VerifyResult  *VerifyReport   `json:"verify_result,omitempty"`
	Rotate        *RotateRequest  `json:"rotate,omitempty"`
	RotateResult  *RotateResult   `json:"rotate_result,omitempty"`

	Reencrypt       *ReencryptRequest `json:"reencrypt,omitempty"`
	ReencryptResult *Rewritten        `json:"reencrypt_result,omitempty"`

	Lease   Lease `json:"lease"`
	Version int64 `json:"version"`
}

// Job is a piece of work that runs outside a request: the second half of a
// POST (ID names its record), or what a schedule asks for (ID is empty).
type Job struct {
	Verb Verb `json:"job"`
	ID   ID   `json:"id,omitempty"`
	Kind Kind `json:"type,omitempty"` // of a scheduled create
	// Reread is that of a [CreateRequest].
	Reread bool `json:"reread,omitempty"`
	// Schedule and ScheduledTime together are the idempotency key of a
	// scheduled job: EventBridge delivers at least once.
	Schedule      string `json:"schedule,omitempty"`
	ScheduledTime string `json:"scheduled_time,omitempty"`
}
