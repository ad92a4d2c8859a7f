// Package fingerprint reduces a file tree or a SQLite database to what must be
// the same after a restore, and names the differences between two such states.
//
// A tree's fingerprint has each entry's type, mode, modification time to the
// nanosecond, size, content and link target; a database's has the schema and
// the rows of every table. The package shares no code with the backup program,
// so that it can bear witness.
package fingerprint
