package s3blob

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/errs"
)

// uploadSteps is the client of one upload, with its first and last steps
// adapted. The transfer manager calls these from one goroutine.
type uploadSteps struct {
	*s3.Client
	absent     func(ctx context.Context) error
	incomplete error // why the parts did not become an object
	leftover   error // why parts may remain on the server
}

// CreateMultipartUpload asks first whether the key is free: S3 itself checks
// only when all parts have arrived.
func (u *uploadSteps) CreateMultipartUpload(
	ctx context.Context, in *s3.CreateMultipartUploadInput, opts ...func(*s3.Options),
) (*s3.CreateMultipartUploadOutput, error) {
	if err := u.absent(ctx); err != nil {
		return nil, err
	}
	return u.Client.CreateMultipartUpload(ctx, in, opts...)
}

// CompleteMultipartUpload keeps its error to itself and aborts the upload, for
// the transfer manager would print it, and losing a race is nothing to print.
func (u *uploadSteps) CompleteMultipartUpload(
	ctx context.Context, in *s3.CompleteMultipartUploadInput, opts ...func(*s3.Options),
) (*s3.CompleteMultipartUploadOutput, error) {
	out, err := u.Client.CompleteMultipartUpload(ctx, in, opts...)
	if err == nil {
		return out, nil
	}
	u.incomplete = err
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTimeout)
	defer cancel()
	_, _ = u.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{
		Bucket: in.Bucket, Key: in.Key, UploadId: in.UploadId,
	})
	return &s3.CompleteMultipartUploadOutput{}, nil
}

// AbortMultipartUpload keeps its error to itself, for the transfer manager
// would return it instead of the one that made it abort.
func (u *uploadSteps) AbortMultipartUpload(
	ctx context.Context, in *s3.AbortMultipartUploadInput, opts ...func(*s3.Options),
) (*s3.AbortMultipartUploadOutput, error) {
	out, err := u.Client.AbortMultipartUpload(ctx, in, opts...)
	if err != nil && code(err) != "NoSuchUpload" {
		u.leftover = err
		errs.Wrap(&u.leftover, "abort upload %s", aws.ToString(in.UploadId))
	}
	return out, nil
}
