package main

import (
	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
)

// partly is errPartial if a backup lacks something of the components, all of them
// if there are none.
func partly(s *session, b *app.ByHand, id backup.ID, parts []backup.Component) error {
	record, err := b.Service.Get(s.ctx, id)
	if err != nil {
		return err
	}
	if len(parts) == 0 {
		parts = record.Kind.Components()
	}
	if len(record.Lacks(parts)) > 0 {
		return errPartial
	}
	return nil
}
