package main

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
)

// rotateCommand applies the retention policy.
type rotateCommand struct {
	DryRun     bool `help:"Only say what would be removed."`
	MaxBackups int  `help:"How many of each type to keep; else what MAX_BACKUPS says." placeholder:"N"`
	Yes        bool `help:"Do it. Without a catalog this is needed as soon as a backup would be removed."`
}

// Run implements the command.
func (c rotateCommand) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	b, err := s.openAny("")
	if err != nil {
		return err
	}
	if err := b.Found(s.ctx); err != nil {
		return err
	}
	if cfg.Table == "" && !c.DryRun && !c.Yes {
		plan, err := c.rotate(s, b, true)
		if err != nil {
			return err
		}
		if len(plan.Removed) > 0 {
			if err := rotated(s, plan); err != nil {
				return err
			}
			return fmt.Errorf("%w: backups that are removed are gone. Add --yes if that is meant, or --dry-run to see only what would go", errUsage)
		}
	}
	r, err := c.rotate(s, b, c.DryRun)
	if err != nil {
		return err
	}
	return s.print(r, func() error { return rotated(s, r) })
}

// rotate asks the service, and tells what it warns of.
func (c rotateCommand) rotate(s *session, b *app.ByHand, dry bool) (backup.RotateResult, error) {
	o, err := b.Service.Rotate(s.ctx, s.actor(), backup.RotateRequest{MaxBackups: c.MaxBackups, DryRun: dry})
	if err != nil {
		return backup.RotateResult{}, err
	}
	if o.Status != backup.StatusCompleted || o.RotateResult == nil {
		return backup.RotateResult{}, s.failed(b, o.Status, o.Errors)
	}
	for _, line := range o.Warnings {
		s.tell("vertex-backup: %s", line)
	}
	return *o.RotateResult, nil
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
