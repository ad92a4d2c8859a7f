package s3blob

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/awserr"
	"github.com/vertex-ar/backup/internal/blob"
	"github.com/vertex-ar/backup/internal/errs"
)

// abortTimeout bounds the removal of a failed upload's parts, which goes on
// after the context ended.
const abortTimeout = 10 * time.Second

// putToken is the metadata key of a random value that each Put writes, by
// which it knows its own object.
const putToken = "put-token"

// Put implements blob.Store.
func (s *Store) Put(ctx context.Context, key string, r io.Reader, metadata map[string]string) (err error) {
	defer errs.Wrap(&err, "put %s", key)
	body := blob.NewBody(ctx, r)
	defer func() { body.Close(err) }()

	token := rand.Text()
	err = s.put(ctx, key, body, withToken(metadata, token))
	if err == nil {
		return nil
	}
	if own := body.Err(); own != nil {
		return own
	}
	// When the answer to a write is lost, the SDK repeats the write, and then
	// the object in the way is our own.
	if (errors.Is(err, errs.ErrConflict) || awserr.Code(err) == "NoSuchUpload") && s.wrote(ctx, key, token) {
		return nil
	}
	return err
}

// put sends what is not large with one request, and all else in parts.
func (s *Store) put(ctx context.Context, key string, body io.Reader, metadata map[string]string) error {
	first, last, err := s.parts.read(body, s.single)
	if err != nil {
		return err
	}
	if !last {
		return s.upload(ctx, key, body, first, metadata)
	}
	defer s.parts.free(first)
	_, err = s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &s.bucket, Key: s.name(key), Body: first.reader(), Metadata: metadata, IfNoneMatch: aws.String("*"),
		ChecksumAlgorithm:    s.algorithm,
		ServerSideEncryption: s.encryption, SSEKMSKeyId: s.kmsKey, BucketKeyEnabled: s.bucketKey,
	})
	return s.classify(key, err)
}

// wrote reports whether the object is the one that the Put of token wrote.
func (s *Store) wrote(ctx context.Context, key, token string) bool {
	out, err := s.head(ctx, key)
	return err == nil && out.Metadata[putToken] == token
}

func withToken(metadata map[string]string, token string) map[string]string {
	m := maps.Clone(metadata)
	if m == nil {
		m = map[string]string{}
	}
	m[putToken] = token
	return m
}
