package main

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
)

// adoptCommand makes the repository this installation's.
type adoptCommand struct{}

// adopted is the result as JSON.
type adopted struct {
	Was backup.Installation `json:"was"`
	Is  backup.Installation `json:"is"`
}

// Run implements the command.
func (adoptCommand) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	b, err := s.open(cfg, app.CommandOptions{})
	if err != nil {
		return err
	}
	was, err := b.Service.Adopt(s.ctx)
	if err != nil {
		return err
	}
	r := adopted{was, b.Service.Installation}
	return s.print(r, func() error {
		_, err := fmt.Fprintf(s.out, "the backups belong to this installation from now on: %s\n", r.Is)
		if err == nil && r.Was.String() != "" {
			_, err = fmt.Fprintf(s.out, "before they belonged to: %s\n", r.Was)
		}
		return err
	})
}
