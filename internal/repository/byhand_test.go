package repository_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/blob/memblob"
	"github.com/vertex-ar/backup/internal/repository"
)

// byHand finds what docs/byhand.sh needs.
func byHand(t *testing.T) {
	t.Helper()
	for _, tool := range []string{"dash", "bash", "zstd", "jq", "sha256sum", "base64", "age"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
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

// script runs docs/byhand.sh in dir and returns its output.
func script(t *testing.T, shell, dir, identity string, args ...string) ([]byte, error) {
	t.Helper()
	name, err := filepath.Abs("../../docs/byhand.sh")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), shell, append([]string{name}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "identity="+identity, "TMPDIR="+t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, stderr.Bytes())
	}
	return out, err
}

// must is script that does not fail.
func must(t *testing.T, shell, dir, identity string, args ...string) []byte {
	t.Helper()
	out, err := script(t, shell, dir, identity, args...)
	if err != nil {
		t.Fatalf("%s %q: %v", shell, args, err)
	}
	return out
}

func shells() []string { return []string{"dash", "bash"} }

// plainItems are the odd items that any user's file system can hold and read as they are.
func plainItems() []backup.Item {
	items := []backup.Item{file("storage/"+strings.Repeat("d/", 40)+"deep", []byte("long path"))}
	for _, it := range oddItems() {
		if len(it.Path) < 2000 && !strings.HasPrefix(it.Path, "storage/time-") && it.Path != "storage/owner" && it.Mode != 0 {
			items = append(items, it)
		}
	}
	return items
}

// TestScriptRestoresByHand reads with docs/byhand.sh what was written.
func TestScriptRestoresByHand(t *testing.T) {
	t.Parallel()
	blobs := newMem()
	store(t, newRepository(t, blobs), testID, parented(plainItems())...)
	restoreByHand(t, blobs, t.TempDir(), "")
}

// parented adds the directories that items lie in and that are no items.
func parented(items []backup.Item) []backup.Item {
	known := map[string]bool{}
	for _, it := range items {
		known[it.Path] = true
	}
	for _, it := range items {
		for at := strings.LastIndexByte(it.Path, '/'); at > 0; at = strings.LastIndexByte(it.Path[:at], '/') {
			if parent := it.Path[:at]; !known[parent] {
				known[parent] = true
				items = append(items, dir(parent))
			}
		}
	}
	return sorted(items...)
}

