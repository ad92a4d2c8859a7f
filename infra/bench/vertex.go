package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// vertex is this project's command, on a bucket alone.
type vertex struct{ *place }

func (v *vertex) line(args ...string) []string {
	return append([]string{v.binary, "--repository", "s3://" + bucket + "/vertex"}, args...)
}

func (v *vertex) setup(context.Context) error {
	v.env = append(v.env, "MIN_AGE_DAYS=0")
	return nil
}

func (v *vertex) create(string) []string {
	if v.set.database {
		return v.line("--database", filepath.Join(v.source, databaseName), "create", "--type", "database")
	}
	return v.line("--storage", v.source, "create", "--type", "storage")
}

func (v *vertex) newest(ctx context.Context) (string, error) {
	text, err := output(command(ctx, v.env, v.line("list", "--json")))
	if err != nil {
		return "", err
	}
	var all []struct{ ID string }
	if err := json.Unmarshal(text, &all); err != nil || len(all) == 0 {
		return "", errors.Join(errors.New("no backup is listed"), err)
	}
	return all[0].ID, nil
}

func (v *vertex) restore(id, to string) (argv []string, root string) {
	root = to
	if !v.set.database {
		root = filepath.Join(to, "storage")
	}
	return v.line("restore", id, "--to", to), root
}

func (v *vertex) oneFile(id, name, to string) (argv []string, root string) {
	return v.line("restore", id, "--to", to, "--path", "storage/"+name), filepath.Join(to, "storage")
}

func (v *vertex) verify(id string) []string { return v.line("verify", id) }

func (v *vertex) remove(id string) []string { return v.line("delete", id, "--yes", "--force") }

// encrypted is the same command with a key of its own.
type encrypted struct{ vertex }

func (e *encrypted) setup(context.Context) error {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	key := filepath.Join(e.work, "key.txt")
	e.env = append(e.env, "MIN_AGE_DAYS=0", "AGE_RECIPIENTS="+id.Recipient().String(), "AGE_IDENTITY_FILE="+key)
	return os.WriteFile(key, []byte(id.String()+"\n"), 0o600)
}
