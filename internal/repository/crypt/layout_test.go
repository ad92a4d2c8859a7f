package crypt_test

import (
	"testing"

	"github.com/vertex-ar/backup/internal/repository/crypt"
)

// TestSizesBoundEachOther encrypts contents of many sizes, for one recipient with
// the shortest header and for several.
func TestSizesBoundEachOther(t *testing.T) {
	t.Parallel()
	keys := []string{newPair(t).recipient, newPair(t).recipient, newPair(t).recipient}
	for _, n := range []int{1, 3} {
		for _, size := range []int64{0, 1, chunk - 1, chunk, chunk + 1, 5 * chunk, 5*chunk + 1} {
			stored := int64(len(encrypt(t, noise(1, int(size)), keys[:n]...)))
			if got := crypt.MaxPlain(stored); got < size || n == 1 && got != size {
				t.Errorf("%d recipients: MaxPlain(%d) = %d, it holds %d", n, stored, got, size)
			}
			if got := crypt.MinStored(size); got > stored || n == 1 && got != stored {
				t.Errorf("%d recipients: MinStored(%d) = %d, it has %d", n, size, got, stored)
			}
		}
	}
	for _, size := range []int64{0, 1, 183, 184, 199} {
		if got := crypt.MaxPlain(size); got != 0 {
			t.Errorf("MaxPlain(%d) = %d", size, got)
		}
	}
}
