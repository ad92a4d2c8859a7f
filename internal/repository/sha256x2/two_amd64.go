//go:build cgo

package sha256x2

/*
#cgo noescape hash_two
#cgo nocallback hash_two
#include "two.h"
*/
import "C"

import "unsafe"

// canHashTwo reports whether hashTwo works here.
func canHashTwo() bool { return C.can_hash_two() != 0 }

// hashTwo continues the hash x with the blocks at the beginning of a, and y with b.
func hashTwo(x *words, a []byte, y *words, b []byte, blocks int) {
	C.hash_two(
		(*C.uint32_t)(&x[0]), (*C.uint8_t)(unsafe.SliceData(a)),
		(*C.uint32_t)(&y[0]), (*C.uint8_t)(unsafe.SliceData(b)), C.size_t(blocks))
}
