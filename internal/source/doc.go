// Package source is what the sources and targets of one machine's file system
// share. The sources themselves are its subpackages: sqlite is the database,
// directory a tree of files, such as the media storage. Each is a
// backup.Source and a backup.Target.
//
// It is not the place for sources that live elsewhere: a bucket has neither a
// disk that fills up nor names that a killed restore leaves behind.
//
// Its words:
//
//   - scratch: a private place for copies and plans, outside source and target
//   - staging: names beside the target, all with [StagingPrefix], that hold
//     fetched content until it is renamed into place
//   - fault: a test's hook at each call that changes the file system
package source
