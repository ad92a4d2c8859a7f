package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/vertex-ar/backup/internal/repository/signing"
)

// keygenCommand makes a key that backups are signed with.
type keygenCommand struct {
	File rawPath `arg:"" help:"The file to write the secret key to. There must be none of that name."`
}

// Run implements the command.
func (c keygenCommand) Run(s *session) error {
	key, err := signing.Generate()
	if err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	if err := writeNew(string(c.File), key.File()); err != nil {
		return err
	}
	made := map[string]string{"public_key": key.Public().String(), "file": string(c.File)}
	return s.print(made, func() error {
		_, err := fmt.Fprintf(s.out, "SIGNING_KEY_FILE=%s   where backups are made\nTRUSTED_SIGNERS=%s   where they are restored\n", c.File, key.Public())
		return err
	})
}

// writeNew writes a file that is its owner's alone, and never over another.
func writeNew(name, text string) (err error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the user names it
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.WriteString(text); err != nil {
		return err
	}
	return f.Sync()
}
