package app

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/vertex-ar/backup/internal/blob/s3blob"
	"github.com/vertex-ar/backup/internal/errs"
)

// reachAttempts is how often the bucket is tried before a command starts:
// somebody waits, and a wrong address will not get better.
const reachAttempts = 3

// reach makes sure that the bucket answers to the credentials at hand, and
// says in one sentence what is wrong if it does not.
func (p *parts) reach(ctx context.Context) error {
	if p.aws.Credentials == nil {
		return noCredentials()
	}
	if _, err := p.aws.Credentials.Retrieve(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return noCredentials().Because(err)
	}
	client := s3.NewFromConfig(p.aws, s3blob.ClientOptions, func(o *s3.Options) { o.RetryMaxAttempts = reachAttempts })
	_, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket: &p.cfg.Bucket, Prefix: aws.String(p.cfg.Prefix), MaxKeys: aws.Int32(1),
	}, func(o *s3.Options) { o.RetryMaxAttempts = reachAttempts })
	if err == nil || ctx.Err() != nil {
		return errors.Join(ctx.Err(), err)
	}
	return unreachable(p.cfg.Bucket, err)
}

func noCredentials() *errs.Error {
	return errs.New(errs.ErrUnauthenticated, "There are no AWS credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run this where a role is given.")
}

func unreachable(bucket string, err error) error {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return errs.New(errs.ErrUnavailable, "The storage cannot be reached. Check the network, AWS_ENDPOINT_URL_S3 and AWS_REGION.").Because(err)
	}
	switch api.ErrorCode() {
	case "NoSuchBucket":
		return errs.New(errs.ErrNotFound, "There is no bucket %q. Check its name, AWS_ENDPOINT_URL_S3 and AWS_REGION.", bucket).Because(err)
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "XAdminUserNotFound":
		return errs.New(errs.ErrUnauthenticated, "The storage does not accept the AWS credentials (%s).", api.ErrorCode()).Because(err)
	case "AccessDenied", "Forbidden", "AllAccessDisabled":
		return errs.New(errs.ErrForbidden, "The AWS credentials may not list the bucket %q.", bucket).Because(err)
	case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException":
		return errs.New(errs.ErrInvalid, "The bucket %q lies in another region. Set AWS_REGION to it.", bucket).Because(err)
	}
	return errs.New(errs.ErrUnavailable, "The bucket %q cannot be listed (%s).", bucket, api.ErrorCode()).Because(err)
}
