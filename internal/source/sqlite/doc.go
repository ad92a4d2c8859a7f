// Package sqlite is one SQLite database file as a source of backups and as a
// target of restores. It has a single entry, backup.DatabasePath, but for what a
// damaged database keeps beside its main file.
//
// A snapshot is taken with SQLite's online backup API in one step of all
// pages, while other processes go on writing: a copy in the scratch directory
// that needs no journal. In smaller steps a busy writer would make the backup start
// again for ever. The entry's time is the newer one of the file's and its write-ahead
// log's, its size the copy's. The copy has a name only until SQLite has opened it, so a
// process that is killed leaves none behind.
//
// One function, judge, decides everywhere whether a database is whole, so what was
// backed up is restored. SQLite's quick_check decides where it can. Functions,
// collations and modules may be the application's own; where quick_check needs one of
// those the bytes decide: checkStructure reads all pages and rows without the schema, and a
// notice names what is missing. Indexes are not compared with tables: their contents may
// depend on functions and collations too, and can be made anew from the rows.
//
// A restore fetches the copy into a hidden file beside the database, judges it, checks
// its foreign keys, and then writes it through the
// same API, in one transaction, into the live file: other processes keep their
// connections and see the old rows or the new ones, and a crash leaves one or
// the other. Only a database that is missing, damaged or not a database at all
// is replaced as a file, because SQLite's locks are of no use on it; processes
// that have it open must then be restarted. In WAL mode SQLite cannot change
// the size of pages while somebody has the database open: such a restore is refused
// until nobody has. Nothing is ever vacuumed, since that numbers rows anew.
//
// Rows that break a constraint of their own schema (a dangling foreign key, a
// NULL where none may be) are data, not damage: they are backed up and
// restored as they are, with a notice.
//
// Salvage keeps a damaged database: as the copy that SQLite could make, when rows stand
// in a log beside it, else as the bytes of its files, its journal and log among them. An
// encrypted one (SQLCipher) is kept so too, and called encrypted. Such a backup is
// restored only when the caller says that it is known to be damaged.
//
// In WAL mode on a network file system nothing is read or written: the application on
// another machine and this one would not see each other's locks.
//
// The package never opens the live file but through SQLite, damaged and refused ones
// aside: closing any descriptor of a file drops the locks that other
// connections of the same process hold on it.
package sqlite
