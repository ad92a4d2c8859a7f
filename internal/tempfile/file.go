package tempfile

import (
	"errors"
	"os"
)

// File is a temporary file, open for reading and writing. Close it.
type File struct {
	*os.File

	name string // if it has one that is to be removed
}

// New makes an empty file on the file system of dir; "" is the system's
// directory for temporary files. Its errors are those of the system.
func New(dir string) (*File, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	if f, err := nameless(dir); err == nil {
		return &File{File: f}, nil
	}
	return named(dir)
}

func named(dir string) (*File, error) {
	f, err := os.CreateTemp(dir, filePrefix+"*")
	if err != nil {
		return nil, err
	}
	t := &File{File: f}
	if err := os.Remove(f.Name()); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.name = f.Name()
	}
	return t, nil
}

// Close frees the file.
func (f *File) Close() error {
	err := f.File.Close()
	if f.name != "" {
		err = errors.Join(err, os.Remove(f.name))
	}
	return err
}
