// Package tempfile makes temporary files that leave nothing behind, even if the
// process is killed at any moment: they have no name.
//
// On Linux a file is made without a name (O_TMPFILE, see open(2)), which ext4, XFS,
// Btrfs and tmpfs can do. Elsewhere it loses its name at once, so that only a
// process that is killed in between leaves it behind; where open files cannot be
// removed, it keeps its name until it is closed.
//
// What needs a name for a moment, as SQLite needs one to open a file, lies in a
// [Dir]. Only a process that is killed in that moment leaves it behind, and
// [RemoveLeftovers] removes it at the next start. Scratch directories are often shared:
// a leftover is known by its name, its owner, its kind and that nobody holds its lock, and
// whatever else others put there is neither opened, followed nor waited for.
package tempfile
