// Package memblob is a blob.Store in memory, for tests. It can also damage
// what it keeps, as disks do.
package memblob
