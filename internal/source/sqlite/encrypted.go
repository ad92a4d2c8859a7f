package sqlite

import (
	"errors"
	"io"
	"math"
	"os"

	"github.com/vertex-ar/backup/internal/errs"
)

// sampleSize is how much of a file is looked at to tell whether it is encrypted.
const sampleSize = 64 << 10

// looksEncrypted reports whether a file that SQLite cannot read looks like one that
// SQLCipher or another extension has encrypted: whole pages of bytes like random ones,
// of which the header at most may be in the clear. Damage leaves something of what was there.
func looksEncrypted(path string) bool {
	f, err := os.Open(path) //nolint:gosec // the operator configured it
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // it was only read
	sample := make([]byte, sampleSize)
	n, err := io.ReadFull(f, sample)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Size()%512 != 0 || n < 1024 {
		return false
	}
	return isRandom(sample[headerSize:n])
}

// isRandom reports whether the bytes are as evenly spread as random ones: their
// chi-square has 255 degrees of freedom, so its deviation is about 22.6. Media and archives
// are compressed, but have headers and tables: they lie far outside.
func isRandom(b []byte) bool {
	var count [256]float64
	for _, v := range b {
		count[v]++
	}
	want, chi := float64(len(b))/256, 0.0
	for _, n := range count {
		chi += (n - want) * (n - want) / want
	}
	return math.Abs(chi-255) < 6*math.Sqrt(2*255)
}

func encrypted() *errs.Error {
	return errs.New(errs.ErrConflict, "The database is encrypted (as SQLCipher does it): its bytes look random. It is not damaged, so repair nothing. It was not backed up, since it cannot be copied consistently without its key: let the application export it unencrypted with sqlcipher_export and set DATABASE_PATH to that copy.")
}
