package sourcetest

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// Tree describes everything below root, and root itself as ".": type, mode,
// owner, modification time to the nanosecond, and the content's SHA-256 or
// the link's target. It follows no links.
func Tree(root string) (map[string]string, error) {
	tree := map[string]string{}
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		tree[rel], err = describe(path)
		return err
	})
	return tree, err
}

func describe(path string) (string, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	line := fmt.Sprintf("%v %s", info.Mode(), info.ModTime().UTC().Format("2006-01-02T15:04:05.000000000"))
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		line += fmt.Sprintf(" %d:%d", st.Uid, st.Gid)
	}
	switch info.Mode().Type() {
	case 0:
		content, err := os.ReadFile(path)
		return fmt.Sprintf("%s %d %x", line, len(content), sha256.Sum256(content)), err
	case fs.ModeSymlink:
		target, err := os.Readlink(path)
		return fmt.Sprintf("%s -> %q", line, target), err
	default:
		return line, nil
	}
}

// Diff returns one line for each path that is not the same in both trees.
func Diff(want, got map[string]string) []string {
	var diffs []string
	for path, w := range want {
		if g, ok := got[path]; !ok {
			diffs = append(diffs, fmt.Sprintf("%q is missing: %s", path, w))
		} else if g != w {
			diffs = append(diffs, fmt.Sprintf("%q is %s, want %s", path, g, w))
		}
	}
	for path, g := range got {
		if _, ok := want[path]; !ok {
			diffs = append(diffs, fmt.Sprintf("%q should not be there: %s", path, g))
		}
	}
	slices.Sort(diffs)
	return diffs
}
