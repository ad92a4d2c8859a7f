package memcatalog

import (
	"sync"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/catalog"
)

// Catalog implements [catalog.Catalog] in memory. Its
// methods may be called by many goroutines.
type Catalog struct {
	mu         sync.Mutex
	backups    table
	operations table
	locks      map[string]backup.Lock
	audit      map[string][]byte // encoded lines by catalog.AuditKey
	bindings   map[string]backup.ID
	logs       map[backup.ID][][]byte // encoded batches of lines
	revoked    []byte                 // encoded; nil is none
}

var _ catalog.Catalog = (*Catalog)(nil)

// New returns an empty catalog.
func New() *Catalog {
	return &Catalog{
		backups:    table{},
		operations: table{},
		locks:      map[string]backup.Lock{},
		audit:      map[string][]byte{},
		bindings:   map[string]backup.ID{},
		logs:       map[backup.ID][][]byte{},
	}
}
