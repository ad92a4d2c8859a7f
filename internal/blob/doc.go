// Package blob is the little of an object store that a repository needs:
// immutable objects under keys, written once and never changed.
//
// A key is a relative slash-separated path of printable ASCII without empty,
// "." or ".." elements. No key may be the path prefix of another ("x" and
// "x/y"): S3 servers that keep objects in files refuse that.
//
// s3blob keeps objects in an S3 bucket, memblob in memory for tests, faultblob
// wraps a store and fails where a test says. Each passes blobtest.
package blob
