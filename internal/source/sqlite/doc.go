// Package sqlite is one SQLite database file as a source of backups and as a
// target of restores. It has a single entry, backup.DatabasePath.
//
// A snapshot is taken with SQLite's online backup API in one step of all
// pages, while other processes go on writing: a copy in the scratch directory
// that needs no journal and has passed quick_check. In smaller steps a busy
// writer would make the backup start again for ever. The entry's time is the
// newer one of the file's and its write-ahead log's, its size the copy's.
//
// The copy of a process that was killed is removed by the next one that needs
// the scratch directory: it no longer holds the lock on it.
//
// A restore fetches the copy into a hidden file beside the database, runs
// integrity_check and foreign_key_check on it, and then writes it through the
// same API, in one transaction, into the live file: other processes keep their
// connections and see the old rows or the new ones, and a crash leaves one or
// the other. Only a database that is missing, damaged or not a database at all
// is replaced as a file, because SQLite's locks are of no use on it; processes
// that have it open must then be restarted. In WAL mode SQLite cannot change
// the page size of a live database, so the copy is brought to the live one's
// first; row numbers of tables without an INTEGER PRIMARY KEY may change then.
//
// Rows that break a constraint of their own schema (a dangling foreign key, a
// NULL where none may be) are data, not damage: they are backed up and
// restored as they are, with a notice.
//
// Salvage keeps a damaged database as the bytes of its main file. What SQLite
// could not read from a journal or write-ahead log beside it is not kept: on
// their own these files are of no use. Such a backup is restored only when the
// caller says that it is known to be damaged.
//
// The package never opens the live file but through SQLite, damaged ones
// aside: closing any descriptor of a file drops the locks that other
// connections of the same process hold on it.
package sqlite
