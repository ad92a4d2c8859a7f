package main

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/backup"
)

// reencryptCommand encrypts what is stored for other recipients.
type reencryptCommand struct {
	DryRun bool `help:"Only say what would be done."`
	Yes    bool `help:"Do it: archives that are older than a day are read, stored anew and then removed, whoever they were encrypted for."`
}

// Run implements the command. Each run of the service takes only so much at once.
func (c reencryptCommand) Run(s *session) error {
	if !c.DryRun && !c.Yes {
		return fmt.Errorf("%w: this stores all archives that are older than a day anew. Add --yes if that is meant, or --dry-run to see what would be done", errUsage)
	}
	b, err := s.openAny("")
	if err != nil {
		return err
	}
	var sum backup.Rewritten
	for {
		o, err := b.Service.Reencrypt(s.ctx, s.actor(), backup.ReencryptRequest{DryRun: c.DryRun})
		if err != nil {
			return err
		}
		if o.Status != backup.StatusCompleted || o.ReencryptResult == nil {
			return s.failed(b, o.Status, o.Errors)
		}
		r := *o.ReencryptResult
		r.Archives, r.Written, r.Freed = r.Archives+sum.Archives, r.Written+sum.Written, r.Freed+sum.Freed
		more := r.Archives > sum.Archives && r.Later > 0
		if sum = r; c.DryRun || !more {
			break
		}
	}
	return c.report(s, sum)
}

// report prints what was done. That something could not be opened is a failure.
func (c reencryptCommand) report(s *session, r backup.Rewritten) error {
	for _, name := range r.Locked {
		s.tell("no identity at hand opens %s", backup.Printable(name))
	}
	for _, name := range r.Damaged {
		s.tell("damaged: %s", backup.Printable(name))
	}
	err := s.print(r, func() error {
		did := "encrypted anew"
		if c.DryRun {
			did = "to be encrypted anew"
		}
		_, err := fmt.Fprintf(s.out, "%d archives %s, %s; %d are not a day old and stay as they are: if other recipients were set when they were stored, do this again tomorrow\n",
			r.Archives, did, size(r.Written), r.Young)
		if err == nil && r.Later > 0 {
			_, err = fmt.Fprintf(s.out, "%d more archives come after these\n", r.Later)
		}
		return err
	})
	if err == nil && len(r.Locked)+len(r.Damaged) > 0 {
		err = errTold
	}
	return err
}
