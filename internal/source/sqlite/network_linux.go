package sqlite

import "golang.org/x/sys/unix"

// networkName returns the name of the file system of path if it is one of the
// network, "" if it is not or is not known.
func networkName(path string) string {
	var st unix.Statfs_t
	if unix.Statfs(path, &st) != nil {
		return ""
	}
	switch uint32(st.Type) { //nolint:gosec // it has 32 bits that count
	case unix.NFS_SUPER_MAGIC: // EFS is one
		return "NFS"
	case unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC:
		return "SMB"
	case unix.CEPH_SUPER_MAGIC:
		return "CephFS"
	case unix.AFS_FS_MAGIC, unix.AFS_SUPER_MAGIC:
		return "AFS"
	}
	return ""
}
