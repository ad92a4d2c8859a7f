// Package awstest gives tests a real S3 server and a real DynamoDB-compatible
// server, see package localaws: one of each a test binary, started by the
// first test that asks and gone when the binary ends, with all their data.
//
// A server that is not installed skips the test, or fails it when CI is set.
// Each test takes a bucket or a table of its own, so tests may run in
// parallel.
package awstest
