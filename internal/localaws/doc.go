// Package localaws runs the two servers that stand in for AWS on a laptop and
// in tests, as child processes on loopback: versitygw for S3 and dynalite for
// DynamoDB. It also prepares what lives in them: the bucket, and the table as
// template.yaml describes it.
//
// It simulates nothing itself, and no code below internal/app knows that it
// runs against these servers. A server ends with the process that started it,
// however that one ends (on Linux also when it is killed); its data stays in
// its directory.
package localaws
