// Package blobtest is the conformance suite of blob.Store: whatever passes Run
// can carry a repository.
package blobtest
