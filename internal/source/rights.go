package source

import (
	"io/fs"
	"os"
	"slices"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Rights say which owners and groups this user may give to files.
type Rights struct {
	uid    int
	groups []int
}

// OwnRights returns the rights of the user that runs the program.
func OwnRights() Rights {
	groups, err := os.Getgroups()
	if err != nil {
		groups = nil
	}
	return Rights{uid: os.Geteuid(), groups: append(groups, os.Getegid())}
}

// All reports whether the user may do everything, as root may.
func (r Rights) All() bool { return r.uid == 0 }

// Owns reports whether the user may change the mode and time of a file of uid.
func (r Rights) Owns(uid int) bool { return r.All() || uid == r.uid }

// Chown returns what of the wanted owner can be given to a file of an owner: -1
// is what stays. lacks says that something stays that is not as wanted.
func (r Rights) Chown(uid, gid, wantUID, wantGID int) (newUID, newGID int, lacks bool) {
	if r.All() {
		return wantUID, wantGID, false
	}
	newUID, newGID = -1, -1
	if gid != wantGID && uid == r.uid && slices.Contains(r.groups, wantGID) {
		gid, newGID = wantGID, wantGID
	}
	return newUID, newGID, uid != wantUID || gid != wantGID
}

// Owner returns the owner of a file; 0, 0 where there is no such thing.
func Owner(info fs.FileInfo) (uid, gid int) {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid), int(st.Gid)
	}
	return 0, 0
}

// SetTime sets the modification time of name in the directory dir, which may be
// [unix.AT_FDCWD]; of a symbolic link its own. Package os counts nanoseconds in 64
// bits, which end in the years 1678 and 2262.
func SetTime(dir int, name string, t time.Time) error {
	at, err := unix.TimeToTimespec(t)
	if err != nil {
		return err
	}
	times := []unix.Timespec{accessTime(at), at}
	return os.NewSyscallError("utimensat", unix.UtimesNanoAt(dir, name, times, unix.AT_SYMLINK_NOFOLLOW))
}
