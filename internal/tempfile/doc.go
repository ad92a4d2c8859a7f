// Package tempfile makes temporary files that leave nothing behind, even if the
// process is killed at any moment: they have no name.
//
// On Linux a file is made without a name (O_TMPFILE, see open(2)), which ext4, XFS,
// Btrfs and tmpfs can do. Elsewhere it loses its name at once, so that only a
// process that is killed in between leaves it behind; where open files cannot be
// removed, it keeps its name until it is closed.
package tempfile
