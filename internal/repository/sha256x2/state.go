package sha256x2

import (
	"bytes"
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"hash"
)

// words are a hash on its way, between two blocks.
type words [sha256.Size / 4]uint32

// state is what a hash of crypto/sha256 writes with AppendBinary.
type state struct {
	words words
	size  uint64 // bytes hashed so far
	saved []byte
}

// Where things are in it.
const (
	magic    = "sha\x03"
	wordsAt  = len(magic)
	sizeAt   = wordsAt + sha256.Size + sha256.BlockSize
	stateLen = sizeAt + 8
)

// open gives h as much of b as it needs to come to the end of a block, and
// returns its state and the rest of b. ok is false if h is of another kind.
func open(h hash.Hash, b []byte) (s state, rest []byte, ok bool) {
	if s, ok = save(h); !ok {
		return s, b, false
	}
	if filled := int(s.size % sha256.BlockSize); filled > 0 {
		n := min(sha256.BlockSize-filled, len(b))
		_, _ = h.Write(b[:n]) // never fails
		b = b[n:]
		if s, ok = save(h); !ok || s.size%sha256.BlockSize > 0 {
			return s, b, false
		}
	}
	return s, b, true
}

func save(h hash.Hash) (s state, ok bool) {
	a, ok := h.(encoding.BinaryAppender)
	if !ok {
		return s, false
	}
	saved, err := a.AppendBinary(make([]byte, 0, stateLen))
	if err != nil || len(saved) != stateLen || !bytes.HasPrefix(saved, []byte(magic)) {
		return s, false
	}
	for i := range s.words {
		s.words[i] = binary.BigEndian.Uint32(saved[wordsAt+4*i:])
	}
	s.size, s.saved = binary.BigEndian.Uint64(saved[sizeAt:]), saved
	return s, true
}

// close makes h what s says, after so many blocks of b, and returns what is left
// of b: all of it if h does not take the state.
func (s *state) close(h hash.Hash, b []byte, blocks int) []byte {
	for i, w := range s.words {
		binary.BigEndian.PutUint32(s.saved[wordsAt+4*i:], w)
	}
	n := blocks * sha256.BlockSize
	binary.BigEndian.PutUint64(s.saved[sizeAt:], s.size+uint64(n)) //nolint:gosec // it is positive
	u, ok := h.(encoding.BinaryUnmarshaler)
	if !ok || u.UnmarshalBinary(s.saved) != nil {
		return b
	}
	return b[n:]
}
