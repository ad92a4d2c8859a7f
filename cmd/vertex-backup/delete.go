package main

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
)

// deleteCommand deletes a backup.
type deleteCommand struct {
	ID    string `arg:"" help:"The backup's id."`
	Yes   bool   `help:"Do it, unless it is the last backup of its kind."`
	Force bool   `help:"Do it, even if it is the last of its kind. Without a catalog --yes is needed as well."`
}

// deleted is the result as JSON.
type deleted struct {
	Deleted []backup.ID `json:"deleted"`
	Objects int64       `json:"objects"`
	Bytes   int64       `json:"bytes"`
	Missing []string    `json:"missing"`
}

// ask says what would go, and how to say that it is meant so. Without a catalog nobody
// else knows of the delete, and no lock keeps it from what runs at the same time.
func (c deleteCommand) ask(s *session, svc *backup.Service, id backup.ID) error {
	b, err := svc.Get(s.ctx, id)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(s.out, "would be deleted  %s  %s  %d files, %s\n", b.ID, b.Status, b.FileCount, size(b.LogicalSize)); err != nil {
		return err
	}
	return fmt.Errorf("%w: a backup that is deleted is gone. Add --yes if that is meant", errUsage)
}

// Run implements the command.
func (c deleteCommand) Run(s *session) error {
	id, err := parseID(c.ID)
	if err != nil {
		return err
	}
	cfg, err := s.config()
	if err != nil {
		return err
	}
	b, err := s.openAny("")
	if err != nil {
		return err
	}
	if !c.Yes && (!c.Force || cfg.Table == "") {
		return c.ask(s, b.Service, id)
	}
	res, err := b.Service.Delete(s.ctx, s.actor(), []backup.ID{id}, c.Force)
	if err != nil {
		return err
	}
	for _, id := range res.Unread {
		s.tell("vertex-backup: the list of files of backup %s is damaged, so it is not known what it needs, and archives stay. Delete it too", id)
	}
	return s.print(deleted{res.Deleted, res.Objects, res.Bytes, list(res.Missing)}, func() error {
		_, err := fmt.Fprintf(s.out, "deleted %s: %d objects, %s freed\n", id, res.Objects, size(res.Bytes))
		return err
	})
}
