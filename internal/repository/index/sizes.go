package index

import "sync/atomic"

// Sizes is a set of sizes in fixed memory (a Bloom filter): it forgets none, and
// rarely takes a size for one of its own that is none. The zero value is empty.
// It may be used by many goroutines.
type Sizes struct {
	bits [1 << 13]atomic.Uint64
}

// Add puts a size into the set.
func (s *Sizes) Add(size int64) {
	for _, bit := range places(size) {
		s.bits[bit>>6].Or(1 << (bit & 63))
	}
}

// Has reports whether the set seems to hold size.
func (s *Sizes) Has(size int64) bool {
	for _, bit := range places(size) {
		if s.bits[bit>>6].Load()&(1<<(bit&63)) == 0 {
			return false
		}
	}
	return true
}

// places returns the bits that stand for a size.
func places(size int64) (bits [4]uint64) {
	h := uint64(size) //nolint:gosec // any bits will do
	for i := range bits {
		h = (h + 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9 // as SplitMix64 mixes
		h ^= h >> 31
		bits[i] = h >> 45
	}
	return bits
}
