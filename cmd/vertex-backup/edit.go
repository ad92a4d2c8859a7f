package main

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
)

// editCommand changes what people say of a backup.
type editCommand struct {
	ID       string  `arg:"" help:"The backup's id."`
	Pin      bool    `help:"Never remove it." xor:"pin"`
	Unpin    bool    `help:"Let the policy decide." xor:"pin"`
	Accept   bool    `help:"What it lacks is meant so: it counts as whole." xor:"accept"`
	Unaccept bool    `help:"Take that back." xor:"accept"`
	Note     *string `help:"Some words about it; an empty text removes them." placeholder:"TEXT"`
}

// Run implements the command.
func (c editCommand) Run(s *session) error {
	id, err := parseID(c.ID)
	if err != nil {
		return err
	}
	req := backup.EditRequest{Note: c.Note}
	if c.Pin || c.Unpin {
		req.Pinned = &c.Pin
	}
	if c.Accept || c.Unaccept {
		req.Accepted = &c.Accept
	}
	b, err := s.openAny(id)
	if err != nil {
		return err
	}
	changed, err := b.Service.Edit(s.ctx, s.actor(), id, req)
	if err != nil {
		return err
	}
	return s.print(viewOf(changed), func() error {
		_, err := fmt.Fprintf(s.out, "%s: pinned %t, accepted %t, note %q\n", id, changed.Pinned, changed.Accepted, changed.Note)
		return err
	})
}
