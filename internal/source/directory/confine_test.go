package directory_test

import (
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vertex-ar/backup/internal/backup"
	"github.com/vertex-ar/backup/internal/errs"
	"github.com/vertex-ar/backup/internal/source/directory"
	"github.com/vertex-ar/backup/internal/source/sourcetest"
)

// hostile makes entries of a text: a line each, a letter for the type (f, d, l),
// the path, and behind a tab where a link leads.
func hostile(text string) *sourcetest.Backup {
	content := []byte("evil")
	b := &sourcetest.Backup{Content: map[[32]byte][]byte{sha256.Sum256(content): content}}
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" {
			continue
		}
		path, link, _ := strings.Cut(line[1:], "\t")
		e := backup.Entry{Path: path, ModTime: stamp, Mode: 0o777, UID: os.Geteuid(), GID: os.Getegid()}
		switch line[0] {
		case 'd':
			e.Type = backup.TypeDir
		case 'l':
			e.Type, e.Link = backup.TypeSymlink, link
		case 'f':
			e.Type, e.Size, e.SHA256 = backup.TypeFile, int64(len(content)), sha256.Sum256(content)
		}
		b.Entries = append(b.Entries, e)
	}
	return b
}

// FuzzRestoreStaysInside restores any entries into a tree with links that lead
// out of it: nothing outside changes, whatever the entries are.
func FuzzRestoreStaysInside(f *testing.F) {
	f.Add("dstorage\nfstorage/a\ndstorage/d\nfstorage/d/x\nlstorage/l\t../outside", "")
	f.Add("dstorage\nfstorage/../outside/precious", "")
	f.Add("dstorage\nlstorage/out\t../outside\nfstorage/out/precious", "")
	f.Add("dstorage\ndstorage/out\nfstorage/out/precious", "")
	f.Add("dstorage\nfstorage/out", "storage/out")
	f.Add("dstorage\nfstorage/deep/out/precious\nd..\nf/etc/passwd", "")
	f.Add("dstorage\ndstorage/deep\ndstorage/deep/out\nfstorage/deep/out/precious", "storage/deep/out/precious")
	f.Fuzz(func(t *testing.T, entries, path string) {
		outer := t.TempDir()
		outside, root := filepath.Join(outer, "outside"), filepath.Join(outer, "storage")
		put(t, outside, "precious", "precious", 0o600)
		put(t, root, "a", "a", 0o644)
		put(t, root, "deep/b", "b", 0o644)
		for _, link := range []string{"out", "deep/out"} {
			try(t, os.Symlink(outside, filepath.Join(root, link)))
		}
		before := tree(t, outside)
		opt := backup.RestoreOptions{Compare: true}
		if path != "" {
			opt.Paths = []string{path}
		}
		_, err := restoreWith(t.Context(), hostile(entries), root, opt, directory.Options{Scratch: t.TempDir(), Workers: 1})
		same(t, before, outside)
		if left, err := os.ReadDir(outer); err != nil || len(left) != 2 {
			t.Errorf("beside the tree there is %v, %v", left, err)
		}
		if errors.Is(err, errs.ErrCorrupt) && errs.Detail(err) == "" {
			t.Errorf("%v has no sentence for users", err)
		}
	})
}
