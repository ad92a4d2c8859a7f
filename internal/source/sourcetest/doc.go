// Package sourcetest helps to test sources and targets: it compares two trees
// of files to the last bit of their metadata, and keeps a backup in memory.
// It is imported by tests only.
package sourcetest
