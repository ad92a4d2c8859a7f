package main

import (
	"fmt"
	"strings"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
)

// createCommand makes a backup.
type createCommand struct {
	Kind   string `help:"What to back up: database, storage or full." name:"type" enum:"database,storage,full" required:"" placeholder:"TYPE"`
	Note   string `help:"A note for those who look for it later."`
	Reread bool   `help:"Read every file, also those of which size and time are what they were in the backup before."`

	IgnoreCtime bool `help:"Let size and time decide alone which files are read again, for file systems with unreliable change times or inodes."`
}

// Run implements the command.
func (c createCommand) Run(s *session) error {
	kind := backup.Kind(c.Kind)
	cfg, err := s.config()
	if err != nil {
		return err
	}
	cfg.IgnoreChangeTime = cfg.IgnoreChangeTime || c.IgnoreCtime
	if err := missing(kind, cfg); err != nil {
		return err
	}
	b, err := s.open(cfg, app.CommandOptions{})
	if err != nil {
		return err
	}
	made, err := b.Service.Create(s.ctx, s.actor(), backup.CreateRequest{Kind: kind, Note: c.Note, Reread: c.Reread})
	if err != nil {
		return err
	}
	if !made.Status.Restorable() {
		return s.failed(b, made.Status, made.Errors)
	}
	for _, line := range made.Warnings {
		s.tell("warning: %s", line)
	}
	for _, line := range made.Errors {
		s.tell("missing: %s", line)
	}
	if len(made.Shrunk) > 0 {
		s.tell("to accept it: vertex-backup edit %s --accept", made.ID)
	}
	err = s.print(viewOf(made), func() error {
		_, err := fmt.Fprintf(s.out, "%s  %s: %d files, %s; %s stored\n",
			made.ID, made.Status, made.FileCount, size(made.LogicalSize), size(made.StoredSize))
		return err
	})
	if err == nil && made.Status == backup.StatusPartial {
		err = errPartial
	}
	return err
}

// missing names the flags without which a kind cannot be backed up.
func missing(kind backup.Kind, cfg app.Config) error {
	var flags []string
	for _, c := range kind.Components() {
		if c == backup.ComponentDatabase && cfg.DatabasePath == "" || c == backup.ComponentStorage && cfg.StoragePath == "" {
			flags = append(flags, "--"+string(c))
		}
	}
	if len(flags) == 0 {
		return nil
	}
	return fmt.Errorf("%w: create --type %s also needs %s", errUsage, kind, strings.Join(flags, " and "))
}
