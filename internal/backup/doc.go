// Package backup is the domain: what a backup is and what can be done with
// one. [Service] has one file a verb (create.go, restore.go, delete.go, …).
//
// It knows no cloud, no transport and no file format. What it needs of the
// outside it declares as small interfaces: [Catalog] and its companions for
// records, [Repository] for bytes, [Source] and [Target] for what is backed up
// and restored to, [Runner] for work that goes on after a request has ended.
//
// Its words, one word a thing:
//
//   - backup: the record users see; kind: database, storage or full
//   - component: a part of an installation, the database or the storage
//   - entry: one file, directory or symbolic link of a backup
//   - source: what is read; target: where a restore writes
//   - operation: a running restore, verify or rotate with its progress
//   - rotate: apply the retention policy; verify: read back and check
//   - lease: a record's or a lock's proof that somebody still works on it
package backup
