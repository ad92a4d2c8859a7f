package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// kopiaName is the name of a tool that gives directories times of its own: the
// newest of what is in them.
const kopiaName = "kopia"

// kopia is kopia with its defaults.
type kopia struct{ *place }

func (k *kopia) line(args ...string) []string {
	return append([]string{k.binary, "--no-progress", "--log-level=warning"}, args...)
}

func (k *kopia) setup(ctx context.Context) error {
	k.env = append(k.env, "KOPIA_PASSWORD="+password, "KOPIA_CHECK_FOR_UPDATES=false",
		"KOPIA_CONFIG_PATH="+filepath.Join(k.work, "kopia.config"),
		"KOPIA_CACHE_DIRECTORY="+filepath.Join(k.work, "kopia-cache"), "KOPIA_LOG_DIR="+filepath.Join(k.work, "kopia-log"))
	_, err := output(command(ctx, k.env, k.line("repository", "create", "s3", "--bucket", bucket, "--prefix", "kopia/",
		"--endpoint", strings.TrimPrefix(k.endpoint, "http://"), "--disable-tls")))
	return err
}

func (k *kopia) create(string) []string { return k.line("snapshot", "create", k.source) }

func (k *kopia) newest(ctx context.Context) (string, error) {
	text, err := output(command(ctx, k.env, k.line("snapshot", "list", "--json", k.source)))
	if err != nil {
		return "", err
	}
	var all []struct{ ID string }
	if err := json.Unmarshal(text, &all); err != nil || len(all) == 0 {
		return "", errors.Join(errors.New("no snapshot is listed"), err)
	}
	return all[len(all)-1].ID, nil
}

func (k *kopia) restore(id, to string) (argv []string, root string) {
	return k.line("snapshot", "restore", id, to), to
}

func (k *kopia) oneFile(id, name, to string) (argv []string, root string) {
	file := filepath.Join(to, name)
	_ = os.MkdirAll(filepath.Dir(file), 0o750) // kopia makes none for a file, and says so if there is none
	return k.line("snapshot", "restore", id+"/"+name, file), to
}

func (k *kopia) verify(string) []string {
	return k.line("snapshot", "verify", "--verify-files-percent=100")
}

func (k *kopia) remove(id string) []string { return k.line("snapshot", "delete", id, "--delete") }
