package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/localaws"
)

// The server is one trial's own, on loopback.
const (
	bucket    = "bench"
	accessKey = "bench-access"
	secretKey = "bench-secret"
)

// store is an S3 server with one bucket.
type store struct {
	server *localaws.Server
	client *s3.Client
}

func openStore(ctx context.Context, dir string) (*store, error) {
	server, err := localaws.S3(ctx, localaws.S3Options{Dir: dir, AccessKey: accessKey, SecretKey: secretKey})
	if err != nil {
		return nil, err
	}
	client := s3.New(s3.Options{
		Region: localaws.Region, BaseEndpoint: &server.URL, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(accessKey, secretKey, ""),
	})
	if err := localaws.EnsureBucket(ctx, client, bucket); err != nil {
		server.Stop()
		return nil, err
	}
	return &store{server: server, client: client}, nil
}

func (s *store) close() { s.server.Stop() }

// env is what a tool needs to reach the server, and nothing else.
func (s *store) env(home string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "AWS_REGION=" + localaws.Region,
		"AWS_ACCESS_KEY_ID=" + accessKey, "AWS_SECRET_ACCESS_KEY=" + secretKey,
		"AWS_ENDPOINT_URL_S3=" + s.server.URL, "AWS_EC2_METADATA_DISABLED=true",
	}
}

// usage is what a tool has stored.
type usage struct{ bytes, objects int64 }

// usage counts the bucket's objects.
func (s *store) usage(ctx context.Context) (usage, error) {
	var u usage
	pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: aws.String(bucket)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return u, err
		}
		for _, o := range page.Contents {
			u.bytes += aws.ToInt64(o.Size)
			u.objects++
		}
	}
	return u, nil
}

// usageOf counts the files below dir.
func usageOf(dir string) (usage, error) {
	var u usage
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		u.bytes += info.Size()
		u.objects++
		return nil
	})
	return u, err
}
