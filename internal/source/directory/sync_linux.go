package directory

import (
	"os"

	"golang.org/x/sys/unix"
)

// flush makes all that was written to the file system of dir durable: one call
// for any number of files.
func flush(dir *os.File) error {
	return os.NewSyscallError("syncfs", unix.Syncfs(int(dir.Fd())))
}

// beginSize is how large a file is that is worth a call of its own.
const beginSize = 128 << 10

// beginFlush starts writing a file to the disk without waiting for it, so that
// the flush at the end finds little to do, and memory does not fill with what is
// to be written.
func beginFlush(file *os.File, size int64) error {
	if size >= beginSize {
		_ = unix.SyncFileRange(int(file.Fd()), 0, 0, unix.SYNC_FILE_RANGE_WRITE) // flush tells what goes wrong
	}
	return nil
}
