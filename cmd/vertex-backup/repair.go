package main

import (
	"fmt"

	"github.com/vertex-ar/backup/internal/app"
)

// repairFormatCommand writes format.json anew.
type repairFormatCommand struct{}

// repaired is the result as JSON.
type repaired struct {
	Repaired  bool `json:"repaired"`
	Manifests int  `json:"manifests"`
}

// Run implements the command.
func (repairFormatCommand) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	n, done, err := app.RepairFormat(s.ctx, cfg, s.log())
	if err != nil {
		return err
	}
	return s.print(repaired{done, n}, func() error {
		text := "format.json is as it should be"
		if done {
			text = "format.json was written anew"
		}
		if done {
			text += fmt.Sprintf("; all %d lists of files read well", n)
		}
		_, err := fmt.Fprintln(s.out, text)
		return err
	})
}
