// Command vertex-backup is the service by hand: on the application's host, and
// for disaster recovery on any machine that reaches the bucket. It makes the
// same backups as the functions, in the same repository, by the same code.
//
// It needs nothing but the bucket. The records are then rebuilt from the
// manifests, and nothing keeps two programs from working on the bucket at once;
// with CATALOG_TABLE set it uses the functions' catalog and its lock.
//
// Results go to the standard output, everything else to the standard error.
// The exit status is 0 when everything that was asked is done, 1 when it is
// not, 2 when the command line makes no sense, 3 when a backup was made that
// lacks something, and 130 when it was stopped.
package main
