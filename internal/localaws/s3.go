package localaws

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Region is the region that clients of both servers use.
const Region = "us-east-1"

// S3Options says how to run the S3 server.
type S3Options struct {
	// Dir keeps buckets and objects, in data/, and their attributes, in meta/.
	// It is created when missing.
	Dir string
	// Addr is where to listen, as host:port on loopback; "" is any free port.
	Addr string
	// AccessKey and SecretKey are the only credentials that the server takes.
	AccessKey, SecretKey string
	// Binary is versitygw; "" looks in .local/bin of the repository, then on
	// the PATH.
	Binary string
	// Log gets what the server prints; nil drops it.
	Log io.Writer
}

// S3 starts an S3 server and returns when it answers; ctx bounds the start
// only. Errors: errs.ErrConflict if the port is taken, errs.ErrNotFound if
// the program is missing, errs.ErrUnavailable, with the server's last output
// as cause, if it does not start.
func S3(ctx context.Context, opt S3Options) (*Server, error) {
	binary, err := find(opt.Binary, ".local/bin/versitygw")
	if err != nil {
		return nil, err
	}
	data, meta := filepath.Join(opt.Dir, "data"), filepath.Join(opt.Dir, "meta")
	if err := errors.Join(os.MkdirAll(data, 0o700), os.MkdirAll(meta, 0o700)); err != nil {
		return nil, err
	}
	p := &program{
		name: "versitygw", binary: binary, addr: opt.Addr, log: opt.Log,
		args: func(host, port string) []string {
			// The sidecar directory keeps attributes on any file system; without
			// attributes the server would ignore If-None-Match.
			return []string{
				"--port", net.JoinHostPort(host, port), "--region", Region, "--quiet", "--keep-alive",
				"posix", "--sidecar", meta, data,
			}
		},
		// In the environment, for a command line is everybody's to read.
		env: []string{"ROOT_ACCESS_KEY_ID=" + opt.AccessKey, "ROOT_SECRET_ACCESS_KEY=" + opt.SecretKey},
		ready: func(ctx context.Context, url, _ string) error {
			client := s3.NewFromConfig(config(url, opt.AccessKey, opt.SecretKey))
			_, err := client.ListBuckets(ctx, &s3.ListBucketsInput{})
			return err
		},
	}
	return p.start(ctx)
}

// EnsureBucket creates the bucket unless it is there already.
func EnsureBucket(ctx context.Context, client *s3.Client, name string) error {
	_, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name})
	if _, ok := errors.AsType[*types.BucketAlreadyOwnedByYou](err); ok {
		return nil
	}
	if err != nil {
		return err
	}
	return nil
}

// config returns what a client needs to reach a server once, without retries.
func config(url, accessKey, secretKey string) aws.Config {
	return aws.Config{
		Region: Region, BaseEndpoint: &url,
		Credentials: credentials.NewStaticCredentialsProvider(cmp.Or(accessKey, "local"), cmp.Or(secretKey, "local"), ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}
}
