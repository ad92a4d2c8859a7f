package main

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
)

// rotateCommand applies the retention policy.
type rotateCommand struct {
	DryRun     bool `help:"Only say what would be removed."`
	MaxBackups int  `help:"How many of each type to keep; else what MAX_BACKUPS says." placeholder:"N"`
}

// Run implements the command.
func (c rotateCommand) Run(s *session) error {
	b, err := s.openAny("")
	if err != nil {
		return err
	}
	if err := b.Found(s.ctx); err != nil {
		return err
	}
	o, err := b.Service.Rotate(s.ctx, s.actor(), backup.RotateRequest{MaxBackups: c.MaxBackups, DryRun: c.DryRun})
	if err != nil {
		return err
	}
	if o.Status != backup.StatusCompleted || o.RotateResult == nil {
		return s.failed(b, o.Status, o.Errors)
	}
	for _, line := range o.Warnings {
		s.tell("vertex-backup: %s", line)
	}
	return s.print(*o.RotateResult, func() error { return rotated(s, *o.RotateResult) })
}

// rotated prints what was removed.
func rotated(s *session, r backup.RotateResult) error {
	would := ""
	if r.DryRun {
		would = "would be "
	}
	for _, kind := range backup.Kinds() {
		for _, id := range r.Removed[kind] {
			if _, err := fmt.Fprintf(s.out, "%sremoved  %s\n", would, id); err != nil {
				return err
			}
		}
	}
	_, err := fmt.Fprintf(s.out, "%d backups kept; %d needless objects %sswept, %d archives %srepacked; %s %sfreed\n",
		len(r.Kept), r.Swept.Objects, would, r.Repacked.Archives, would, size(r.Freed), would)
	return err
}
