package tempfile

import (
	"os"

	"golang.org/x/sys/unix"
)

// nameless makes a file that never has a name.
func nameless(dir string) (*os.File, error) {
	return os.OpenFile(dir, os.O_RDWR|os.O_EXCL|unix.O_TMPFILE, 0o600) //nolint:gosec // the caller's directory
}