// TestScriptRestoresEncryptedArchivesByHand has archives of both kinds.
func TestScriptRestoresEncryptedArchivesByHand(t *testing.T) {
	t.Parallel()
	key := newPair(t)
	blobs, root := newMem(), t.TempDir()
	all := parented(plainItems())
	store(t, newEncrypted(t, blobs, "", key.recipient), otherID, all[:len(all)/2]...)
	if _, _, err := tryStore(t.Context(), newRepository(t, blobs), testID, on(otherID), all...); err != nil {
		t.Fatal(err)
	}
	identity := filepath.Join(root, "key.txt")
	if err := os.WriteFile(identity, []byte("# a key\n"+key.identity+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	restoreByHand(t, blobs, root, identity)
	other := filepath.Join(root, "other.txt")
	if err := os.WriteFile(other, []byte(newPair(t).identity), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{other, ""} {
		if _, err := script(t, "dash", root, wrong, "restore", string(testID), "wrong"); err == nil {
			t.Errorf("%q opens it", wrong)
		}
	}
}

// restoreByHand exports a store to root and reads the test's backup of plainItems.
func restoreByHand(t *testing.T, blobs *memblob.Store, root, identity string) {
	t.Helper()
	byHand(t)
	exportTo(t, blobs, root)
	for _, shell := range shells() {
		must(t, shell, root, identity, "check", string(testID))
		must(t, shell, root, identity, "restore", string(testID), "restored-"+shell)
		checkTree(t, filepath.Join(root, "restored-"+shell), parented(plainItems()), time.Nanosecond)
		if n := bytes.Count(must(t, shell, root, identity, "list", string(testID)), []byte("\n")); n != len(parented(plainItems())) {
			t.Errorf("list has %d lines, want %d", n, len(parented(plainItems())))
		}
		for _, it := range plainItems() {
			if it.Type != backup.TypeFile || it.Size > 1<<20 {
				continue
			}
			got := must(t, shell, root, identity, "one", string(testID), it.Path)
			if !bytes.Equal(got, contentOf(t, plainItems(), it.Path)) {
				t.Errorf("%q: other content by hand", it.Path)
			}
		}
	}
}

// TestScriptRestoresDeltasByHand does so with a database of which only changed pages
// were stored.
func TestScriptRestoresDeltasByHand(t *testing.T) {
	t.Parallel()
	byHand(t)
	root := t.TempDir()
	blobs := newMem()
	r := newRepositoryOf(t, blobs, byPages)
	first := database(noise(1, 200*page+1))
	second := database(changed(noise(1, 200*page+1), 2, 10, 11, 90, 200))
	store(t, r, testID, dir("database"), first)
	if _, _, err := tryStore(t.Context(), r, otherID, on(testID), dir("database"), second); err != nil {
		t.Fatal(err)
	}
	exportTo(t, blobs, root)
	must(t, "dash", root, "", "check", string(otherID))
	must(t, "dash", root, "", "restore", string(otherID), "restored")
	checkTree(t, filepath.Join(root, "restored"), []backup.Item{dir("database"), second}, time.Nanosecond)
	if got := must(t, "dash", root, "", "one", string(otherID), backup.DatabasePath); !bytes.Equal(got, contentOf(t, []backup.Item{second}, backup.DatabasePath)) {
		t.Error("other content by hand")
	}
}

// TestScriptRefusesWhatLeadsElsewhere gives the script manifests that nobody but an
// attacker writes: it ends with a failure and has written nothing outside.
func TestScriptRefusesWhatLeadsElsewhere(t *testing.T) {
	t.Parallel()
	byHand(t)
	blobs := newMem()
	r := newStrict(t, blobs, repository.Options{})
	store(t, r, testID, dir("storage"), dir("storage/a"), file("storage/a/file", []byte("content")), link("storage/link", "a"))
	good := linesOf(t, blobs.Contents()[manifestKey])
	outside := t.TempDir()
	for what, c := range map[string][2]string{
		"above":                {`"path":"storage/a/file"`, `"path":"../../file"`},
		"absolute":             {`"path":"storage/a/file"`, `"path":"` + outside + `/file"`},
		"through a link":       {`"path":"storage/a","type":"dir"`, `"path":"storage/a","type":"symlink","link":"` + outside + `"`},
		"no directory":         {`"path":"storage/a/file"`, `"path":"storage/b/file"`},
		"a command as a path":  {`"path":"storage/a/file"`, `"path":"storage/a/$(touch ` + outside + `/x)';touch ` + outside + `/y;'/z"`},
		"a command as a mode":  {`"mode":"0644"`, `"mode":"0644;touch ` + outside + `/x"`},
		"a command as a time":  {`"mtime":"`, `"mtime":"$(touch ` + outside + `/x)`},
		"a command as a size":  {`"offset":`, `"offset":"1;touch ` + outside + `/x","x":`},
		"a command as a type":  {`"type":"file"`, `"type":"file;touch ` + outside + `/x"`},
		"another archive":      {`"archive":"`, `"archive":"../../../../etc/passwd`},
		"a NUL":                {`"path":"storage/a/file"`, `"path":"storage/a/f\u0000ile"`},
		"a NUL in base64":      {`"path":"storage/a/file"`, `"path_base64":"c3RvcmFnZS9hAP8="`},
		"base64 that is none":  {`"path":"storage/a/file"`, `"path_base64":"'; touch ` + outside + `/x; '"`},
		"above in base64":      {`"path":"storage/a/file"`, `"path_base64":"Li4v/w=="`},
		"another hash":         {`"sha256":"`, `"sha256":"0000000000000000`},
		"an owner with a sign": {`"uid":1000`, `"uid":-1`},
		"a line after a mode":  {`"mode":"0644"`, `"mode":"0644\n"`},
		"a line after a time":  {`Z","mode"`, `Z\n","mode"`},
		"a line after a hash":  {`","extents":[{`, `\n","extents":[{`},
	} {
		root := t.TempDir()
		lines := append([]string(nil), good...)
		changed := false
		for n := range lines[:len(lines)-1] {
			before := lines[n]
			lines[n] = strings.Replace(lines[n], c[0], c[1], 1)
			changed = changed || before != lines[n]
		}
		if !changed {
			t.Fatalf("%s: nothing changed", what)
		}
		blobs.Change(manifestKey, func([]byte) []byte { return fromLines(lines) })
		exportTo(t, blobs, root)
		for _, shell := range shells() {
			if out, err := script(t, shell, root, "", "restore", string(testID), "restored-"+shell); err == nil && what != "a command as a path" {
				t.Errorf("%s, %s: no failure: %s", what, shell, out)
			}
		}
		if left, err := os.ReadDir(outside); err != nil || len(left) > 0 {
			t.Fatalf("%s: %v was written outside, %v", what, left, err)
		}
	}
}

// TestScriptRestoresManyFilesInSeconds: an hour for a hundred thousand is enough.
func TestScriptRestoresManyFilesInSeconds(t *testing.T) {
	t.Parallel()
	byHand(t)
	blobs, root := newMem(), t.TempDir()
	items := []backup.Item{dir("storage")}
	for i := range 900 {
		items = append(items, file(fmt.Sprintf("storage/-%04d", i), fmt.Appendf(nil, "content %d", i)))
	}
	store(t, newRepository(t, blobs), testID, items...)
	exportTo(t, blobs, root)
	start := time.Now()
	must(t, "dash", root, "", "restore", string(testID), "restored")
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %s", took)
	}
	checkTree(t, filepath.Join(root, "restored"), items, time.Nanosecond)
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
