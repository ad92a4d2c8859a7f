package backup

import (
	"context"
	"time"
)

// Catalog keeps the records of backups. A record is written with optimistic
// locking: Version 0 means new; otherwise the stored Version must equal the
// given one. Both cases fail with errs.ErrConflict when it is not so. A write
// that succeeds stores Version+1 and returns that record. A record that is too
// large (some 400 kB as JSON) is errs.ErrInvalid: its writer bounds its lists.
//
// Every catalog passes catalogtest.
type Catalog interface {
	// PutBackup writes b under the rule above.
	PutBackup(ctx context.Context, b Backup) (Backup, error)
	// GetBackup reads one record; errs.ErrNotFound.
	GetBackup(ctx context.Context, id ID) (Backup, error)
	// ListBackups returns at most limit records (1 to 1000) newest first, those
	// older than the ID before ("" for the newest). Fewer than limit, also
	// none, means that there are no more.
	ListBackups(ctx context.Context, before ID, limit int) ([]Backup, error)
	// DeleteBackup removes the record if its Version is still b's, else
	// errs.ErrConflict; a record that is gone already is no error.
	DeleteBackup(ctx context.Context, b Backup) error
}

// Operations keeps the records of operations, under the rule of [Catalog].
type Operations interface {
	PutOperation(ctx context.Context, o Operation) (Operation, error)
	GetOperation(ctx context.Context, id ID) (Operation, error)
	// ListOperations is like ListBackups.
	ListOperations(ctx context.Context, before ID, limit int) ([]Operation, error)
}

// Lock is a held lock. Token grows with every holder (a fencing token).
type Lock struct {
	Name    string    `json:"name"`
	Owner   ID        `json:"owner"` // the backup or operation that holds it
	Token   int64     `json:"token"`
	Expires time.Time `json:"expires"`
}

// Locks keeps named locks that expire.
type Locks interface {
	// AcquireLock takes the lock if nobody holds it at now (it is free or has
	// expired), or if owner holds it already. Otherwise errs.ErrConflict. The
	// token is greater than all before, also when owner takes it again: its
	// former run can then not renew any more.
	AcquireLock(ctx context.Context, name string, owner ID, now time.Time, ttl time.Duration) (Lock, error)
	// RenewLock extends l to now+ttl if its owner and token still stand;
	// otherwise errs.ErrConflict: the holder must stop at once.
	RenewLock(ctx context.Context, l Lock, now time.Time, ttl time.Duration) (Lock, error)
	// ReleaseLock frees l if its owner and token still stand; it is no error
	// if they do not. The next holder's token is still greater than l's.
	ReleaseLock(ctx context.Context, l Lock) error
	// GetLock reads a lock; errs.ErrNotFound if it was never taken or is free.
	GetLock(ctx context.Context, name string) (Lock, error)
}

// AuditEntry is one line of the audit log.
type AuditEntry struct {
	Time      time.Time         `json:"time"`
	Actor     string            `json:"actor"` // e-mail, "schedule", or "" when nobody was signed in
	Role      Role              `json:"role,omitempty"`
	Address   string            `json:"address,omitempty"` // from where, an IP address
	Action    string            `json:"action"`            // create, restore, delete, rotate, sign-in, …
	Subject   string            `json:"subject,omitempty"` // an ID, or what was asked for
	Outcome   string            `json:"outcome"`           // accepted, refused, failed, completed
	Status    int               `json:"status,omitempty"`  // HTTP status
	Detail    string            `json:"detail,omitempty"`
	Arguments map[string]string `json:"arguments,omitempty"` // never a secret
}

// AuditLog keeps who did what.
type AuditLog interface {
	// AppendAudit writes one line; two lines of the same time both stay.
	AppendAudit(ctx context.Context, e AuditEntry) error
	// ListAudit returns at most limit lines newest first and a cursor for the
	// next page, "" when there are no more. It looks back 13 months at most.
	ListAudit(ctx context.Context, now time.Time, cursor string, limit int) (page []AuditEntry, next string, err error)
}

// Idempotency remembers which record a key led to.
type Idempotency interface {
	// Remember binds key to id if the key is not bound and returns id, or
	// returns the ID it is bound to. If replace is not "", a key bound to
	// replace is bound to id instead. A binding lives until expires, at least.
	Remember(ctx context.Context, key string, id, replace ID, expires time.Time) (ID, error)
}
