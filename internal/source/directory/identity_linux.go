package directory

import (
	"io/fs"
	"math"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/source"
)

// identity returns a file's number and when the system saw the last change of it; 0
// where that is not known.
func identity(info fs.FileInfo) (inode int64, changed time.Time) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok || st.Ino&math.MaxInt64 == 0 {
		return 0, time.Time{}
	}
	changed = time.Unix(st.Ctim.Unix()).UTC()
	if y := changed.Year(); y < 1 || y > 9999 {
		return 0, time.Time{}
	}
	return int64(st.Ino & math.MaxInt64), changed
}

// steady reports whether the file system of dir is one in which a file keeps its number
// and its change time for as long as nobody changes it: those of the network, and those
// that programs make up, may not.
func steady(dir *os.Root) bool {
	f, err := dir.Open(".")
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // it was only read
	var st unix.Statfs_t
	if unix.Fstatfs(int(f.Fd()), &st) != nil {
		return false
	}
	return st.Type != unix.FUSE_SUPER_MAGIC && source.NetworkName(&st) == ""
}
