// Package memcatalog is a catalog in memory, for tests and for commands that
// need none. It is not a cache: nothing outlives the process, and lines of
// logs and bindings of keys never expire.
//
// It keeps the same encoded records as dynamocatalog, so that what a caller
// gets back is a copy and shows the same losses and limits.
package memcatalog
