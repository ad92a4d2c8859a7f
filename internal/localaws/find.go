package localaws

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/vertex-ar/backup/internal/errs"
)

// Root returns the repository's root: the nearest directory from the working
// directory upwards that has a go.mod. There being none is errs.ErrNotFound.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errs.New(errs.ErrNotFound, "The working directory is not inside the repository (no go.mod in it or above it).")
		}
	}
}

// find returns the program to run: the given one, else the one that the
// Makefile installed at below under the repository's root, else the one named
// like it on the PATH.
func find(given, below string) (string, error) {
	if given != "" {
		return given, nil
	}
	if root, err := Root(); err == nil {
		path := filepath.Join(root, filepath.FromSlash(below))
		if info, err := os.Stat(path); err == nil && info.Mode()&fs.ModeType == 0 {
			return path, nil
		}
	}
	name := filepath.Base(below)
	path, err := exec.LookPath(name)
	if err != nil {
		return "", errs.New(errs.ErrNotFound, "The program %s is not installed. \"make run\" and \"make test\" install it in the repository's .local.", name).Because(err)
	}
	return path, nil
}
