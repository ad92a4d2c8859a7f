package main

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
)

// verifyCommand reads a backup back.
type verifyCommand struct {
	ID            string `arg:"" help:"The backup's id."`
	Shallow       bool   `help:"Check only that everything is there with its size."`
	AllowUnsigned bool   `help:"That nobody who is trusted has signed it is no failure."`
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
		return s.failed(b, o.Status, o.Errors)
	}
	for _, line := range o.Warnings {
		s.tell("warning: %s", line)
	}
	for _, line := range o.Warnings {
		s.tell("vertex-backup: %s", line)
	}
	r := *o.VerifyResult
	if err := s.print(r, func() error { return verified(s, id, r) }); err != nil {
		return err
	}
	if !r.Valid || !c.AllowUnsigned && r.Signature.Refused() != "" {
		return errTold
	}
	return partly(s, b, id, nil)
}

// depth says how far a verification looked.
func depth(r backup.VerifyReport) string {
	switch {
	case r.HashedOnly > 0:
		return fmt.Sprintf("; %d encrypted archives were not opened, since the secret key is not at hand: their bytes are as they were stored", r.HashedOnly)
	case r.Decoded:
		return ", all of it decoded and compared"
	}
	return "; only presence and sizes were looked at"
}

// verified prints what was found.
func verified(s *session, id backup.ID, r backup.VerifyReport) error {
	if why := r.Signature.Refused(); why != "" {
		s.tell("%s is not trusted. %s", id, why)
	}
	if r.Valid {
		_, err := fmt.Fprintf(s.out, "%s is whole: %d entries in %d archives, %s read%s\n", id, r.Entries, r.Archives, size(r.BytesRead), depth(r))
		return err
	}
	s.tell("%s is damaged. %s", id, r.Error)
	if s.flags.Verbose {
		for _, line := range r.Details {
			s.tell("why: %s", backup.Printable(line))
		}
	}
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
