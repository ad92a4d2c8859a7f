package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/vertex-ar/backup/internal/backup"
)

// listCommand lists the backups.
type listCommand struct{}

// listPage is how many records are read at a time.
const listPage = 1000

// Run implements the command.
func (listCommand) Run(s *session) error {
	b, err := s.openAny("")
	if err != nil {
		return err
	}
	all := []view{}
	for cursor := ""; ; {
		page, err := b.Service.List(s.ctx, backup.ListRequest{Limit: listPage, Cursor: cursor})
		if err != nil {
			return err
		}
		for _, x := range page.Backups {
			all = append(all, viewOf(x))
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(all) == 0 {
		if err := b.Found(s.ctx); err != nil {
			return err
		}
	}
	return s.print(all, func() error { return table(s, all) })
}

func table(s *session, all []view) error {
	if len(all) == 0 {
		s.tell("There are no backups.")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "ID\tSTATUS\tFILES\tSIZE\tSTORED\tNOTE")
	for _, v := range all {
		note := v.Note
		switch {
		case len(v.Errors) > 0:
			note = v.Errors[0]
		case v.Damaged:
			note = "damaged; verify it. " + note
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%d\t%s\t%s\t%s\n",
			v.ID, v.Status, v.FileCount, size(v.LogicalSize), size(v.StoredSize), backup.Printable(note))
	}
	return w.Flush()
}
