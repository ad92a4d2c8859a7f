package directory

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"sync"
)

// spot is a directory of the tree that is held open, since a path costs a few
// calls for each of its elements.
type spot struct {
	path string
	root *os.Root
	dir  *os.File
	fd   int // dir's, for calls that os.Root does not have
}

func openSpot(root *os.Root, dir string) (*spot, error) {
	sub, err := root.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	file, err := sub.Open(".")
	if err != nil {
		return nil, errors.Join(err, sub.Close())
	}
	return &spot{path: dir, root: sub, dir: file, fd: int(file.Fd())}, nil
}

func (s *spot) close() {
	if s != nil {
		_, _ = s.dir.Close(), s.root.Close() // nothing was written through them
	}
}

// spots are the directories in which changes happen: the staging directory,
// by many goroutines, and the one in which the last change was, by one.
type spots struct {
	root    *os.Root
	staging string

	mu      sync.Mutex
	staged  *spot
	changed *spot
}

// at returns the directory that rel is in, and rel's name in it.
func (s *spots) at(rel string) (*spot, string, error) {
	dir, name := path.Dir(rel), path.Base(rel)
	s.mu.Lock()
	defer s.mu.Unlock()
	slot := &s.changed
	if dir == s.staging {
		slot = &s.staged
	}
	if *slot != nil && (*slot).path == dir {
		return *slot, name, nil
	}
	opened, err := openSpot(s.root, dir)
	if err != nil {
		return nil, "", err
	}
	(*slot).close()
	*slot = opened
	return opened, name, nil
}

// lstat is os.Root.Lstat.
func (s *spots) lstat(rel string) (fs.FileInfo, error) {
	in, name, err := s.at(rel)
	if errors.Is(err, fs.ErrPermission) { // to open a directory takes more rights than to look into it
		return s.root.Lstat(rel)
	}
	if err != nil {
		return nil, err
	}
	return in.root.Lstat(name)
}

// leave lets go of all directories, for one of them may be removed.
func (s *spots) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.staged.close()
	s.changed.close()
	s.staged, s.changed = nil, nil
}
