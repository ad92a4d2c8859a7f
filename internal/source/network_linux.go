package source

import "golang.org/x/sys/unix"

// NetworkName returns the name of a file system if it is one of the network, "" if it
// is not or is not known.
func NetworkName(st *unix.Statfs_t) string {
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
