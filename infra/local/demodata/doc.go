// Package demodata makes a Vertex AR installation out of nothing, and breaks
// it again, so that backups and restores can be tried without a customer's data.
//
// An installation is a directory with app_data.db, a SQLite database of the
// application's tables, and storage, the media tree that the rows' paths point
// into. Everything follows from a fixed seed: two installations of the same
// scale are equal in every row, byte, mode and time.
//
// The package does not check whether a restore worked; package fingerprint does.
package demodata
