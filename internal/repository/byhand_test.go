package repository_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/memblob"
)

// byHand returns the commands that docs/format.md gives for restoring by hand.
func byHand(t *testing.T) map[string]string {
	t.Helper()
	for _, tool := range []string{"sh", "zstd", "tar", "jq", "sha256sum", "base64", "tac", "age"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
	doc, err := os.ReadFile("../../docs/format.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := map[string]string{}
	for _, m := range regexp.MustCompile("(?s)```sh\n# by-hand:([a-z]+)(.*?)```").FindAllSubmatch(doc, -1) {
		commands[string(m[1])] = "set -eu\n#" + string(m[2])
	}
	return commands
}

// TestMain puts what make installs on the path.
func TestMain(m *testing.M) {
	bin, err := filepath.Abs("../../.local/bin")
	if err == nil {
		err = os.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	}
	if err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// shell runs a documented command in dir and returns its output.
func shell(t *testing.T, dir, command string, env ...string) []byte {
	t.Helper()
	if command == "" {
		t.Fatal("docs/format.md does not have the command")
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.Bytes())
	}
	return out
}

// plainItems are the odd items that any user's file system can hold and read as they are.
func plainItems() []backup.Item {
	var items []backup.Item
	for _, it := range oddItems() {
		if !strings.HasPrefix(it.Path, "storage/time-") && it.Path != "storage/owner" && it.Mode != 0 {
			items = append(items, it)
		}
	}
	return items
}

// TestDocumentedCommandsRestoreByHand runs the very commands of docs/format.md.
func TestDocumentedCommandsRestoreByHand(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	store(t, newRepository(t, blobs), testID, plainItems()...)
	restoreByHand(t, blobs, t.TempDir(), "")
}

// TestDocumentedCommandsRestoreEncryptedArchivesByHand has archives of both kinds.
func TestDocumentedCommandsRestoreEncryptedArchivesByHand(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	blobs, root := newMem(), t.TempDir()
	half := plainItems()[:len(plainItems())/2]
	store(t, newEncrypted(t, blobs, "", key.recipient), otherID, half...)
	if _, _, err := tryStore(t.Context(), newRepository(t, blobs), testID, on(otherID), plainItems()...); err != nil {
		t.Fatal(err)
	}
	kinds := map[bool]bool{}
	for _, e := range entries(t, open(t, newRepository(t, blobs), testID)) {
		for _, x := range e.Extents {
			kinds[strings.HasSuffix(x.Archive, ".age")] = true
		}
	}
	if len(kinds) != 2 {
		t.Fatal("the backup should name archives of both kinds")
	}
	identity := filepath.Join(root, "key.txt")
	if err := os.WriteFile(identity, []byte("# a key\n"+key.identity+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	restoreByHand(t, blobs, root, identity)
}

// TestDocumentedCommandsRestoreAnEncryptedDatabase has nothing but one file.
func TestDocumentedCommandsRestoreAnEncryptedDatabase(t *testing.T) {
	t.Parallel()
	commands := byHand(t)
	key := newPair(t)
	blobs, root := newMem(), t.TempDir()
	database := []backup.Item{dir("database"), file(backup.DatabasePath, text(20<<20))}
	store(t, newEncrypted(t, blobs, "", key.recipient, newPair(t).recipient), testID, database...)
	exportTo(t, blobs, root)
	if err := os.WriteFile(filepath.Join(root, "key.txt"), []byte(key.identity), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "other.txt"), []byte(newPair(t).identity), 0o600); err != nil {
		t.Fatal(err)
	}
	wrong := exec.CommandContext(t.Context(), "sh", "-c", commands["decrypt"])
	wrong.Dir, wrong.Env = root, append(os.Environ(), "id="+string(testID), "identity=other.txt")
	if out, err := wrong.CombinedOutput(); err == nil {
		t.Errorf("another identity decrypts: %s", out)
	}
	for _, name := range []string{"check", "decrypt", "restore"} {
		shell(t, root, commands[name], "id="+string(testID), "identity=key.txt")
	}
	checkTree(t, filepath.Join(root, "restored"), database, time.Nanosecond)
}

// restoreByHand exports a store to root and runs all commands on the test's
// backup of plainItems.
func restoreByHand(t *testing.T, blobs *memblob.Store, root, identity string) {
	t.Helper()
	commands := byHand(t)
	exportTo(t, blobs, root)
	id := "id=" + string(testID)

	shell(t, root, commands["check"], id)
	shell(t, root, commands["decrypt"], id, "identity="+identity)
	shell(t, root, commands["restore"], id)
	checkTree(t, filepath.Join(root, "restored"), plainItems(), time.Nanosecond)
	shell(t, root, commands["unpack"], id)
	if got, want := treeOf(t, filepath.Join(root, "unpacked"), time.Second), treeOf(t, filepath.Join(root, "restored"), time.Second); !isSubset(got, want) {
		t.Error("archives unpack to what was not in the backup")
	}
	if n := bytes.Count(shell(t, root, commands["list"], id), []byte("\n")); n != len(plainItems()) {
		t.Errorf("list has %d lines, want %d", n, len(plainItems()))
	}
	for _, path := range []string{"storage/frame+1", "storage/new\nline", "storage/🎞️"} {
		got := shell(t, root, commands["one"], id, "path="+path)
		if !bytes.Equal(got, contentOf(t, plainItems(), path)) {
			t.Errorf("%q: other content by hand", path)
		}
	}
}

// TestDocumentedCommandsRestoreDeltasByHand does so with a database of which
// only changed pages were stored.
func TestDocumentedCommandsRestoreDeltasByHand(t *testing.T) {
	t.Parallel()
	commands := byHand(t)
	root := t.TempDir()
	blobs := newMem()
	r := newRepositoryOf(t, blobs, byPages)
	first := database(noise(1, 200*page+1))
	second := database(changed(noise(1, 200*page+1), 2, 10, 11, 90, 200))
	store(t, r, testID, first)
	if _, _, err := tryStore(t.Context(), r, otherID, on(testID), second); err != nil {
		t.Fatal(err)
	}
	exportTo(t, blobs, root)
	id := "id=" + string(otherID)

	shell(t, root, commands["check"], id)
	shell(t, root, commands["restore"], id)
	checkTree(t, filepath.Join(root, "restored"), []backup.Item{second}, time.Nanosecond)
	got := shell(t, root, commands["one"], id, "path="+backup.DatabasePath)
	if !bytes.Equal(got, contentOf(t, []backup.Item{second}, backup.DatabasePath)) {
		t.Error("other content by hand")
	}
	shell(t, root, commands["unpack"], id)
	checkTree(t, filepath.Join(root, "unpacked"), []backup.Item{first, deltaMember(second, 10, 11, 90, 200)}, time.Second)
}

// deltaMember is what an archive holds of these pages of a database.
func deltaMember(it backup.Item, numbers ...int) backup.Item {
	rc, err := it.Open(context.Background())
	if err != nil {
		panic(err)
	}
	all, _ := io.ReadAll(rc)
	var content []byte
	for _, n := range numbers {
		content = append(content, all[n*page:min(len(all), (n+1)*page)]...)
	}
	return file(it.Path+"."+string(otherID)+".pages", content)
}

func contentOf(t *testing.T, items []backup.Item, path string) []byte {
	t.Helper()
	for _, it := range items {
		if it.Path != path {
			continue
		}
		rc, err := it.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		return content
	}
	t.Fatalf("no item %q", path)
	return nil
}

// checkTree compares a directory with items. Directories that had to be made
// for deep paths are left out, and so are the times of directories; those of files
// are cut to unit.
func checkTree(t *testing.T, root string, items []backup.Item, unit time.Duration) {
	t.Helper()
	want, got := map[string]string{}, map[string]string{}
	for _, it := range items {
		switch it.Type {
		case backup.TypeFile:
			mode := fs.FileMode(it.Mode & 0o777)
			want[it.Path] = mode.String() + it.ModTime.Truncate(unit).UTC().String() + string(contentOf(t, items, it.Path))
		case backup.TypeSymlink:
			want[it.Path] = it.Link
		case backup.TypeDir:
			want[it.Path] = "dir"
		}
	}
	for path, what := range treeOf(t, root, unit) {
		if _, ok := want[path]; ok || what != "dir" {
			got[path] = what
		}
	}
	for path := range want {
		if want[path] == got[path] {
			delete(want, path)
			delete(got, path)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tree differs (-want +got):\n%.2000s", diff)
	}
}

// treeOf describes all that is below root, with times cut to unit.
func treeOf(t *testing.T, root string, unit time.Duration) map[string]string {
	t.Helper()
	tree := map[string]string{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == root {
			return err
		}
		rel, _ := filepath.Rel(root, name)
		tree[rel], err = describe(name, d, unit)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// isSubset reports whether all of a is in b.
func isSubset(a, b map[string]string) bool {
	for path, what := range a {
		if b[path] != what {
			return false
		}
	}
	return len(a) > 0
}

func describe(name string, d fs.DirEntry, unit time.Duration) (string, error) {
	if d.IsDir() {
		return "dir", nil
	}
	if d.Type() == fs.ModeSymlink {
		return os.Readlink(name)
	}
	info, err := d.Info()
	if err != nil {
		return "", err
	}
	content, err := os.ReadFile(name)
	return info.Mode().Perm().String() + info.ModTime().Truncate(unit).UTC().String() + string(content), err
}
