package s3blob

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/errs"
)

// Get implements blob.Reader.
func (s *Store) Get(ctx context.Context, key string) (rc io.ReadCloser, err error) {
	defer errs.Wrap(&err, "get %s", key)
	out, err := s.reader(ctx).GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: s.name(key)})
	if err != nil {
		return nil, s.classify(key, err)
	}
	return s.resuming(ctx, key, out.Body, 0, aws.ToInt64(out.ContentLength)), nil
}

// GetRange implements blob.Reader.
func (s *Store) GetRange(ctx context.Context, key string, offset, length int64) (rc io.ReadCloser, err error) {
	defer errs.Wrap(&err, "get %s [%d+%d]", key, offset, length)
	body, err := s.open(ctx, key, offset, length)
	if err != nil {
		return nil, err
	}
	return s.resuming(ctx, key, body, offset, length), nil
}

// open requests a range and makes sure that the answer is that range: a server
// may cut one that runs over the object's end, or ignore it.
func (s *Store) open(ctx context.Context, key string, offset, length int64) (io.ReadCloser, error) {
	if offset < 0 || length < 1 {
		return nil, errs.ErrCorrupt
	}
	span := fmt.Sprintf("%d-%d", offset, offset+length-1)
	out, err := s.reader(ctx).GetObject(ctx, &s3.GetObjectInput{
		Bucket: &s.bucket, Key: s.name(key), Range: aws.String("bytes=" + span),
	})
	if err != nil {
		return nil, s.classify(key, err)
	}
	if got := aws.ToString(out.ContentRange); !strings.HasPrefix(got, "bytes "+span+"/") {
		_ = out.Body.Close()
		return nil, fmt.Errorf("%w: the server sent %q for bytes %s", errs.ErrCorrupt, got, span)
	}
	return out.Body, nil
}

func (s *Store) resuming(ctx context.Context, key string, body io.ReadCloser, offset, length int64) *resumingReader {
	end := offset + length
	return &resumingReader{body: body, left: length, reopen: func(left int64) (io.ReadCloser, error) {
		return s.open(ctx, key, end-left, left)
	}}
}
