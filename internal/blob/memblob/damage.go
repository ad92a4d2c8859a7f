package memblob

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
)

// Clone returns a Store with the same content that changes independently.
func (s *Store) Clone() *Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &Store{now: s.now, objects: maps.Clone(s.objects)}
}

// Contents returns all objects' bytes by key, to compare two states.
func (s *Store) Contents() map[string][]byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string][]byte, len(s.objects))
	for key, o := range s.objects {
		all[key] = slices.Clone(o.content)
	}
	return all
}

// FlipBit inverts the lowest bit of the byte at offset; a negative offset
// counts from the end. It panics if there is no such byte.
func (s *Store) FlipBit(key string, offset int) {
	s.Change(key, func(content []byte) []byte {
		if offset < 0 {
			offset += len(content)
		}
		content[offset] ^= 1
		return content
	})
}

// Truncate cuts the last n bytes off. It panics if there are fewer.
func (s *Store) Truncate(key string, n int) {
	s.Change(key, func(content []byte) []byte { return content[:len(content)-n] })
}

// Swap exchanges the contents of two objects. It panics if one is missing.
func (s *Store) Swap(a, b string) {
	contents := s.Contents()
	s.Change(a, func([]byte) []byte { return contents[b] })
	s.Change(b, func([]byte) []byte { return contents[a] })
}

// Change replaces an object's bytes by what f makes of a copy of them; the
// metadata stays. It panics if the object is missing.
func (s *Store) Change(key string, f func(content []byte) []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.objects[key]
	if !ok {
		panic(fmt.Sprintf("memblob: no object %q", key))
	}
	o.content = f(bytes.Clone(o.content))
	o.info.Size = int64(len(o.content))
	s.objects[key] = o
}
