package sha256x2

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"sync"
)

// least is how many bytes are worth the detour.
const least = 4 << 10

// Write does x.Write(a) and y.Write(b). x and y are different hashes of
// crypto/sha256; either may be nil, and what it would be given is not looked at.
func Write(x hash.Hash, a []byte, y hash.Hash, b []byte) {
	if x != nil && y != nil && min(len(a), len(b)) >= least && works() {
		a, b = both(x, a, y, b)
	}
	alone(x, a)
	alone(y, b)
}

func alone(h hash.Hash, b []byte) {
	if h != nil {
		_, _ = h.Write(b) // never fails
	}
}

// works reports whether both can be relied on, on this processor and with this
// version of crypto/sha256.
//
//nolint:gochecknoglobals // it is found out once
var works = sync.OnceValue(func() bool {
	if !canHashTwo() {
		return false
	}
	a, b := bytes.Repeat([]byte("SHA-256"), least), bytes.Repeat([]byte{1, 2, 3, 5, 8}, least)
	x, y := sha256.New(), sha256.New()
	restA, restB := both(x, a, y, b)
	alone(x, restA)
	alone(y, restB)
	sumA, sumB := sha256.Sum256(a), sha256.Sum256(b)
	return bytes.Equal(x.Sum(nil), sumA[:]) && bytes.Equal(y.Sum(nil), sumB[:])
})

// both adds what it can of a to x and of b to y, and returns what is left of them.
func both(x hash.Hash, a []byte, y hash.Hash, b []byte) (restA, restB []byte) {
	s, a, ok := open(x, a)
	if !ok {
		return a, b
	}
	t, b, ok := open(y, b)
	blocks := min(len(a), len(b)) / sha256.BlockSize
	if !ok || blocks == 0 {
		return a, b
	}
	hashTwo(&s.words, a, &t.words, b, blocks)
	return s.close(x, a, blocks), t.close(y, b, blocks)
}
