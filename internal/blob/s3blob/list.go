package s3blob

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/vertex-ar/backup/internal/blob"
)

// List implements blob.Reader.
func (s *Store) List(ctx context.Context, prefix string) iter.Seq2[blob.Info, error] {
	return func(yield func(blob.Info, error) bool) {
		pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: s.name(prefix)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(blob.Info{}, fmt.Errorf("list %s*: %w", prefix, s.classify("", err)))
				return
			}
			for _, o := range page.Contents {
				info := blob.Info{
					Key:  strings.TrimPrefix(aws.ToString(o.Key), s.prefix),
					Size: aws.ToInt64(o.Size), Modified: aws.ToTime(o.LastModified),
				}
				if !yield(info, nil) {
					return
				}
			}
		}
	}
}
