package main

import (
	"context"
	"os"
	"path/filepath"
)

// tar is a plain tar file on the local disk, compressed by zstd: what a machine
// can do at best without a server, increments and checks.
type tar struct{ *place }

func (t *tar) dir() string { return filepath.Join(t.work, "tar") }

// shell runs a script with the archive as $1 and more arguments behind it.
func (t *tar) shell(script string, args ...string) []string {
	script = "set -e -o pipefail; " + script
	return append([]string{"bash", "-c", script, "tar", filepath.Join(t.dir(), "backup.tar.zst")}, args...)
}

func (t *tar) stored(context.Context, *store) (usage, error) { return usageOf(t.dir()) }

func (t *tar) setup(context.Context) error { return os.MkdirAll(t.dir(), 0o750) }

func (t *tar) create(op string) []string {
	if op != opFirst {
		return nil
	}
	return t.shell(`tar -C "$2" --format=posix -cf - . | zstd -q -3 >"$1"`, t.source)
}

func (t *tar) newest(context.Context) (string, error) { return "", nil }

func (t *tar) restore(_, to string) (argv []string, root string) {
	return t.shell(`mkdir -p "$2"; zstd -dcq "$1" | tar -C "$2" -xpf -`, to), to
}

func (t *tar) oneFile(_, name, to string) (argv []string, root string) {
	return t.shell(`mkdir -p "$2"; zstd -dcq "$1" | tar -C "$2" -xpf - "./$3"`, to, name), to
}

func (t *tar) verify(string) []string { return t.shell(`zstd -tq "$1"`) }

func (t *tar) remove(string) []string { return nil }
