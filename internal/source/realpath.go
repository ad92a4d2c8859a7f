package source

import (
	"errors"
	"io/fs"
	"path/filepath"
)

// RealPath resolves the symbolic links of a path of which the end may be missing.
func RealPath(name string) string {
	name, err := filepath.Abs(name)
	if err != nil {
		return name
	}
	there, rest := name, ""
	for {
		resolved, err := filepath.EvalSymlinks(there)
		if err == nil {
			return filepath.Join(resolved, rest)
		}
		if !errors.Is(err, fs.ErrNotExist) || filepath.Dir(there) == there {
			return name
		}
		there, rest = filepath.Dir(there), filepath.Join(filepath.Base(there), rest)
	}
}
