package s3blob

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// deleteBatch is how many keys S3 takes in one request.
const deleteBatch = 1000

// Delete implements blob.Store. Its error names every key that S3 refused.
func (s *Store) Delete(ctx context.Context, keys ...string) error {
	var failures []error
	for batch := range slices.Chunk(keys, deleteBatch) {
		if err := s.deleteBatch(ctx, batch); err != nil {
			failures = append(failures, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failures...)
}

func (s *Store) deleteBatch(ctx context.Context, keys []string) error {
	ids := make([]types.ObjectIdentifier, len(keys))
	for i, key := range keys {
		ids[i].Key = s.name(key)
	}
	out, err := s.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
		Bucket: &s.bucket, Delete: &types.Delete{Objects: ids, Quiet: aws.Bool(true)},
	}, withMD5)
	if err != nil {
		return fmt.Errorf("delete %d objects: %w", len(keys), s.classify(keys[0], err))
	}
	var failures []error
	for _, e := range out.Errors {
		if err := s.refusal(e); err != nil {
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

// refusal returns why one key was not deleted, or nil if it is not there.
func (s *Store) refusal(e types.Error) error {
	if aws.ToString(e.Code) == "NoSuchKey" {
		return nil
	}
	key := strings.TrimPrefix(aws.ToString(e.Key), s.prefix)
	err := s.classify(key, &smithy.OperationError{
		ServiceID: "S3", OperationName: "DeleteObjects",
		Err: &smithy.GenericAPIError{Code: aws.ToString(e.Code), Message: aws.ToString(e.Message)},
	})
	return fmt.Errorf("delete %s: %w", key, err)
}
