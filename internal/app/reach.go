package app

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/awserr"
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
		return awserr.NoCredentials()
	}
	if _, err := p.aws.Credentials.Retrieve(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return noCredentials(err)
	}
	client := s3.NewFromConfig(p.aws, s3blob.ClientOptions, func(o *s3.Options) { o.RetryMaxAttempts = reachAttempts })
	_, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket: &p.cfg.Bucket, Prefix: aws.String(p.cfg.Prefix), MaxKeys: aws.Int32(1),
	}, func(o *s3.Options) { o.RetryMaxAttempts = reachAttempts })
	if err == nil || ctx.Err() != nil {
		return errors.Join(ctx.Err(), err)
	}
	if said := awserr.Explain(err, awserr.Call{Service: awserr.Storage, Name: p.cfg.Bucket}); said != nil {
		return said
	}
	return errs.New(errs.ErrUnavailable, "The storage cannot be reached. Check the network, AWS_ENDPOINT_URL_S3 and AWS_REGION.").Because(err)
}

// noCredentials says that there are none, or why they cannot be had: a profile or a
// role is asked for them at another service, which may refuse.
func noCredentials(err error) *errs.Error {
	if said := awserr.Explain(err, awserr.Call{Service: "The service that gives AWS credentials", Name: "the role"}); said != nil {
		return said
	}
	return awserr.NoCredentials().Because(err)
}
