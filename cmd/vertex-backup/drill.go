package main

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
)

// drillCommand restores a backup to nowhere.
type drillCommand struct {
	ID            string `arg:"" optional:"" help:"The backup's id; the newest without it."`
	AllowUnsigned bool   `help:"Also if nobody who is trusted has signed it."`
}

// Run implements the command.
func (c drillCommand) Run(s *session) error {
	var id backup.ID
	if c.ID != "" {
		var err error
		if id, err = parseID(c.ID); err != nil {
			return err
		}
	}
	b, err := s.openAny(id)
	if err != nil {
		return err
	}
	r, err := b.Service.Drill(s.ctx, backup.DrillRequest{ID: id, AllowUnsigned: c.AllowUnsigned}, s.progress.show)
	if err != nil {
		return err
	}
	for _, line := range r.Warnings {
		s.tell("warning: %s", line)
	}
	if err := s.print(r, func() error { return drilled(s, r) }); err != nil {
		return err
	}
	if r.LostCount > 0 {
		return errTold
	}
	return partly(s, b, r.ID, nil)
}

// drilled prints what a drill found.
func drilled(s *session, r backup.DrillReport) error {
	if r.LostCount == 0 {
		how := "not all of it is encrypted"
		if r.Encrypted {
			how = "opened with the identity at hand"
		}
		_, err := fmt.Fprintf(s.out, "%s can be restored (%s): %d entries, %d files, %s read and compared with their hashes\n",
			r.ID, how, r.Entries, r.Files, size(r.Bytes))
		return err
	}
	s.tell("%s cannot be restored whole: %d of %d files are damaged", r.ID, r.LostCount, r.LostCount+r.Files)
	for _, path := range r.Lost {
		if _, err := fmt.Fprintf(s.out, "damaged file     %s\n", path); err != nil {
			return err
		}
	}
	return nil
}
