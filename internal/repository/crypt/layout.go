package crypt

// The sizes of an age file's parts, in bytes.
const (
	// MaxHeader is the longest header of an object.
	MaxHeader = 16 << 10
	// minHeader is the shortest: one recipient of the kind with the shortest key.
	minHeader = 184
	// likelyHeader is more than the header for a few recipients takes.
	likelyHeader = 4 << 10
	nonceSize    = 16 // the end of the header
	chunkSize    = 64 << 10
	tagSize      = 16 // what sealing adds to a chunk
	sealed       = chunkSize + tagSize
)

// MaxPlain returns the most bytes that an object of size bytes can hold inside.
func MaxPlain(size int64) int64 { return max(0, plainSize(size-minHeader)) }

// MinStored returns how long an object is at least of which the first plain
// bytes inside can be read.
func MinStored(plain int64) int64 { return minHeader + plain + chunks(plain)*tagSize }

// plainSize returns how many bytes a payload holds; it is less than 0 if there
// is no payload of that size.
func plainSize(payload int64) int64 {
	n := (payload + sealed - 1) / sealed
	return payload - max(1, n)*tagSize
}

// chunks returns how many chunks hold so many bytes.
func chunks(plain int64) int64 { return max(1, (plain+chunkSize-1)/chunkSize) }
