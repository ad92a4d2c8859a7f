// Package stack brings up the whole service on one machine: an S3 server, a
// DynamoDB server, a sign-in provider, a Vertex AR installation to back up,
// and the same handlers and jobs that run as Lambda functions in AWS.
//
// All that it writes lies in one directory; a stack that is started again
// there goes on with what it finds. A service learns where its servers are as
// it does in AWS, from environment variables: the stack sets them for its own
// process, so a process runs one stack, and writes them to a file for others.
package stack
