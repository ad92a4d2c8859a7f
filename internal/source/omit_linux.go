package source

import "golang.org/x/sys/unix"

// accessTime leaves the time of the last access as it is.
func accessTime(unix.Timespec) unix.Timespec { return unix.Timespec{Nsec: unix.UTIME_OMIT} }
