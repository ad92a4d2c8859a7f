package faultblob

import (
	"bytes"
	"io"
)

// Flip makes answers to Get and GetRange that which chooses, by their number since
// this call, counted from 1, and their key, differ in one bit from what is stored, as if a cable or a
// proxy had damaged them. nil ends that.
func (s *Store) Flip(which func(read int, key string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flips, s.reads = which, 0
}

// Reads returns how many calls of Get and GetRange there were since Flip.
func (s *Store) Reads() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

// flipping returns open, or open with damage to what it opens.
func (s *Store) flipping(key string, open func() (io.ReadCloser, error)) func() (io.ReadCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	if s.flips == nil || !s.flips(s.reads, key) {
		return open
	}
	return func() (io.ReadCloser, error) {
		rc, err := open()
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(rc)
		if err != nil {
			return nil, err
		}
		if len(b) > 0 {
			b[len(b)/2] ^= 1
		}
		return flipped{bytes.NewReader(b), rc}, nil
	}
}

// flipped reads what was damaged.
type flipped struct {
	io.Reader
	io.Closer
}
