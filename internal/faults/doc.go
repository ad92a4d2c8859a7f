// Package faults proves the service's safety by breaking things: its tests
// run the real domain, repository, sources and targets, fail before and after
// every call to the blob store, the catalog and the file system, kill the
// process at those calls, damage objects and run operations at once. After
// each they check what the service promises:
//
//   - a backup that is listed as completed can be restored to the byte,
//   - nothing that another backup needs is gone,
//   - a restore leaves the old state or the new one of each file, and the old
//     one of everything unless it was already committing,
//   - a second try ends the job.
//
// It has no code of its own.
package faults
