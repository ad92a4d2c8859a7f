package directory

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"sync"
	"sync/atomic"
)

// spot is a directory of the tree that is held open, since a path costs a few
// calls for each of its elements.
type spot struct {
	path string
	root *os.Root
	dir  *os.File
	fd   int // dir's, for calls that os.Root does not have

	users atomic.Int32 // who hold it; the last one to let go closes it
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
	s := &spot{path: dir, root: sub, dir: file, fd: int(file.Fd())}
	s.users.Store(1) // until close
	return s, nil
}

func (s *spot) close() {
	if s != nil {
		s.release()
	}
}

// release ends a hold.
func (s *spot) release() {
	if s.users.Add(-1) == 0 {
		_, _ = s.dir.Close(), s.root.Close() // nothing was written through them
	}
}

// maxSpots is how many directories are held open: those on the way to where
// the last change was, as trees are.
const maxSpots = 8

// spots are the directories in which changes happen: the staging directory,
// and the ones in which the last changes were. One goroutine finds them; others
// use what it holds for them.
type spots struct {
	root    *os.Root
	staging string

	mu      sync.Mutex
	staged  *spot
	changed []*spot // the one used last comes last
}

// at returns the directory that rel is in, and rel's name in it.
func (s *spots) at(rel string) (*spot, string, error) {
	dir, name := path.Dir(rel), path.Base(rel)
	s.mu.Lock()
	defer s.mu.Unlock()
	if dir == s.staging {
		if s.staged != nil {
			return s.staged, name, nil
		}
		var err error
		s.staged, err = openSpot(s.root, dir)
		return s.staged, name, err
	}
	if in := s.find(dir); in != nil {
		return in, name, nil
	}
	in, err := s.open(dir)
	return in, name, err
}

// hold is at for use by another goroutine, which releases the directory.
func (s *spots) hold(rel string) (*spot, string, error) {
	in, name, err := s.at(rel)
	if err == nil {
		in.users.Add(1)
	}
	return in, name, err
}

// find returns a directory that is held open, as the one used last.
func (s *spots) find(dir string) *spot {
	i := slices.IndexFunc(s.changed, func(in *spot) bool { return in.path == dir })
	if i < 0 {
		return nil
	}
	in := s.changed[i]
	s.changed = append(slices.Delete(s.changed, i, i+1), in)
	return in
}

// open opens a directory and holds it open, in the place of the one that was not
// used for longest. From the one above it the way is short.
func (s *spots) open(dir string) (*spot, error) {
	root, below := s.root, dir
	if above := s.find(path.Dir(dir)); above != nil {
		root, below = above.root, path.Base(dir)
	}
	in, err := openSpot(root, below)
	if err != nil {
		return nil, err
	}
	in.path = dir
	if len(s.changed) == maxSpots {
		s.changed[0].close()
		s.changed = slices.Delete(s.changed, 0, 1)
	}
	s.changed = append(s.changed, in)
	return in, nil
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
	for _, in := range s.changed {
		in.close()
	}
	s.staged, s.changed = nil, nil
}
