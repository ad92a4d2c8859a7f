package catalog

import "github.com/vertex-ar/backup/internal/backup"

// Catalog is everything that a catalog keeps for the domain.
type Catalog interface {
	backup.Catalog
	backup.Operations
	backup.Locks
	backup.AuditLog
	backup.Logs
	backup.Idempotency
	backup.Sessions
}
