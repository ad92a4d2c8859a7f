package directory

import (
	"io/fs"
	"os"
	"syscall"

	"github.com/vertex-ar/backup/internal/backup"
)

// found is what a walk sees under one path.
type found struct {
	backup.Entry

	rel  string // below the root; "." is the root
	info fs.FileInfo
}

// see describes the file name in dir. ok is false for a file of a type that a backup cannot hold.
func see(dir *os.Root, name string, info fs.FileInfo) (e backup.Entry, ok bool, err error) {
	e.ModTime = info.ModTime().UTC()
	if st, is := info.Sys().(*syscall.Stat_t); is {
		e.Mode = uint32(st.Mode) & 0o7777 //nolint:unconvert // it has 16 bits on some systems
		e.UID, e.GID = int(st.Uid), int(st.Gid)
	}
	switch info.Mode().Type() {
	case 0:
		e.Type, e.Size = backup.TypeFile, info.Size()
	case fs.ModeDir:
		e.Type = backup.TypeDir
	case fs.ModeSymlink:
		e.Type = backup.TypeSymlink
		e.Link, err = dir.Readlink(name)
	default:
		return e, false, nil
	}
	return e, true, err
}

// links returns how many names a file has.
func links(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Nlink) //nolint:unconvert // it has 16 or 32 bits on some systems
	}
	return 1
}

// device returns the file system that a file is in.
func device(info fs.FileInfo) uint64 {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(st.Dev) //nolint:unconvert // it has 32 bits on some systems
	}
	return 0
}

// permissions returns the twelve bits as package os wants them.
func permissions(mode uint32) fs.FileMode {
	m := fs.FileMode(mode & 0o777)
	for bit, flag := range map[uint32]fs.FileMode{0o4000: fs.ModeSetuid, 0o2000: fs.ModeSetgid, 0o1000: fs.ModeSticky} {
		if mode&bit != 0 {
			m |= flag
		}
	}
	return m
}

// describe names the type of a special file.
func describe(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}
