// Package directory is a tree of files as a source of backups and as a target
// of restores: regular files, directories (empty ones too) and symbolic links
// as links, with the twelve permission bits, owners and times to the
// nanosecond, under names of any bytes.
//
// A walk goes in byte order of the full path, "a", "a-b", "a/x", and holds the
// names of one directory a level in memory, so that a tree of millions of files
// can be merge-joined with a manifest. It never follows a symbolic link. What
// cannot be held or read is told as a notice: sockets, devices and pipes,
// directories that may not be read, files that vanish or change meanwhile.
//
// A restore has three steps. Plan merge-joins the entries with the tree and
// writes its steps into a file in the scratch directory; what the system would refuse
// later it refuses: to remove or replace a mount point, to write where this user may not
// or where the file system is read-only. Copy fetches all
// content into a staging directory inside the root, so that commit only renames:
// a full disk or damaged content ends the restore while the old tree is
// untouched. Commit goes over the plan three times: it makes directories and
// renames files and links into place; it removes what the backup does not have;
// it sets modes and times of directories, which the changes below them disturb.
// Every file is the old one or the new one at any moment, and a restore that
// died is ended by planning and running it again. All changes go through an
// os.Root: no name and no link leads out of the tree.
//
// It is not a synchronizer: hard links become files of their own, holes are
// filled, extended attributes and access control lists are not kept. A file
// that the backup cannot hold (a socket) is left alone by a restore unless its
// directory goes or its name is needed. A backup without any entry changes nothing,
// unless it is known that there was no tree: then all of it goes.
package directory
