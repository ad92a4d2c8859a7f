package main

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
)

// password is that of the peers' repositories, which live for minutes.
const password = "bench-password"

// restic is restic with its defaults.
type restic struct{ *place }

func (r *restic) line(args ...string) []string { return append([]string{r.binary, "--quiet"}, args...) }

func (r *restic) setup(ctx context.Context) error {
	r.env = append(r.env, "RESTIC_REPOSITORY=s3:"+r.endpoint+"/"+bucket+"/restic", "RESTIC_PASSWORD="+password,
		"RESTIC_CACHE_DIR="+filepath.Join(r.work, "restic-cache"))
	_, err := output(command(ctx, r.env, r.line("init")))
	return err
}

func (r *restic) create(string) []string { return r.line("backup", r.source) }

func (r *restic) newest(ctx context.Context) (string, error) {
	text, err := output(command(ctx, r.env, r.line("snapshots", "--json")))
	if err != nil {
		return "", err
	}
	var all []struct{ ID string }
	if err := json.Unmarshal(text, &all); err != nil || len(all) == 0 {
		return "", errors.Join(errors.New("no snapshot is listed"), err)
	}
	return all[len(all)-1].ID, nil
}

func (r *restic) restore(id, to string) (argv []string, root string) {
	return r.line("restore", id, "--target", to), filepath.Join(to, r.source)
}

func (r *restic) oneFile(id, name, to string) (argv []string, root string) {
	return r.line("restore", id, "--target", to, "--include", filepath.Join(r.source, name)), filepath.Join(to, r.source)
}

func (r *restic) verify(string) []string { return r.line("check", "--read-data") }

func (r *restic) remove(id string) []string { return r.line("forget", id, "--prune") }
