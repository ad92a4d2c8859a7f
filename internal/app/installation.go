package app

import (
	"os"
	"path/filepath"

	"github.com/vertex-ar/backup/internal/backup"
)

// withOwner tells the service which installation this is, so that another one does
// not work on its backups. A stack in AWS has a bucket of its own and needs none.
func (p *parts) withOwner() error {
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	i := backup.Installation{Name: p.cfg.Installation, Host: host, Database: p.cfg.DatabasePath, Storage: p.cfg.StoragePath}
	if i.Database != "" {
		i.Marks = append(i.Marks, mark(filepath.Dir(i.Database))...)
	}
	if i.Storage != "" {
		i.Marks = append(i.Marks, mark(i.Storage)...)
	}
	p.service.Installation, p.service.Installations = i, p.repository
	return nil
}
