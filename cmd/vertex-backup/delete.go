package main

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
)

// deleteCommand deletes a backup.
type deleteCommand struct {
	ID    string `arg:"" help:"The backup's id."`
	Force bool   `help:"Do it, even if it is the last backup of its kind."`
}

// deleted is the result as JSON.
type deleted struct {
	Deleted []backup.ID `json:"deleted"`
	Objects int64       `json:"objects"`
	Bytes   int64       `json:"bytes"`
	Missing []string    `json:"missing"`
}

// Run implements the command.
func (c deleteCommand) Run(s *session) error {
	id, err := parseID(c.ID)
	if err != nil {
		return err
	}
	if !c.Force {
		return fmt.Errorf("%w: a backup that is deleted is gone. Add --force if that is meant", errUsage)
	}
	b, err := s.openAny("")
	if err != nil {
		return err
	}
	res, err := b.Service.Delete(s.ctx, s.actor(), []backup.ID{id}, c.Force)
	if err != nil {
		return err
	}
	return s.print(deleted{res.Deleted, res.Objects, res.Bytes, list(res.Missing)}, func() error {
		_, err := fmt.Fprintf(s.out, "deleted %s: %d objects, %s freed\n", id, res.Objects, size(res.Bytes))
		return err
	})
}
