package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/vertex-ar/backup/internal/app"
	"github.com/vertex-ar/backup/internal/backup"
)

// restoreCommand brings a backup back.
type restoreCommand struct {
	ID             string             `arg:"" help:"The backup's id."`
	To             rawPath            `help:"Restore to DIR/app_data.db and DIR/storage instead of over the installation." placeholder:"DIR"`
	Path           []rawPath          `help:"Restore only this file or directory of the backup, as in storage/acme/photo.jpg. May be repeated." sep:"none"`
	Component      []backup.Component `help:"Restore only this component, database or storage, of a full backup." enum:"database,storage" placeholder:"COMPONENT"`
	Compare        bool               `help:"Compare the content of files also where size and time agree."`
	AllowUnsigned  bool               `help:"Restore it also if nobody who is trusted has signed it: whoever may write to the bucket can have made it."`
	KeepSetuid     bool               `help:"Restore the set-user-id and set-group-id bits of files too, with which programs get the rights of another user."`
	FollowLinks    bool               `help:"Restore through a symbolic link in the place of the database or the media, wherever it leads."`
	NoSafetyBackup bool               `help:"Do not back up first what is about to be replaced. An undo is not possible then."`
	Yes            bool               `help:"Do it: what is there is replaced, and what the backup does not have is removed."`
}

// restored is the result as JSON.
type restored struct {
	ID       backup.ID                               `json:"id"`
	To       string                                  `json:"to,omitempty"`
	Safety   backup.ID                               `json:"safety_backup_id,omitempty"`
	Plan     map[backup.Component]backup.PlanSummary `json:"plan"`
	Warnings []string                                `json:"warnings"`
}

// Run implements the command.
func (c restoreCommand) Run(s *session) error {
	id, err := parseID(c.ID)
	if err != nil {
		return err
	}
	if err := c.consent(); err != nil {
		return err
	}
	b, err := c.open(s, id)
	if err != nil {
		return err
	}
	o, err := b.Service.Restore(s.ctx, s.actor(), backup.RestoreRequest{
		ID: id, Components: c.Component, Paths: plainPaths(c.Path), Compare: c.Compare, SafetyBackup: c.To == "" && !c.NoSafetyBackup, KeepSetuid: c.KeepSetuid, AllowUnsigned: c.AllowUnsigned,
	})
	if err != nil {
		return err
	}
	if o.Status != backup.StatusCompleted {
		return s.failed(b, o.Status, o.Errors)
	}
	if err := c.report(s, o); err != nil {
		return err
	}
	return partly(s, b, id, o.Restore.Components)
}

// consent refuses what would replace something without having been asked to.
func (c restoreCommand) consent() error {
	if c.Yes {
		return nil
	}
	if c.To == "" {
		return fmt.Errorf("%w: this restores over the installation. Add --yes if that is meant, or --to DIR for another place", errUsage)
	}
	entries, err := os.ReadDir(string(c.To))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%w: %s is not empty. Choose another place, or add --yes to bring what is there to the state of the backup", errUsage, c.To)
	}
	return nil
}

// open puts the service together, with a scratch place as the installation if
// there is to be one.
func (c restoreCommand) open(s *session, id backup.ID) (*app.ByHand, error) {
	cfg, err := s.config()
	if err != nil {
		return nil, err
	}
	if c.To == "" {
		return s.open(cfg, app.CommandOptions{FollowLinks: c.FollowLinks}) // the safety backup builds on the other backups
	}
	to, err := filepath.Abs(string(c.To))
	if err != nil {
		return nil, err
	}
	cfg.DatabasePath, cfg.StoragePath = filepath.Join(to, "app_data.db"), filepath.Join(to, "storage")
	b, err := s.open(cfg, app.CommandOptions{Only: id, Copy: true, FollowLinks: c.FollowLinks})
	if err != nil {
		return nil, err
	}
	return b, os.MkdirAll(to, 0o700)
}

// report prints what was done.
func (c restoreCommand) report(s *session, o backup.Operation) error {
	r := restored{ID: o.BackupID, To: string(c.To), Warnings: list(o.Warnings)}
	var sum backup.PlanSummary
	if res := o.RestoreResult; res != nil {
		r.Safety, r.Plan = res.SafetyBackupID, res.Plan
		for _, p := range res.Plan {
			sum.Add(p)
		}
	}
	for _, line := range o.Warnings {
		s.tell("warning: %s", line)
	}
	return s.print(r, func() error {
		_, err := fmt.Fprintf(s.out, "restored %s: %d files, %s written; %d as they were; %d removed\n",
			r.ID, sum.WriteFiles, size(sum.WriteBytes), sum.Unchanged, sum.Remove)
		if err == nil && r.Safety != "" {
			_, err = fmt.Fprintf(s.out, "what was there before is in the safety backup %s\n", r.Safety)
		}
		return err
	})
}
