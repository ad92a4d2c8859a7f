package main

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
)

// verifyCommand reads a backup back.
type verifyCommand struct {
	ID      string `arg:"" help:"The backup's id."`
	Shallow bool   `help:"Check only that everything is there with its size."`
}

// Run implements the command.
func (c verifyCommand) Run(s *session) error {
	id, err := parseID(c.ID)
	if err != nil {
		return err
	}
	b, err := s.openAny(id)
	if err != nil {
		return err
	}
	o, err := b.Service.Verify(s.ctx, s.actor(), backup.VerifyRequest{ID: id, Deep: !c.Shallow})
	if err != nil {
		return err
	}
	if o.Status != backup.StatusCompleted || o.VerifyResult == nil {
		return s.failed(b, o.Errors)
	}
	r := *o.VerifyResult
	if err := s.print(r, func() error { return verified(s, id, r) }); err != nil {
		return err
	}
	if !r.Valid {
		return errTold
	}
	return nil
}

// verified prints what was found.
func verified(s *session, id backup.ID, r backup.VerifyReport) error {
	if r.Valid {
		_, err := fmt.Fprintf(s.out, "%s is whole: %d entries in %d archives, %s read\n", id, r.Entries, r.Archives, size(r.BytesRead))
		return err
	}
	s.tell("%s is damaged. %s", id, r.Error)
	for _, name := range r.DamagedArchives {
		if _, err := fmt.Fprintf(s.out, "damaged archive  %s\n", backup.Printable(name)); err != nil {
			return err
		}
	}
	for _, name := range r.DamagedFiles {
		if _, err := fmt.Fprintf(s.out, "damaged file     %s\n", backup.Printable(name)); err != nil {
			return err
		}
	}
	return nil
}
