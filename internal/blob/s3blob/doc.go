// Package s3blob is a blob.Store on an S3 bucket, of AWS or of any server that
// honours If-None-Match on PutObject and CompleteMultipartUpload.
//
// Large objects travel in parts. How many parts of all uploads travel at a time
// is bounded, which the SDK's transfer manager cannot do: memory would grow with
// the number of uploads.
//
// The client must have been made with [ClientOptions]. Its role needs
// s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload below
// the prefix and s3:ListBucket on the bucket; without the latter S3 answers
// 403 where a key is missing, and nothing can be told from anything. Uploads
// that a killed process leaves behind are for the bucket's lifecycle rule
// (AbortIncompleteMultipartUpload) to remove.
package s3blob
