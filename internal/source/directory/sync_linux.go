package directory

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncEach says that every file has to be flushed on its own.
const syncEach = false

// flush makes all that was written to the file system of dir durable: one call
// for any number of files.
func flush(dir *os.File) error {
	return os.NewSyscallError("syncfs", unix.Syncfs(int(dir.Fd())))
}
