package sqlite

import (
	"golang.org/x/sys/unix"

	"github.com/vertex-ar/backup/internal/source"
)

// networkName returns the name of the file system of path if it is one of the
// network, "" if it is not or is not known.
func networkName(path string) string {
	var st unix.Statfs_t
	if unix.Statfs(path, &st) != nil {
		return ""
	}
	return source.NetworkName(&st)
}
